"""How much work one forward pass is, so that a large network is asked less often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

WORK = 1.5e12  # multiplications that a diagnosis may take: some 40 s on two cores
FEWEST = 3000  # forward passes that it has in any case


def usual_budget(model: keras.Model) -> int:
    """How many forward passes a diagnosis of this network may take."""
    return max(FEWEST, int(WORK / max(1.0, multiplications(model))))


def multiplications(model: keras.Model) -> float:
    """Of one picture, in layers with a kernel: its size times the places that it is applied at."""
    total = 0.0
    for layer in getattr(model, "_flatten_layers", list)():  # of nested models too; none of a black box
        kernel = getattr(layer, "kernel", None)
        if kernel is None:
            continue
        try:
            places = [side for side in layer.output.shape[1:-1] if side]
        except (AttributeError, ValueError):  # a layer of a subclassed model, or one that is used several times
            places = []
        total += float(np.prod(kernel.shape)) * float(np.prod(places))
    return total
