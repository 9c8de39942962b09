"""The registry of data sets that `load` knows: one per file in `sources/`."""

from __future__ import annotations

from typing import Any

from core.datasets.base import Splits
from core.datasets.info import DatasetInfo
from core.errors import DataError, InputError
from core.registry import Registry

SOURCES: Registry[DatasetInfo] = Registry("core.datasets.sources", "DATASET", "data sets")


def names() -> list[str]:
    """The names that `load` knows, the bundled one first."""
    return SOURCES.names()


def info(name: str) -> DatasetInfo:
    """The declaration of a data set.

    Args:
        name: an entry of `names()`.

    Raises:
        DataError: for an unknown name.
    """
    try:
        return SOURCES.get(name)
    except InputError as error:
        raise DataError(
            f"The data sets are {', '.join(names())}", repr(name), "Use from_folder for your own pictures."
        ) from error


def load(name: str = "wardrobe", **settings: Any) -> Splits:
    """Load a data set by name.

    Args:
        name: an entry of `names()`.
        settings: its settings (see `info(name).Settings`); a `seed` makes it repeatable.

    Raises:
        DataError: for an unknown name.
        InputError: for a setting that is unknown or out of bounds.
        Unavailable: if it must be downloaded and cannot be.
    """
    found = info(name)
    return found.load(found.Settings.of(**settings))
