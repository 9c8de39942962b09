"""Keras' downloadable data sets, as `Splits`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.datasets.base import Dataset, Splits
from core.errors import DataError, Unavailable
from core.settings import Settings, setting

Arrays = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


class CatalogueSettings(Settings):
    """How much of a downloaded set to use."""

    train: int = setting(1000, "Training pictures per class.", low=10, high=4500, step=10, unit="pictures")
    validation: int = setting(150, "Validation pictures per class.", low=10, high=500, step=10, unit="pictures")
    test: int = setting(300, "Test pictures per class.", low=10, high=1000, step=10, unit="pictures")
    seed: int = setting(0, "Seed of the choice of pictures.", low=0, high=2**31 - 1, step=1, common=False)


def load_downloaded(
    name: str, class_names: tuple[str, ...], settings: CatalogueSettings, chosen: tuple[str, ...]
) -> Splits:
    """Splits of one of Keras' data sets.

    Args:
        name: its module in `keras.datasets`.
        class_names: all its classes, in the order of its labels.
        settings: number of images per class.
        chosen: the classes to keep, each once.

    Raises:
        DataError: when a class is listed twice.
        Unavailable: when it is not on this machine and cannot be downloaded.
    """
    return _splits(_fetched(name), class_names, settings, chosen)


def _fetched(name: str) -> Arrays:
    """Keras' copy of a set, downloaded on first use."""
    from keras import datasets

    fetch: Callable[[], Arrays] = getattr(datasets, name).load_data
    try:
        return fetch()
    except Exception as error:  # Keras raises a plain Exception when a download fails
        raise Unavailable(
            f"{name} could not be downloaded ({_short(error)}). Connect to the internet for its first use, or "
            "use Wardrobe, which is bundled, or your own folder of pictures."
        ) from error


def _short(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]


def _splits(arrays: Arrays, names: tuple[str, ...], settings: CatalogueSettings, chosen: tuple[str, ...]) -> Splits:
    if len(set(chosen)) < len(chosen):
        raise DataError("Each class should be listed once", ", ".join(chosen))
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
