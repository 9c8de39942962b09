"""Numbering a data set's classes in another order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.datasets.base import Dataset, Splits


def in_order(data: Dataset, names: tuple[str, ...]) -> Dataset:
    """The data with its classes in this order; as it is where the names are not the same ones."""
    if names == data.class_names or set(names) != set(data.class_names):
        return data
    place = np.array([names.index(name) for name in data.class_names])
    return replace(data, labels=place[data.labels], class_names=names)


def splits_in_order(splits: Splits, names: tuple[str, ...]) -> Splits:
    """All parts with their classes in this order, as `in_order` does with one."""
    return Splits(**{part: in_order(data, names) for part, data in splits.parts.items()})
