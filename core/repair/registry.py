"""The registry of fixes: one per file in `fixes/`."""

from __future__ import annotations

from core.registry import Registry
from core.repair.base import FixInfo

FIXES: Registry[FixInfo] = Registry("core.repair.fixes", "FIX", "fixes")


def fixes() -> dict[str, FixInfo]:
    """All fixes by name, in menu order."""
    return dict(FIXES.entries())


def fix_info(name: str) -> FixInfo:
    """The fix of this name.

    Args:
        name: a key of `fixes()`.

    Raises:
        InputError: for an unknown name, listing those that exist.
    """
    return FIXES.get(name)
