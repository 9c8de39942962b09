"""Guided backprop: the gradient along paths that were active and speak for the class all the way."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.engines.gradients import ChannelSettings, field_map, gradient_cost, score_gradient
from core.attribution.engines.relu_rules import CAVEAT, guided_relu, with_modified_relus
from core.networks.evaluator import ModelEvaluator
from core.networks.graph import Graph
from core.progress import OnStep, silent


class GuidedBackpropSettings(ChannelSettings):
    """Settings of guided backprop."""


def field(graph: Graph, images: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    r"""The gradient with $R_{in} = R_{out} \cdot [R_{out} > 0] \cdot [z > 0]$ at each ReLU, (N, H, W, C)."""
    return score_gradient(graph, images, targets, with_modified_relus(graph, guided_relu))


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: GuidedBackpropSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    """The guided gradient of each picture's score, (N, H, W).

    Raises:
        LayerError: when the network has no ReLU.
    """
    return field_map(
        network, images, targets, name="guided_backprop", field=field, channels=settings.channels, on_step=on_step
    )


METHOD = MethodInfo(
    name="guided_backprop",
    title="Guided backprop",
    family="gradient",
    signed=False,
    needs_layer=False,
    Settings=GuidedBackpropSettings,
    reference="Springenberg et al. 2014, arXiv 1412.6806",
    plain=(
        "Follows the answer back through the network and drops everything that spoke against it on the way. "
        "The result is sharp and looks convincing."
    ),
    text=(
        "Follow the answer back through the network, and at every step drop all that spoke against it. What is left "
        "is a crisp drawing of edges. People like it, since it looks as if the network saw what they see."
    ),
    misleads=(
        "It would look much the same on a network that knows nothing: it redraws the edges of the picture. Compare "
        "the two maps below on more than one picture. Do not use it as proof of anything."
    ),
    attribute=attribute,
    caveat=CAVEAT,
    cost=gradient_cost,
    order=80,
)
