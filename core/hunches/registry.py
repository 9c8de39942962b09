"""The hunches: one change a file in `changes/`."""

from __future__ import annotations

from core.hunches.base import HunchInfo
from core.registry import Registry

HUNCHES: Registry[HunchInfo] = Registry("core.hunches.changes", "HUNCH", "hunches")


def hunches() -> dict[str, HunchInfo]:
    """Every hunch by name, in the order in which menus list them."""
    return dict(HUNCHES.entries())


def hunch_info(name: str) -> HunchInfo:
    """The hunch of this name; InputError with the known names where there is none."""
    return HUNCHES.get(name)
