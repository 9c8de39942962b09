"""The options that say which network a command is about, a file or a run in the store; and its pictures with it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.cli import image_options
from core.cli.progress import load_tensorflow_quietly
from core.datasets.base import Dataset, Splits

if TYPE_CHECKING:
    import keras

    from core.networks.training.run import Run


def add_network(to: argparse.ArgumentParser) -> None:
    """Add the two options, of which one must be given."""
    what = to.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", type=Path, metavar="MODEL.keras", help="the network, .keras or .h5")
    what.add_argument("--run", metavar="KEY", help="a run in the store")


def subject_of(options: argparse.Namespace) -> tuple[Run | keras.Model, Splits, Dataset | None]:
    """The network that is named, its pictures with their flaw, and the judge of that flaw; None where none is planted.

    A folder's classes come in the order of their names. Where the network has the same ones in another order, the
    pictures' labels follow the network.
    """
    planted, _ = image_options.planted(options)
    load_tensorflow_quietly()
    found, names = _network_of(options)
    splits = Splits(**{name: in_order(part, names) for name, part in planted.splits.parts.items()})
    return found, splits, None if options.flaw == "none" else in_order(planted.judge, names)


def in_order(data: Dataset, names: tuple[str, ...]) -> Dataset:
    """The data with its classes in this order; as it is where the names are not the same ones."""
    if names == data.class_names or set(names) != set(data.class_names):
        return data
    place = np.array([names.index(name) for name in data.class_names])
    return replace(data, labels=place[data.labels], class_names=names)


def _network_of(options: argparse.Namespace) -> tuple[Run | keras.Model, tuple[str, ...]]:
    """The network, and the names of its classes where it says them."""
    from core.networks.load import class_names_in, load_model
    from core.networks.training.run import open_run

    if options.run:
        run = open_run(options.run, image_options.store_of(options))
        return run, run.class_names
    return load_model(options.model), class_names_in(options.model)
