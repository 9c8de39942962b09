"""How much work one forward pass is, so that a large network is asked less often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.networks.evaluator import ModelEvaluator
from core.networks.predictor import is_black_box

if TYPE_CHECKING:
    import keras

WORK = 7e11  # multiplications that a diagnosis may take: half a minute or so on two cores
FEWEST = 2000  # forward passes that it takes in any case
LARGE = 46_000  # forward passes above which a network is so small that other work takes the time
BLACK_BOX = 7000.0  # multiplications for each pixel where nothing is known of a network: SqueezeNet's
TIMED = 16  # pictures that a network is timed on


def usual_budget(model: keras.Model) -> int:
    """How many forward passes a diagnosis of this network may take."""
    work = BLACK_BOX * _pixels(model) if is_black_box(model) else multiplications(model)
    return max(FEWEST, int(WORK / max(1.0, work)))


def expected_seconds(model: keras.Model, images: np.ndarray, budget: int | None = None) -> float | None:
    """How long a diagnosis will take on this machine.

    Args:
        model: any classifier, for pictures as they are.
        images: (N, H, W, C), a few of which it is timed on.
        budget: most forward passes; None for the usual ones.

    Returns:
        seconds; None for a network so small that its forward passes are not what takes the time.
    """
    passes = usual_budget(model) if budget is None else budget
    if passes > LARGE:
        return None
    return passes * ModelEvaluator.of(model).seconds_per_image(images[:TIMED])


def _pixels(model: keras.Model) -> float:
    height, width = ModelEvaluator.of(model).graph.input_shape[1:3]
    return float((height or 0) * (width or 0))


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
