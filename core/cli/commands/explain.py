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

from core.cli.base import Command
from core.cli.progress import load_tensorflow_quietly, progress_bar
from core.cli.settings_options import add_dials, given, new_parser
from core.datasets.files import open_files
from core.datasets.pictures import ENDINGS, decode
from core.errors import DataError, InputError, TargetError
from core.render import COLORMAPS, overlay

SUMMARY = "Show which pixels drove a network's answers to a folder of pictures."

SIDE = 224
RANGES = {"0..255": (1.0, 0.0), "0..1": (1 / 255, 0.0), "-1..1": (1 / 127.5, -1.0)}


@dataclass(frozen=True)
class Picture:
    """A picture that could be read: its path from the top, and uint8 (H, W, C)."""

    name: str
    pixels: np.ndarray


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The options; the dials are those of the method that the words name."""
    load_tensorflow_quietly()
    from core.attribution import method_info, methods

    plain = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    plain.add_argument("--method", default="grad_cam")
    info = method_info(plain.parse_known_args(words)[0].method)
    made = new_parser("explain", SUMMARY)
    made.add_argument("--model", type=Path, required=True, metavar="MODEL.keras", help="the network, .keras or .h5")
    made.add_argument("--images", type=Path, required=True, metavar="FOLDER", help="a folder or zip of pictures")
    made.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where to write overlays and maps")
    made.add_argument("--method", choices=tuple(methods()), default="grad_cam", help="how (default grad_cam)")
    made.add_argument("--layer", metavar="PATH", help="for methods that read a layer: which (default: decided for you)")
    made.add_argument("--target", metavar="CLASS", help="name or number of the class (default: each picture's answer)")
    made.add_argument(
        "--input-range", choices=tuple(RANGES), default="0..255", help="scale that the network takes (default 0..255)"
    )
    made.add_argument("--fit", choices=("crop", "pad", "stretch"), default="crop", help="how other shapes are fitted")
    made.add_argument("--alpha", type=float, default=0.5, metavar="X", help="how much of the map shows (default 0.5)")
    made.add_argument("--colormap", choices=COLORMAPS, help="colours (default: by the method)")
    add_dials(made, info.Settings, f"the method: {info.title}")
    return made


def run(options: argparse.Namespace) -> int:
    """Explain every picture; write one PNG and one NPY for each, and print the answers."""
    from scipy.special import softmax

    from core.attribution import explain, method_info
    from core.networks.evaluator import ModelEvaluator
    from core.networks.load import class_names_in, load_model

    model = load_model(options.model)
    network = ModelEvaluator.of(model)
    names = class_names_in(options.model) or tuple(str(label) for label in range(network.graph.classes))
    target = _target(options.target, names)
    images = _pictures(options.images, network.graph.input_shape, options.fit)
    options.out.mkdir(parents=True, exist_ok=True)
    scale, offset = RANGES[options.input_range]
    inputs = np.stack([image.pixels for image in images]).astype(np.float32) * np.float32(scale) + offset
    info, dials = method_info(options.method), given(options, method_info(options.method).Settings)
    with progress_bar(info.title) as on_step:
        maps = explain(model, inputs, target, method=info.name, layer=options.layer, on_step=on_step, **dials)
    signed = info.draws_signed(info.Settings.of(**dials))
    answers = softmax(network.logits(inputs), axis=1)
    for image, map, answer in zip(images, maps, answers, strict=True):
        _write(options, image, map, signed)
        print(f"{image.name}\t{names[int(answer.argmax())]}\t{float(answer.max()):.4f}")
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
    size, colour = (input_shape[1] or SIDE, input_shape[2] or SIDE), (input_shape[3] or 3) == 3
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
