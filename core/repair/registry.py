"""The fixes that exist. A new one is a file beside this one and a line here."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from core.errors import InputError
from core.repair.base import FixInfo

NAMES = (
    "background_randomised",
    "region_removed",
    "border_cropped",
    "colour_jitter",
    "random_shift",
    "random_erasing",
    "labels_cleaned",
    "classes_balanced",
    "more_pictures",
    "duplicates_removed",
    "last_layer_retrained",
    "right_reasons",
    "regularised",
    "stopped_early",
    "longer_training",
    "larger_network",
    "lower_rate",
    "preprocessing_corrected",
)


@cache
def fixes() -> dict[str, FixInfo]:
    """Every fix by name, in the order in which menus list them."""
    return {name: import_module(f"core.repair.{name}").FIX for name in NAMES}


def fix_info(name: str) -> FixInfo:
    """The fix of this name; InputError with the known names where there is none."""
    known = fixes()
    if name not in known:
        raise InputError(f"The fixes are {', '.join(known)}", repr(name))
    return known[name]
