"""Keras' downloadable sets, brought into the same shape as all others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np

from core.datasets.base import Dataset, Splits
from core.errors import DataError, Unavailable
from core.settings import Settings, setting

Cifar10Class = Literal["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
FashionClass = Literal["tshirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]
Arrays = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


class CatalogueSettings(Settings):
    """How much of a downloaded set to take."""

    train: int = setting(1000, "Pictures of each class to learn from.", low=10, high=4500, step=10, unit="pictures")
    validation: int = setting(
        150, "Pictures of each class to choose the best network by.", low=10, high=500, step=10, unit="pictures"
    )
    test: int = setting(300, "Pictures of each class to judge it on.", low=10, high=1000, step=10, unit="pictures")
    seed: int = setting(0, "Another seed takes other pictures.", low=0, high=2**31 - 1, step=1, common=False)


class Cifar10Settings(CatalogueSettings):
    """How much of CIFAR-10 to take."""

    classes: tuple[Cifar10Class, ...] = setting(get_args(Cifar10Class), "The classes to tell apart.", shortest=2)


class FashionSettings(CatalogueSettings):
    """How much of Fashion-MNIST to take."""

    classes: tuple[FashionClass, ...] = setting(get_args(FashionClass), "The classes to tell apart.", shortest=2)


def load_cifar10(settings: Cifar10Settings) -> Splits:
    """CIFAR-10 (Krizhevsky 2009): 32x32 photographs in colour, ten classes."""
    return _splits(_fetched("cifar10"), get_args(Cifar10Class), settings, settings.classes)


def load_fashion_mnist(settings: FashionSettings) -> Splits:
    """Fashion-MNIST as it is (Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747): 28x28, grey, ten classes."""
    return _splits(_fetched("fashion_mnist"), get_args(FashionClass), settings, settings.classes)


def _fetched(name: str) -> Arrays:
    """Keras' copy of a set, downloaded on first use."""
    from keras import datasets

    fetch: Callable[[], Arrays] = getattr(datasets, name).load_data
    try:
        return fetch()
    except Exception as error:  # Keras raises a plain Exception when a download fails
        raise Unavailable(
            f"{name} could not be downloaded ({_short(error)}). Connect to the internet for its first use, or take "
            "Wardrobe, which is bundled, or your own folder of pictures."
        ) from error


def _short(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]


def _splits(arrays: Arrays, names: tuple[str, ...], settings: CatalogueSettings, chosen: tuple[str, ...]) -> Splits:
    if len(set(chosen)) < len(chosen):
        raise DataError("Each class should be named once", ", ".join(chosen))
    (images, labels), (test_images, test_labels) = arrays
    rng = np.random.default_rng([settings.seed, 0])
    kinds = [names.index(name) for name in chosen]
    known = _rows(labels, kinds, settings.train + settings.validation, rng)
    unseen = _rows(test_labels, kinds, settings.test, rng)
    learning = [rows[: settings.train] for rows in known]
    choosing = [rows[settings.train :] for rows in known]
    return Splits(
        _part(images, learning, chosen, rng),
        _part(images, choosing, chosen, rng),
        _part(test_images, unseen, chosen, rng),
    )


def _rows(labels: np.ndarray, kinds: list[int], count: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Row numbers of each class's pictures, in random order."""
    flat = labels.ravel()
    return [rng.permutation(np.flatnonzero(flat == kind))[:count] for kind in kinds]


def _part(images: np.ndarray, rows: list[np.ndarray], names: tuple[str, ...], rng: np.random.Generator) -> Dataset:
    labels = np.repeat(np.arange(len(rows)), [len(part) for part in rows])
    order = rng.permutation(len(labels))
    pictures = images[np.concatenate(rows)[order]]
    return Dataset(pictures if pictures.ndim == 4 else pictures[..., None], labels[order], names)
