"""From a unit to the image, and from a class to the units: which place, which channel, and both.

Source: Olah et al. 2018, "The Building Blocks of Interpretability", Distill.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from core.attribution.base import Targets, target_weights
from core.attribution.engines.cam import maps_and_gradients
from core.features.responses import checked_layer, checked_unit
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator, checked_images
from core.networks.graph import Graph
from core.networks.interface import Interface, prepared
from core.progress import OnStep, silent


class UnitAttributions(NamedTuple):
    """What a layer contributes to a class's logit, to first order: value x gradient.

    Args:
        both: float32 (N, h, w, K), of each channel at each place.
        spatial: float32 (N, h, w), summed over channels.
        channel: float32 (N, K), summed over places.
    """

    both: np.ndarray
    spatial: np.ndarray
    channel: np.ndarray


def contributions(
    model: keras.Model,
    images: Any,
    targets: Targets = None,
    layer: str | None = None,
    *,
    interface: Interface | None = None,
) -> UnitAttributions:
    """How much each place and channel of a layer adds to a class's logit.

    For a layer from which the logit is a weighted sum plus a constant, they add up to the logit minus the constant.

    Args:
        model: any Keras 3 classifier with a graph; never changed.
        images: (N, H, W, C) or one image, in the scale that the model takes.
        targets: None for each image's predicted class, a class, N classes, or a `Contrast` of two.
        layer: a path that returns maps; None for the last convolution.
        interface: how the network is read, from `core.networks.interface`; images are then the user's own pictures.

    Raises:
        LayerError: when the layer does not exist or returns no maps.
        TargetError: for a class that the network does not have.
    """
    network = ModelEvaluator.of(prepared(model, interface))
    path, pictures = network.map_layer(layer), checked_images(network.graph, images)
    weights = target_weights(targets, len(pictures), network.graph.classes)

    def make(graph: Graph) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
        def compute(batch: tf.Tensor, wanted: tf.Tensor) -> tf.Tensor:
            maps, gradients = maps_and_gradients(graph, batch, wanted, path)
            return maps * gradients

        return compute

    both = network.map(network.compiled(("contributions", path), make, [IMAGES, TARGETS]), pictures, weights)
    return UnitAttributions(both, both.sum(axis=-1), both.sum(axis=(1, 2)))


def unit_attribution(
    model: keras.Model,
    images: Any,
    layer: str | None,
    unit: int,
    *,
    steps: int = 32,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
) -> np.ndarray:
    r"""Which pixels a unit's strongest answer rests on: integrated gradients from the picture's mean colour.

    $(x - \bar x) \cdot \frac{1}{S} \sum_s \nabla a(\bar x + \frac{s - 1/2}{S} (x - \bar x))$, summed over colours, with
    a the unit's answer at the place where it is strongest. The map adds up to the answer less the answer to the mean
    colour, up to the error of the sum.

    Args:
        model: as in `contributions`.
        images: as in `contributions`.
        layer: as in `contributions`; any layer with maps or units.
        unit: the channel, from 0.
        steps: S, from 1.
        interface: as in `contributions`.
        on_step: called as pictures are done; stops the work when it raises.

    Returns:
        float32 (N, H, W), signed.

    Source: Sundararajan, Taly and Yan 2017, arXiv 1703.01365.
    """
    model = prepared(model, interface)
    network, path = ModelEvaluator.of(model), checked_layer(model, layer)
    checked_unit(network.graph, path, unit)
    pictures = checked_images(network.graph, images)
    function = network.compiled(
        ("unit attribution", path),
        lambda graph: _along(graph, path),
        [IMAGES, tf.TensorSpec([None, 2], tf.float32)],
    )
    about = np.tile(np.array([[unit, steps]], np.float32), (len(pictures), 1))
    return network.map(function, pictures, about, on_step=on_step or silent)


def _along(graph: Graph, path: str) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    def answers(pictures: tf.Tensor, unit: tf.Tensor) -> tf.Tensor:
        """The unit's answer at each place, (N, places)."""
        value = tf.cast(graph.run(pictures, until=path), tf.float32)
        flat = tf.reshape(value, (tf.shape(value)[0], -1, value.shape[-1]))
        return tf.gather(flat, unit, axis=-1)

    def compute(pictures: tf.Tensor, about: tf.Tensor) -> tf.Tensor:
        unit, steps = tf.cast(about[0, 0], tf.int32), about[0, 1]
        strongest = tf.argmax(answers(pictures, unit), axis=1)
        middle = tf.reduce_mean(pictures, axis=(1, 2), keepdims=True)

        def body(step: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            between = middle + (tf.cast(step, tf.float32) + 0.5) / steps * (pictures - middle)
            with tf.GradientTape() as tape:
                tape.watch(between)
                answer = tf.gather(answers(between, unit), strongest, axis=1, batch_dims=1)
            slope = tape.gradient(answer, between, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            return step + 1, total + slope / steps

        _, mean = tf.while_loop(
            lambda step, _: tf.cast(step, tf.float32) < steps, body, (0, tf.zeros_like(pictures)), parallel_iterations=1
        )
        return tf.reduce_sum((pictures - middle) * mean, axis=-1)

    return compute
