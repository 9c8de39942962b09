"""The fixes: one file each in `fixes/`."""

from __future__ import annotations

from core.registry import Registry
from core.repair.base import FixInfo

FIXES: Registry[FixInfo] = Registry("core.repair.fixes", "FIX", "fixes")


def fixes() -> dict[str, FixInfo]:
    """Every fix by name, in the order in which menus list them."""
    return dict(FIXES.entries())


def fix_info(name: str) -> FixInfo:
    """The fix of this name; InputError with the known names where there is none."""
    return FIXES.get(name)
