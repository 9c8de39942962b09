"""Batch norm's averages taken anew from pictures as they are served, which needs no labels and teaches nothing."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.networks.graph import Call, graph_of
from core.repair.base import Recipe
from core.repair.engines.model_copies import copied
from core.repair.engines.serving_faults import few, through

PIXELS = 4_000_000  # of all pictures looked at together, so that their maps fit into memory
PRIOR = 16  # pictures that the old averages count for


def as_served(model: keras.Model, recipe: Recipe) -> keras.Model:
    """A copy whose averages are those of the recipe's test pictures behind the layers that correct them."""
    images = recipe.splits.test.images
    pictures = few(images, max(1, PIXELS // int(np.prod(images.shape[1:3])))).astype(np.float32)
    for layers in recipe.front:
        pictures = through(pictures, layers)
    return restated(model, pictures)


def restated(model: keras.Model, pictures: np.ndarray) -> keras.Model:
    r"""A copy with batch norm's averages $\frac{N}{N + n} \cdot$ new $+ \frac{n}{N + n} \cdot$ old, with n = 16.

    Each layer's are taken behind the layers before it that have theirs already.

    Args:
        model: read only; one without batch norm comes back the same.
        pictures: float32 (N, H, W, C), as the model takes them.

    Source: Schneider et al. 2020, arXiv 2006.16971.
    """
    made = copied(model)
    if not len(pictures):
        return made
    graph = graph_of(made)
    norms = [step for step in graph.steps if step.kind == "BatchNormalization"]
    share = len(pictures) / (len(pictures) + PRIOR)
    graph.run(tf.constant(pictures, tf.float32), calls={step.path: _restating(step.layer, share) for step in norms})
    return made


def _restating(layer: Any, share: float) -> Call:
    """The layer's own call, once its averages have moved by a share towards those of what it is given."""

    def call(value: tf.Tensor) -> tf.Tensor:
        kept = layer.axis % len(value.shape)
        mean, variance = tf.nn.moments(value, [axis for axis in range(len(value.shape)) if axis != kept])
        for average, now in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
            average.assign(share * now + (1 - share) * average.value)
        return layer(value, training=False)

    return call
