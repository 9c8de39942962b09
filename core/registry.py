"""Entries found by their location: one module per file, one entry per module.

An attribution method, flaw, change, detector, fix, data set, report section or command is one file in its folder. The
file declares everything that lists, screens, tables and tests need, its place among the others too. Nothing else is
edited to add one.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from core.errors import InputError


class RegistryEntry(Protocol):
    """What every entry declares."""

    @property
    def name(self) -> str:
        """What code, links and the command line call it."""

    @property
    def order(self) -> int:
        """Its place in lists, and in planting or looking where those go in order; lower comes first."""


Entry = TypeVar("Entry", bound=RegistryEntry)


class Registry(Generic[Entry]):
    """The entries of one package, loaded when they are first asked for.

    Args:
        package: whose modules are entries, such as "core.attribution.methods".
        attribute: the name under which each module keeps its entry, such as "METHOD". A module without it is none.
        what: what a person calls the entries, such as "attribution methods"; used in errors.
    """

    def __init__(self, package: str, attribute: str, what: str) -> None:
        self.package, self.attribute, self.what = package, attribute, what
        self._searched: tuple[str, ...] = ()
        self._entries: Mapping[str, Entry] = {}

    def entries(self) -> Mapping[str, Entry]:
        """Name -> entry, read only, by `order` and then by name. Folders added to the package's path are seen."""
        folders = tuple(import_module(self.package).__path__)
        if folders != self._searched:
            self._entries, self._searched = MappingProxyType(self._load(folders)), folders
        return self._entries

    def names(self) -> list[str]:
        """All names, in order."""
        return list(self.entries())

    def file_names(self) -> list[str]:
        """The names of all entries as their files say them, sorted; no entry is loaded."""
        return sorted(found.name for found in iter_modules(import_module(self.package).__path__))

    def get(self, name: str) -> Entry:
        """The entry of this name; InputError with the known names where there is none."""
        found = self._entries.get(name) or self._alone(name)
        if found is None:
            raise InputError(f"The {self.what} are {', '.join(self.entries())}", repr(name))
        return found

    def _alone(self, name: str) -> Entry | None:
        """The entry of the file of this name, without loading the others."""
        if name not in self.file_names():
            return self.entries().get(name)
        return getattr(import_module(f"{self.package}.{name}"), self.attribute, None)

    def _load(self, folders: tuple[str, ...]) -> dict[str, Entry]:
        modules = [import_module(f"{self.package}.{found.name}") for found in iter_modules(folders)]
        entries: list[Entry] = [
            getattr(module, self.attribute) for module in modules if hasattr(module, self.attribute)
        ]
        ordered = sorted(entries, key=lambda entry: (entry.order, entry.name))
        return {entry.name: entry for entry in ordered}
