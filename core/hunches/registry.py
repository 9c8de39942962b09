"""The hunches that exist. A new one is a file beside this one and a line here."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from core.errors import InputError
from core.hunches.base import HunchInfo

NAMES = (
    "background_swapped",
    "background_flat",
    "background_blurred",
    "background_grey",
    "background_hue",
    "object_replaced",
    "object_recoloured",
    "object_moved",
    "labels_removed",
    "rectangle_covered",
    "border_covered",
    "border_cropped",
    "colour_removed",
    "hue_turned",
    "channels_swapped",
    "values_rescaled",
    "brightness",
    "contrast",
    "blur",
    "sharpening",
    "noise",
    "jpeg",
    "shift",
    "flip",
    "rotation",
    "scale",
    "shape_only",
    "texture_only",
    "low_frequencies",
    "high_frequencies",
)


@cache
def hunches() -> dict[str, HunchInfo]:
    """Every hunch by name, in the order in which menus list them."""
    return {name: import_module(f"core.hunches.{name}").HUNCH for name in NAMES}


def hunch_info(name: str) -> HunchInfo:
    """The hunch of this name; InputError with the known names where there is none."""
    known = hunches()
    if name not in known:
        raise InputError(f"The hunches are {', '.join(known)}", name)
    return known[name]
