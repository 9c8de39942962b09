"""The options that say which network a command is about, a file or a run in the store, and how it is read."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli import image_options
from core.cli.progress import load_tensorflow_quietly
from core.datasets import Dataset, Splits, in_order, splits_in_order
from core.errors import InputError

if TYPE_CHECKING:
    import keras

    from core.networks.interface import Interface
    from core.networks.training.run import Run


@dataclass(frozen=True, eq=False)
class Subject:
    """What a command is about.

    Args:
        network: a run, or a network from a file.
        splits: its pictures with their flaw, their classes in the network's order.
        judge: the judge of that flaw; None where none is planted.
        interface: how the network is read; None for a run, which says so itself.
    """

    network: Run | keras.Model
    splits: Splits
    judge: Dataset | None
    interface: Interface | None


def add_network(to: argparse.ArgumentParser) -> None:
    """Add the options for a network, of which a file or a run must be given."""
    what = to.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", type=Path, metavar="MODEL.keras", help="the network: .keras, .h5, or .onnx")
    what.add_argument("--run", metavar="KEY", help="a run in the store")
    add_reading(to)


def add_reading(to: argparse.ArgumentParser) -> None:
    """Add the options that say how a network from a file is read."""
    to.add_argument(
        "--preprocessing",
        metavar="NAME",
        help="what is done to pictures before the network sees them: none, unit, symmetric, imagenet_torch, "
        "imagenet_caffe, ..., or 'mean=... std=...' (default: recognised from labelled pictures where they decide it)",
    )
    to.add_argument(
        "--class-names",
        type=Path,
        metavar="FILE",
        help="the network's classes in the order of its outputs, one a line or a JSON list (default: from the file)",
    )


def subject_of(options: argparse.Namespace) -> Subject:
    """The network that is named, how it is read, and its pictures.

    A folder's classes come in the order of their names. Where the network has the same ones in another order, the
    pictures' labels follow the network.

    Raises:
        InputError: when the pictures should have another size than the network takes; no picture is read before.
    """
    load_tensorflow_quietly()
    network, names = _network_of(options)
    shape = network.input_shape if options.run else _shape_of(network)
    planted, _ = image_options.load_planted(options, shape)
    splits = splits_in_order(planted.splits, names)
    judge = None if options.flaw == "none" else in_order(planted.judge, names)
    return Subject(network, splits, judge, None if options.run else reading_of(options, network, names, splits))


def reading_of(
    options: argparse.Namespace, model: keras.Model, names: tuple[str, ...], splits: Splits | None = None
) -> Interface:
    """How the network is read; what a person should know about it goes to the error stream."""
    from core.networks.evaluator import ModelEvaluator
    from core.networks.interface import interface
    from core.networks.pixel_range import BYTES, known_range

    given: dict[str, Any] = {"class_names": names or None, "preprocessing": options.preprocessing}
    told = options.preprocessing is not None or known_range(ModelEvaluator.of(model).graph) == BYTES
    train = None if splits is None or told or not len(splits.train) else splits.train
    found = interface(model, **given) if train is None else interface(model, train.images, train.labels, **given)
    for note in found.notes:
        print(note, file=sys.stderr)
    return found


def class_names_of(options: argparse.Namespace) -> tuple[str, ...]:
    """The names of the network's classes: from the file that is named, or the network's own; none where unknown."""
    from core.networks.load import class_names_in

    if options.class_names is None:
        return class_names_in(options.model)
    try:
        text = options.class_names.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("The class names should be a text file", f"{options.class_names} ({error})") from error
    if text.lstrip().startswith("["):
        try:
            return tuple(str(name) for name in json.loads(text))
        except ValueError as error:
            raise InputError("A list of class names should be JSON, or have one name a line", str(error)) from error
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _network_of(options: argparse.Namespace) -> tuple[Run | keras.Model, tuple[str, ...]]:
    """The network, and the names of its classes where it says them."""
    from core.networks.load import network_from_file
    from core.networks.training.run import open_run

    if options.run:
        if options.preprocessing or options.class_names:
            raise InputError("A run says itself how it is read", "--preprocessing or --class-names", "Leave them out.")
        run = open_run(options.run, image_options.store_of(options))
        return run, run.class_names
    names = class_names_of(options)
    return network_from_file(options.model, class_names=names), names


def _shape_of(model: keras.Model) -> tuple[int | None, ...]:
    from core.networks.graph import graph_of

    return graph_of(model).input_shape[1:]
