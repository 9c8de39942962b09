"""The attribution methods: one file each in `methods/`."""

from __future__ import annotations

from core.attribution.base import MethodInfo
from core.registry import Registry

METHODS: Registry[MethodInfo] = Registry("core.attribution.methods", "METHOD", "attribution methods")


def methods() -> dict[str, MethodInfo]:
    """Every attribution method by name, in the order in which menus list them."""
    return dict(METHODS.entries())


def method_info(name: str) -> MethodInfo:
    """The method of this name; InputError with the known names where there is none."""
    return METHODS.get(name)
