"""The data sets that `load` knows by name: one file each in `sources/`."""

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
    """What is known about one of them; DataError for a name that is not there."""
    try:
        return SOURCES.get(name)
    except InputError as error:
        raise DataError(
            f"The data sets are {', '.join(names())}", repr(name), "Use from_folder for your own pictures."
        ) from error


def load(name: str = "wardrobe", **settings: Any) -> Splits:
    """Load a data set by name.

    Args:
        name: one of `names()`.
        settings: its dials (see `info(name).Settings`); a `seed` makes it repeatable.

    Raises:
        DataError: for a name that is not there.
        InputError: for a setting that is unknown or out of bounds.
        Unavailable: where it must be downloaded and cannot be.
    """
    found = info(name)
    return found.load(found.Settings.of(**settings))
