"""A Python script that reproduces the map on the screen with the public interface alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.attribution.base import Contrast
from core.attribution.registry import method_info
from core.errors import InputError
from core.settings import Settings

Target = int | Contrast | None


@dataclass(frozen=True)
class ModelFile:
    """A network saved as .keras or .h5."""

    path: str


@dataclass(frozen=True)
class StoredRun:
    """A stored training run, by its key."""

    key: str


@dataclass(frozen=True)
class PictureFile:
    """An image file of any common format, fitted to the network.

    Args:
        path: its location.
        fit: how another aspect ratio is fitted: "crop", "pad" or "stretch".
    """

    path: str
    fit: str = "crop"


@dataclass(frozen=True)
class ArrayFile:
    """An image saved with `numpy.save`, (H, W, C)."""

    path: str


@dataclass(frozen=True)
class DatasetPicture:
    """One image of a named data set.

    Args:
        index: its position in that part.
        part: "train", "validation" or "test".
        name: the data set's name.
        settings: the data set's settings.
        flaw: the flaw planted in it.
        planting: keyword values of `core.flaws.plant`: strength, seed and the flaw's own settings.
    """

    index: int
    part: str = "test"
    name: str = "wardrobe"
    settings: Mapping[str, Any] = field(default_factory=dict)
    flaw: str = "none"
    planting: Mapping[str, Any] = field(default_factory=dict)


def snippet(
    model: ModelFile | StoredRun,
    image: PictureFile | ArrayFile | DatasetPicture,
    *,
    target: Target = None,
    method: str = "grad_cam",
    layer: str | None = None,
    **settings: Any,
) -> str:
    """A script whose variable `map` is the map, float32 (H, W).

    Args:
        model: where the network is.
        image: where the image is.
        target: None for the predicted class, a class, or a `Contrast`.
        method: a name from `core.attribution.methods()`.
        layer: path of the layer, for methods that use one; None for the last convolution.
        **settings: settings of the method; all are written out, so that later defaults change nothing.

    Raises:
        InputError: for an unknown method or a setting out of bounds.
    """
    info = method_info(method)
    options = info.Settings.of(**settings)
    imports, lines = ["from core.attribution import explain"], []
    for part in (_model(model), _picture(image)):
        imports += part[0]
        lines += part[1]
    if isinstance(target, Contrast):
        imports[0] = "from core.attribution import Contrast, explain"
    call = _call(method, layer if info.needs_layer else None, target, options)
    head = [f'"""{info.title} of one picture ({info.reference})."""', "", *_sorted(imports), ""]
    return "\n".join([*head, *lines, *call, "print(map.shape, map.min(), map.max())", ""])


def _model(model: ModelFile | StoredRun) -> tuple[list[str], list[str]]:
    if isinstance(model, ModelFile):
        return ["from core.networks import load_model"], [f"model = load_model({model.path!r})"]
    return ["from core.networks import open_run"], [f"model = open_run({model.key!r}).model"]


def _picture(image: PictureFile | ArrayFile | DatasetPicture) -> tuple[list[str], list[str]]:
    if isinstance(image, ArrayFile):
        return ["import numpy as np"], [f"image = np.load({image.path!r}, allow_pickle=False)"]
    if isinstance(image, PictureFile):
        return (
            ["from pathlib import Path", "from core.datasets.pictures import decode"],
            [
                "height, width, channels = model.input_shape[1:]",
                f"content = Path({image.path!r}).read_bytes()",
                f"image = decode(content, size=(height, width), colour=channels == 3, fit={image.fit!r})",
            ],
        )
    imports = ["from core.datasets import load"]
    lines = [f"splits = load({image.name!r}{_keywords(image.settings)})"]
    if image.flaw != "none":
        imports.append("from core.flaws import plant")
        lines.append(f"splits = plant(splits, {image.flaw!r}{_keywords(image.planting)}).splits")
    if image.part not in ("train", "validation", "test"):
        raise InputError("A part should be train, validation or test", image.part)
    return imports, [*lines, f"image = splits.{image.part}.images[{image.index}]"]


def _call(method: str, layer: str | None, target: Target, options: Settings) -> list[str]:
    if isinstance(target, Contrast):
        asked = f"Contrast({int(target.target)}, {int(target.against)})"
    else:
        asked = repr(None if target is None else int(target))
    values = {"method": method, **({"layer": layer} if layer else {}), **options.model_dump()}
    arguments = ["model,", "image,", f"{asked},", *(f"{name}={value!r}," for name, value in values.items())]
    return ["map = explain(", *(f"    {argument}" for argument in arguments), ")[0]"]


def _keywords(values: Mapping[str, Any]) -> str:
    return "".join(f", {name}={value!r}" for name, value in values.items())


def _sorted(imports: list[str]) -> list[str]:
    """The standard library, then third-party packages, then Hunch's, each once."""
    groups = [
        sorted(line for line in set(imports) if line.startswith("from pathlib")),
        sorted(line for line in set(imports) if line.startswith("import")),
        sorted(line for line in set(imports) if line.startswith("from core")),
    ]
    return "\n\n".join("\n".join(group) for group in groups if group).split("\n")
