"""The two data types for images: `Dataset` and `Splits`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from core.errors import DataError

Part = Literal["train", "validation", "test"]
"""The parts of `Splits`, by name."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """N labelled images, and what is known about them.

    Args:
        images: uint8 (N, H, W, C) with C of 1 or 3, or float32 if a serving fault made them so.
        labels: int (N,), indices into `class_names`.
        class_names: one name per class.
        masks: name -> bool (N, H, W), such as "object" or "sticker"; None if unknown.
        attributes: a table of N rows, such as scene, tint, size, x, y, sticker; None if unknown.

    Raises:
        DataError: when the shapes disagree or a label has no name.
    """

    images: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    masks: Mapping[str, np.ndarray] | None = None
    attributes: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "class_names", tuple(self.class_names))
        object.__setattr__(self, "labels", np.asarray(self.labels, dtype=np.int64))
        _check(self)

    def __len__(self) -> int:
        return len(self.images)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(H, W, C) of one image."""
        height, width, channels = self.images.shape[1:]
        return height, width, channels

    def take(self, indices: np.ndarray | list[int] | slice) -> Dataset:
        """The images at these positions, with their masks and attributes."""
        masks = None if self.masks is None else {name: mask[indices] for name, mask in self.masks.items()}
        table = None if self.attributes is None else self.attributes.iloc[indices].reset_index(drop=True)
        return replace(self, images=self.images[indices], labels=self.labels[indices], masks=masks, attributes=table)

    @cached_property
    def key(self) -> str:
        """A hash of every byte of the images and labels, and of the class names."""
        hasher = hashlib.blake2b(digest_size=8)
        for array in (self.images, self.labels):
            hasher.update(str((array.shape, array.dtype.str)).encode())
            hasher.update(np.ascontiguousarray(array).data)
        hasher.update("\0".join(self.class_names).encode())
        return hasher.hexdigest()


@dataclass(frozen=True, eq=False)
class Splits:
    """Images for training, validation and testing; all three with the same classes."""

    train: Dataset
    validation: Dataset
    test: Dataset

    def __post_init__(self) -> None:
        names = {part.class_names for part in self.parts.values()}
        if len(names) > 1:
            raise DataError("Train, validation and test should have the same classes", f"{sorted(names)}")

    @property
    def parts(self) -> dict[str, Dataset]:
        """The three data sets by name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.train.class_names

    @property
    def unannotated(self) -> Splits:
        """Images and labels alone, without masks and attributes."""
        return Splits(**{name: replace(part, masks=None, attributes=None) for name, part in self.parts.items()})

    @cached_property
    def key(self) -> str:
        """A hash of the content of all three parts."""
        joined = "".join(part.key for part in self.parts.values())
        return hashlib.blake2b(joined.encode(), digest_size=8).hexdigest()


def _check(data: Dataset) -> None:
    if data.images.ndim != 4 or data.images.shape[-1] not in (1, 3):
        raise DataError("Pictures should have the shape (N, H, W, C) with C of 1 or 3", f"{data.images.shape}")
    if data.images.dtype not in (np.uint8, np.float32):
        raise DataError("Pictures should be uint8 or float32", f"{data.images.dtype}")
    if data.labels.shape != (len(data.images),):
        raise DataError(f"Labels should have the shape ({len(data.images)},)", f"{data.labels.shape}")
    if len(data.labels) and not 0 <= data.labels.min() <= data.labels.max() < len(data.class_names):
        raise DataError(
            f"Labels should lie in 0 to {len(data.class_names) - 1}",
            f"values from {data.labels.min()} to {data.labels.max()}",
        )
    for name, mask in (data.masks or {}).items():
        if mask.shape != data.images.shape[:3]:
            raise DataError(f"The mask {name!r} should have the shape {data.images.shape[:3]}", f"{mask.shape}")
    if data.attributes is not None and len(data.attributes) != len(data.images):
        raise DataError(f"The attributes should have {len(data.images)} rows", f"{len(data.attributes)}")
