"""Several data sets as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.errors import DataError


def joined(parts: Sequence[Dataset]) -> Dataset:
    """One data set of all pictures, in this order, with the masks and attributes that all of them have.

    Args:
        parts: one data set or more, of the same classes in the same order and of pictures of one shape.

    Raises:
        DataError: when there is none, or their classes or shapes differ.
    """
    if not parts:
        raise DataError("One data set or more", "none")
    first = parts[0]
    if any(part.class_names != first.class_names or part.shape != first.shape for part in parts):
        raise DataError("Data sets to be joined should have the same classes and shapes", "different ones")
    masks = [part.masks or {} for part in parts]
    shared = [name for name in masks[0] if all(name in each for each in masks)]
    tables = [part.attributes for part in parts if part.attributes is not None]
    return Dataset(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        first.class_names,
        masks={name: np.concatenate([each[name] for each in masks]) for name in shared} or None,
        attributes=pd.concat(tables, join="inner", ignore_index=True) if len(tables) == len(parts) else None,
    )
