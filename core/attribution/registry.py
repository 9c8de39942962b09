"""The registry of attribution methods: one per file in `methods/`."""

from __future__ import annotations

from core.attribution.base import MethodInfo
from core.registry import Registry

METHODS: Registry[MethodInfo] = Registry("core.attribution.methods", "METHOD", "attribution methods")


def methods() -> dict[str, MethodInfo]:
    """All attribution methods by name, in menu order."""
    return dict(METHODS.entries())


def method_names() -> list[str]:
    """The names of all attribution methods, sorted, without loading them or TensorFlow."""
    return METHODS.file_names()


def method_info(name: str) -> MethodInfo:
    """The method of this name.

    Args:
        name: a key of `methods()`.

    Raises:
        InputError: for an unknown name, listing those that exist.
    """
    return METHODS.get(name)
