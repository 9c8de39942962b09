"""BatchNorm statistics re-estimated on served images, without labels or training."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.networks.graph import Call, graph_of
from core.repair.base import TrainingRecipe
from core.repair.engines.model_copies import copy_model
from core.repair.engines.serving_faults import run_layers, sample_images

PIXELS = 4_000_000  # of all pictures looked at together, so that their maps fit into memory
PRIOR = 16  # pictures that the old averages count for


def reestimate_as_served(model: keras.Model, recipe: TrainingRecipe) -> keras.Model:
    """A copy of the model with BatchNorm statistics of the recipe's test images, passed through its front layers.

    Args:
        model: read only.
        recipe: its test images are as served.
    """
    images = recipe.splits.test.images
    pictures = sample_images(images, max(1, PIXELS // int(np.prod(images.shape[1:3])))).astype(np.float32)
    for layers in recipe.front:
        pictures = run_layers(pictures, layers)
    return reestimate(model, pictures)


def reestimate(model: keras.Model, images: np.ndarray) -> keras.Model:
    r"""A copy with BatchNorm statistics $\frac{N}{N + n} \cdot$ new $+ \frac{n}{N + n} \cdot$ old, with n = 16.

    Each layer's statistics are taken behind the layers that were already re-estimated.

    Args:
        model: read only; a model without BatchNorm is returned unchanged.
        images: float32 (N, H, W, C), as the model takes them.

    Source: Schneider et al. 2020, arXiv 2006.16971.
    """
    made = copy_model(model)
    if not len(images):
        return made
    graph = graph_of(made)
    norms = [step for step in graph.steps if step.kind == "BatchNormalization"]
    share = len(images) / (len(images) + PRIOR)
    graph.run(
        tf.constant(images, tf.float32), calls={step.path: _reestimating_call(step.layer, share) for step in norms}
    )
    return made


def _reestimating_call(layer: Any, share: float) -> Call:
    """The layer's own call, after its statistics moved by a fraction towards those of its input."""

    def call(value: tf.Tensor) -> tf.Tensor:
        kept = layer.axis % len(value.shape)
        mean, variance = tf.nn.moments(value, [axis for axis in range(len(value.shape)) if axis != kept])
        for average, now in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
            average.assign(share * now + (1 - share) * average.value)
        return layer(value, training=False)

    return call
