"""The data sets that `load` knows by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.datasets import catalogue, wardrobe
from core.datasets.base import Splits
from core.errors import DataError
from core.settings import Settings


@dataclass(frozen=True)
class DatasetInfo:
    """What a menu says of a data set, and how it is loaded.

    Args:
        name: what `load` calls it.
        title: what a person calls it.
        help: one or two sentences in plain words.
        Settings: its dials.
        load: makes the splits from those dials.
        downloads: whether its first use needs the network.
    """

    name: str
    title: str
    help: str
    Settings: type[Settings]
    load: Callable[[Any], Splits]
    downloads: bool = False


_ALL = (
    DatasetInfo(
        "wardrobe",
        "Wardrobe",
        "Real product photographs (clothes, shoes, bags) in made-up colours on made-up scenes. Because we set them "
        "there ourselves, we know exactly where the object is, and what else changes from picture to picture.",
        wardrobe.WardrobeSettings,
        wardrobe.load,
    ),
    DatasetInfo(
        "cifar10",
        "CIFAR-10",
        "Small photographs of ten things, from airplanes to trucks. Downloaded the first time (170 megabytes). Nobody "
        "recorded where the object is.",
        catalogue.Cifar10Settings,
        catalogue.load_cifar10,
        downloads=True,
    ),
    DatasetInfo(
        "fashion_mnist",
        "Fashion-MNIST",
        "The product photographs behind Wardrobe as they were published: grey, 28 pixels, on white. Downloaded the "
        "first time (30 megabytes).",
        catalogue.FashionSettings,
        catalogue.load_fashion_mnist,
        downloads=True,
    ),
)
_BY_NAME = {info.name: info for info in _ALL}


def names() -> list[str]:
    """The names that `load` knows, the bundled one first."""
    return list(_BY_NAME)


def info(name: str) -> DatasetInfo:
    """What is known about one of them; DataError for a name that is not there."""
    if name not in _BY_NAME:
        raise DataError(f"The data sets are {', '.join(names())}", repr(name), "Use from_folder for your own pictures.")
    return _BY_NAME[name]


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
