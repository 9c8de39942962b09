"""What the weights of a network file may be: in the file itself, no more than it can hold, and finite."""

from __future__ import annotations

import math
from collections.abc import Iterable

import h5py
import keras
import numpy as np
import tensorflow as tf

from core.errors import ModelError

MOST_OBJECTS = 200_000
SMALL = 20_000_000  # bytes that any file may unpack to
RATIO = 20  # trained weights hardly shrink; pruned and quantised ones by a factor of ten or so


def allowed_bytes(size: int, limit: int) -> int:
    """What a file of this size may unpack to, in bytes: in proportion to what was sent, up to the limit."""
    return min(limit, SMALL + RATIO * size)


def check_group(group: h5py.Group, allowed: int) -> None:
    """Refuse weights that lie in other files or in a circle of groups, and ones that unpack to more than is allowed.

    Args:
        group: an open file's root.
        allowed: the most that all weights may take, in bytes.

    Raises:
        ModelError: with the name of what cannot be read.
    """
    total, waiting, seen = 0, [group], {_address(group)}
    while waiting:
        current = waiting.pop()
        for name in current:
            if not isinstance(current.get(name, getlink=True), h5py.HardLink):
                raise ModelError("A model's weights should lie in its own file", f"a link, {name}")
            item = current[name]
            if _address(item) in seen or len(seen) > MOST_OBJECTS:
                raise ModelError("Every weight should lie in one place of the file", f"{name}, which lies in several")
            seen.add(_address(item))
            if isinstance(item, h5py.Group):
                waiting.append(item)
            elif isinstance(item, h5py.Dataset):
                total += _size(item, name)
                if total > allowed:
                    raise ModelError(f"This file should have at most {allowed // 1_000_000} MB of weights", "more")


def _size(item: h5py.Dataset, name: str) -> int:
    if item.external or item.is_virtual:
        raise ModelError("A model's weights should lie in its own file", f"{name}, which lies elsewhere")
    return int((item.size or 0) * item.dtype.itemsize)


def _address(item: h5py.Group | h5py.Dataset | h5py.Datatype) -> int:
    return int(h5py.h5o.get_info(item.id).addr)


def check_variables(variables: Iterable[keras.Variable], limit: int) -> None:
    """Refuse a network that is larger than the limit, before any of its weights is made.

    Raises:
        ModelError: with the largest weight.
    """
    sizes = {item.path: math.prod(item.shape) * np.dtype(_plain(item.dtype)).itemsize for item in variables}
    if sum(sizes.values()) > limit:
        largest = max(sizes, key=lambda path: sizes[path])
        raise ModelError(
            f"A model should have at most {limit // 1_000_000} MB of weights",
            f"{sum(sizes.values()) / 1e6:.0f} MB, most of them in {largest}",
        )


def check_finite(variables: Iterable[keras.Variable]) -> None:
    """Refuse weights that are no numbers.

    Raises:
        ModelError: with the layer's path.
    """
    for item in variables:
        value = tf.convert_to_tensor(item.value)
        if value.dtype.is_floating and not bool(tf.reduce_all(tf.math.is_finite(value))):
            raise ModelError(
                "A network's weights should be finite numbers",
                f"NaN or infinity in {item.path}",
                "Its training has probably diverged: train it again at a lower learning rate, or take an earlier "
                "checkpoint.",
            )


def _plain(dtype: str) -> str:
    return "float16" if dtype == "bfloat16" or dtype.startswith("float8") else dtype
