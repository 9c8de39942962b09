"""What class activation methods share: a layer's maps, the score's gradient with respect to them, and resizing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from core.attribution.base import Attribute, Cost
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator, scores
from core.networks.graph import Graph
from core.progress import OnStep, silent
from core.settings import Settings, setting

Combine = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""(maps (N, h, w, k), gradients (N, h, w, k)) -> one signed map per image, (N, h, w)."""


class CamSettings(Settings):
    """Settings of methods that add up weighted maps."""

    positive_only: bool = setting(
        True, "Keep only what supports the class, as in the paper. If off, the map is signed.", title="Positive only"
    )

    @property
    def signed(self) -> bool:
        """Whether negative values mean "against the class"."""
        return not self.positive_only


def maps_and_gradients(graph: Graph, images: tf.Tensor, targets: tf.Tensor, layer: str) -> tuple[tf.Tensor, tf.Tensor]:
    """A layer's maps (N, h, w, k) and the gradient of the score with respect to them.

    Only the head, from the layer on, is differentiated: the rest of the network runs forward once.

    Args:
        graph: the network.
        images: (N, H, W, C).
        targets: weights on the logits, (N, K).
        layer: path of the layer.
    """
    seen: list[tf.Tensor] = []
    with tf.GradientTape(watch_accessed_variables=False) as tape:

        def watch(value: tf.Tensor) -> tf.Tensor:
            tape.watch(value)
            seen.append(value)
            return value

        score = scores(graph.run(images, hooks={layer: watch}), targets)
    gradients = tape.gradient(score, seen[0], unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return tuple(tf.cast(graph.maps(layer, value), tf.float32) for value in (seen[0], gradients))


def gradient_cam(name: str, combine: Combine) -> Attribute:
    """The `attribute` of a method that combines a layer's maps with the score's gradient with respect to them.

    Args:
        name: the method's name, which keys the compiled function.
        combine: (maps, gradients), both (N, h, w, k) -> one signed map a picture, (N, h, w).

    Returns:
        (network, images, targets, settings, layer=, on_step=, resize=True) -> float32 (N, H, W), or (N, h, w) at the
        layer's own size without `resize`.
    """

    def attribute(
        network: ModelEvaluator,
        images: np.ndarray,
        targets: np.ndarray,
        settings: CamSettings,
        *,
        layer: str,
        on_step: OnStep = silent,
        resize: bool = True,
    ) -> np.ndarray:
        def make(graph: Graph) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
            def compute(pictures: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
                made = combine(*maps_and_gradients(graph, pictures, weights, layer))
                made = tf.nn.relu(made) if settings.positive_only else made
                return enlarge(made, tf.shape(pictures)[1:3]) if resize else made

            return compute

        function = network.compiled((name, settings.positive_only, layer, resize), make, [IMAGES, TARGETS])
        return network.map(function, images, targets, on_step=on_step)

    return attribute


def enlarge(maps: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
    """Maps (N, h, w) at the size of the images, by bilinear interpolation between centres."""
    return tf.image.resize(maps[..., None], size, method="bilinear")[..., 0]


def forward_cost(settings: Settings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """The cost of one forward pass; the head's gradient is small in comparison."""
    return Cost(forwards=1)
