"""Names of a package that need TensorFlow, loaded on first use (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    """A package whose public names are not hidden by submodules of the same name."""

    def __setattr__(self, name: str, value: object) -> None:
        if isinstance(value, ModuleType) and name in self.__dict__.get("__all__", ()):
            return
        super().__setattr__(name, value)


def keep_public_names(package: str) -> None:
    """Let a package have a submodule that is called like one of its public names, as `diagnose` in diagnose.py is.

    Importing a submodule sets an attribute on its package, which would replace the function. After this, names in the
    package's `__all__` stay what they are; `importlib.import_module` still gives the submodule.

    Args:
        package: its `__name__`.
    """
    sys.modules[package].__class__ = _Package


def lazy_import(package: str, places: Mapping[str, str]) -> Callable[[str], Any]:
    """A package's `__getattr__`, which loads a public name when it is first asked for.

    Args:
        package: its `__name__`.
        places: public name -> the submodule that has it.
    """
    keep_public_names(package)

    def load(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{places[name]}"), name)

    return load
