"""`python -m core explain`: which pixels drove a network's answers to a folder of pictures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.attribution import method_info, method_names
from core.cli.base import Command
from core.cli.network_options import add_reading, class_names_of, reading_of
from core.cli.progress import load_tensorflow_quietly, progress_bar
from core.cli.settings_options import add_dials, given_settings, new_parser
from core.datasets.files import open_files
from core.datasets.network_size import sides_of
from core.datasets.pictures import ENDINGS, decode
from core.errors import DataError, InputError, TargetError
from core.render import COLORMAPS, overlay

SUMMARY = "Show which pixels drove a network's answers to a folder of pictures."

METHOD = "grad_cam"


@dataclass(frozen=True)
class Picture:
    """A picture that could be read: its path from the top, and uint8 (H, W, C)."""

    name: str
    pixels: np.ndarray


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The options; the dials are those of the method that the words name.

    Methods need TensorFlow, which takes seconds to load: help that names no method tells how to see a method's dials.
    """
    plain = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    plain.add_argument("--method")
    asked = plain.parse_known_args(words)[0].method
    made = new_parser("explain", SUMMARY)
    made.add_argument(
        "--model", type=Path, required=True, metavar="MODEL.keras", help="the network: .keras, .h5, or .onnx"
    )
    made.add_argument("--images", type=Path, required=True, metavar="FOLDER", help="a folder or zip of pictures")
    made.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where to write overlays and maps")
    made.add_argument("--method", choices=method_names(), default=METHOD, help=f"how (default {METHOD})")
    made.add_argument("--layer", metavar="PATH", help="for methods that read a layer: which (default: decided for you)")
    made.add_argument("--target", metavar="CLASS", help="name or number of the class (default: each picture's answer)")
    add_reading(made)
    made.add_argument("--fit", choices=("crop", "pad", "stretch"), default="crop", help="how other shapes are fitted")
    made.add_argument("--alpha", type=float, default=0.5, metavar="X", help="how much of the map shows (default 0.5)")
    made.add_argument("--colormap", choices=COLORMAPS, help="colours (default: by the method)")
    if asked is None and not {"-h", "--help"}.isdisjoint(words):
        made.epilog = "Each method has settings of its own: add --method NAME to --help to see them."
        return made
    load_tensorflow_quietly()
    info = method_info(asked or METHOD)
    add_dials(made, info.Settings, f"the method: {info.title}")
    return made


def run(options: argparse.Namespace) -> int:
    """Explain every picture; write one PNG and one NPY for each, and print the answers."""
    from core.attribution import explain
    from core.networks.interface import probabilities
    from core.networks.load import network_from_file

    named = class_names_of(options)
    model = network_from_file(options.model, class_names=named)
    reading = reading_of(options, model, named)
    names = reading.class_names
    target = _target(options.target, names)
    pictures = _pictures(options.images, reading.input_shape, options.fit)
    options.out.mkdir(parents=True, exist_ok=True)
    inputs = np.stack([picture.pixels for picture in pictures])
    info, dials = method_info(options.method), given_settings(options, method_info(options.method).Settings)
    with progress_bar(info.title) as on_step:
        maps = explain(
            model, inputs, target, method=info.name, layer=options.layer, interface=reading, on_step=on_step, **dials
        )
    signed = info.draws_signed(info.Settings.of(**dials))
    answers = probabilities(model, inputs, interface=reading)
    for picture, map, answer in zip(pictures, maps, answers, strict=True):
        _write(options, picture, map, signed)
        print(f"{picture.name}\t{names[int(answer.argmax())]}\t{float(answer.max()):.4f}")
    return 0


def _target(given: str | None, names: tuple[str, ...]) -> int | None:
    """The class of a name or number; None for each picture's own answer."""
    if given is None:
        return None
    if given in names:
        return names.index(given)
    if given.isdecimal():
        return int(given)
    raise TargetError(f"The network has the classes {', '.join(names)}", given)


def _pictures(source: Path, input_shape: tuple[int | None, ...], fit: Any) -> list[Picture]:
    """All pictures of a folder or archive in the size that the network takes; files that cannot be read are named."""
    files = open_files(source)
    size, colour = sides_of(input_shape), (input_shape[2] or 3) == 3
    found = []
    for name in files.names:
        if not name.lower().endswith(ENDINGS):
            continue
        try:
            found.append(Picture(name, decode(files.read(name), size=size, colour=colour, fit=fit)))
        except DataError as error:
            print(f"Left out {name}: {error.sentence}", file=sys.stderr)
    if not found:
        raise DataError("There should be pictures to explain", f"none that can be read in {source}")
    return found


def _write(options: argparse.Namespace, image: Picture, map: np.ndarray, signed: bool) -> None:
    target = options.out / image.name
    target.parent.mkdir(parents=True, exist_ok=True)
    drawn = overlay(image.pixels, map, options.alpha, options.colormap, signed=signed)
    np.save(target.with_name(f"{target.name}.npy"), map)
    if not cv2.imwrite(str(target.with_name(f"{target.name}.png")), cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR)):
        raise InputError("The overlays should be written to a folder that may be written to", str(options.out))


COMMAND = Command("explain", SUMMARY, parser, run, order=20)
