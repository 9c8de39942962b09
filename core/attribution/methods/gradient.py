"""Gradient (vanilla saliency): how fast the score changes with each pixel."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.engines.gradients import ChannelSettings, field_map, gradient_cost, score_gradient
from core.networks.evaluator import ModelEvaluator
from core.networks.graph import Graph
from core.progress import OnStep, silent


class GradientSettings(ChannelSettings):
    """Settings of the gradient."""


def field(graph: Graph, images: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    r"""$\partial S / \partial x$, (N, H, W, C)."""
    return score_gradient(graph, images, targets)


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: GradientSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    """The gradient of each picture's score, (N, H, W)."""
    return field_map(
        network, images, targets, name="gradient", field=field, channels=settings.channels, on_step=on_step
    )


METHOD = MethodInfo(
    name="gradient",
    title="Gradient",
    family="gradient",
    signed=False,
    needs_layer=False,
    Settings=GradientSettings,
    reference="Simonyan et al. 2013, arXiv 1312.6034",
    plain=(
        "Asks of each pixel: if it changed a little, how much would the score move? Bright pixels are the ones that "
        "the answer is most sensitive to."
    ),
    text=(
        "Imagine turning each pixel up by a hair and watching the score. Some pixels barely move it, others move it a "
        "lot. The map shows how much. The network works this out for all pixels in one go, so it is the fastest "
        "method of all, and many others are built on it."
    ),
    misleads=(
        "The map is grainy, like sand. It tells what a tiny change would do, not what the pixel did. Where the "
        "network is already sure, tiny changes do nothing, and the map can be dark just where the reason lies."
    ),
    attribute=attribute,
    caveat="Grainy, and about small changes only: what a pixel would do, not what it did.",
    cost=gradient_cost,
    order=10,
)
