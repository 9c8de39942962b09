"""The registry of hunches: one change per file in `changes/`."""

from __future__ import annotations

from core.hunches.base import HunchInfo
from core.registry import Registry

HUNCHES: Registry[HunchInfo] = Registry("core.hunches.changes", "HUNCH", "hunches")


def hunches() -> dict[str, HunchInfo]:
    """All hunches by name, in menu order."""
    return dict(HUNCHES.entries())


def hunch_info(name: str) -> HunchInfo:
    """The hunch of this name.

    Args:
        name: a key of `hunches()`.

    Raises:
        InputError: for an unknown name, listing those that exist.
    """
    return HUNCHES.get(name)
