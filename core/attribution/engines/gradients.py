"""What gradient methods share: the gradient of the score, and reducing colour channels to one map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import tensorflow as tf

from core.attribution.base import Cost
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator, scores
from core.networks.graph import Call, Graph
from core.progress import OnStep
from core.settings import Settings, setting

Channels = Literal["max", "sum", "l2"]
Field = Callable[[Graph, tf.Tensor, tf.Tensor], tf.Tensor]
"""(graph, pictures (N, H, W, C), targets (N, K)) -> one value for each input value, (N, H, W, C)."""


class ChannelSettings(Settings):
    """Settings of methods that give one value for each colour channel."""

    channels: Channels = setting(
        "max",
        ("How a pixel's channels become one number: the largest magnitude (max), the length (l2), or the signed sum."),
    )

    @property
    def signed(self) -> bool:
        """Whether negative values mean "against the class"."""
        return self.channels == "sum"


def score_gradient(
    graph: Graph, images: tf.Tensor, targets: tf.Tensor, calls: Mapping[str, Call] | None = None
) -> tf.Tensor:
    """Gradient of each picture's score with respect to its own values, (N, H, W, C).

    Args:
        graph: the network.
        images: (N, H, W, C).
        targets: weights on the logits, (N, K).
        calls: path -> what computes that step in place of its own call, for modified backward rules.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(images)
        score = scores(graph.run(images, calls=calls), targets)
    return tape.gradient(score, images, unconnected_gradients=tf.UnconnectedGradients.ZERO)


def with_custom_gradient(value: tf.Tensor, made: tf.Tensor, back: Callable[[tf.Tensor], tf.Tensor]) -> tf.Tensor:
    """`made` as it is, with a gradient of its own with respect to the value that it was made of.

    Args:
        value: what the gradient goes to.
        made: what was made of it, or the value itself; its true gradient is dropped.
        back: gradient from above -> gradient of `value`.
    """

    @tf.custom_gradient
    def replaced(_: tf.Tensor, made: tf.Tensor) -> tuple[tf.Tensor, Callable[..., tuple[tf.Tensor, tf.Tensor]]]:
        return tf.identity(made), lambda above: (back(above), tf.zeros_like(made))

    return replaced(value, tf.stop_gradient(made))


def local_slope(call: Call, value: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """What an activation makes of a value, and its derivative there."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(value)
        made = call(value)
    return made, tape.gradient(made, value)


def reduce_channels(values: tf.Tensor, channels: Channels) -> tf.Tensor:
    """Values (N, H, W, C) as one map a picture, (N, H, W)."""
    if channels == "sum":
        return tf.reduce_sum(values, axis=-1)
    if channels == "l2":
        return tf.norm(values, axis=-1)
    return tf.reduce_max(tf.abs(values), axis=-1)


def reduce_channels_array(values: np.ndarray, channels: Channels) -> np.ndarray:
    """`reduce_channels` for values that have already left TensorFlow."""
    if channels == "sum":
        return values.sum(axis=-1)
    if channels == "l2":
        return np.linalg.norm(values, axis=-1)
    return np.abs(values).max(axis=-1)


def field_map(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    name: str,
    field: Field,
    channels: Channels,
    on_step: OnStep,
) -> np.ndarray:
    """One evaluation of a field for each picture, as maps (N, H, W).

    Args:
        network: the network.
        images: (N, H, W, C), in the scale that the model takes.
        targets: weights on the logits, (N, K).
        name: the method's name, which keys the compiled function together with `channels`.
        field: what is evaluated.
        channels: how channels become one number.
        on_step: reports progress; stops the work when it raises.
    """

    def make(graph: Graph) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
        return lambda pictures, weights: reduce_channels(field(graph, pictures, weights), channels)

    function = network.compiled((name, channels), make, [IMAGES, TARGETS])
    return network.map(function, images, targets, on_step=on_step)


def gradient_cost(settings: Settings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """The cost of a single gradient."""
    return Cost(gradients=1)
