"""Tuning a sharpening layer to one network, which itself stays as it is, without labels."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

from core.networks.evaluator import IMAGES, ModelEvaluator
from core.networks.graph import Graph
from core.networks.training.loop import batches
from core.progress import OnStep, silent
from core.repair.engines.deblurring import GAINS
from core.repair.engines.model_copies import prepend_layers

STEPS = 150
BATCH = 64
RATE = 0.01  # of Adam, on the logarithm of each gain


def match_features(
    layer: keras.Sequential,
    model: keras.Model,
    sharp: np.ndarray,
    soft: np.ndarray,
    *,
    seed: int = 0,
    on_step: OnStep = silent,
) -> None:
    """Tune the gains of a sharpening layer until the network predicts blurred images as it predicts sharp ones.

    The loss is the Kullback-Leibler divergence between the two predictions; each gain is multiplied by a positive
    factor
    that starts at one.

    Args:
        layer: made by `sharpening_layer`; its gains are changed in place.
        model: the classifier; read only.
        sharp: images (N, H, W, C) in its scale. Nothing is done if there are none.
        soft: the same images after the fault.
        seed: seed of the images' order.
        on_step: called after each step; stops the work when it raises.

    Source: Hinton et al. 2015, arXiv 1503.02531 (training on another network's outputs).
    """
    if not len(sharp):
        return
    wanted, gains = ModelEvaluator.of(model).probabilities(sharp), layer.get_layer(GAINS)
    factors = tf.Variable(tf.zeros((1, 1, 1, gains.kernel.shape[2])))
    step = _stepping(ModelEvaluator.of(prepend_layers(model, [layer])).graph, factors)
    for done, rows in enumerate(_rows(len(sharp), seed), 1):
        step(tf.constant(soft[rows], tf.float32), tf.constant(wanted[rows], tf.float32))
        on_step(done, STEPS, "tuning the sharpening to this network")
    gains.set_weights([gains.get_weights()[0] * np.exp(factors.numpy()).reshape(1, 1, -1, 1)])


def _rows(count: int, seed: int) -> Iterator[np.ndarray]:
    order = batches(count, min(BATCH, count), seed)
    return (next(order) for _ in range(STEPS))


def _stepping(graph: Graph, factors: tf.Variable) -> tf.types.experimental.PolymorphicFunction:
    """One step of Adam on the factors, given blurred images and the predictions wanted for them."""
    place = next(step for step in graph.steps if step.path.endswith(GAINS))
    optimiser = keras.optimizers.Adam(RATE)
    optimiser.build([factors])

    def step(soft: tf.Tensor, wanted: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            answers = graph.run(soft, calls={place.path: lambda value: place.call(value) * tf.exp(factors)})
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, answers))
        optimiser.apply([tape.gradient(loss, factors)], [factors])
        return loss

    return tf.function(step, input_signature=[IMAGES, tf.TensorSpec([None, None], tf.float32)], autograph=False)
