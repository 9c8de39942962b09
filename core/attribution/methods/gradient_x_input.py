"""Gradient times input: how fast the score changes with each pixel, times how much of it there is."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.engines.gradients import field_map, gradient_cost, score_gradient
from core.networks.evaluator import ModelEvaluator
from core.networks.graph import Graph
from core.progress import OnStep, silent
from core.settings import Settings


class GradientXInputSettings(Settings):
    """Gradient times input has no dials: a pixel's channels are summed, as the method's meaning demands."""


def field(graph: Graph, images: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    r"""$x \cdot \partial S / \partial x$, (N, H, W, C)."""
    return images * score_gradient(graph, images, targets)


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: GradientXInputSettings,  # noqa: ARG001 - every method takes it
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    """Gradient times input summed over channels, (N, H, W); signed."""
    return field_map(network, images, targets, name="gradient_x_input", field=field, channels="sum", on_step=on_step)


METHOD = MethodInfo(
    name="gradient_x_input",
    title="Gradient × input",
    family="gradient",
    signed=True,
    needs_layer=False,
    Settings=GradientXInputSettings,
    reference="Shrikumar et al. 2016, arXiv 1605.01713",
    plain=(
        "Multiplies how sensitive the score is to each pixel by the pixel's own value. In a network that only adds "
        "and multiplies, this is exactly each pixel's share of the score."
    ),
    text=(
        "Take how much the score would move with each pixel, and multiply it by how bright that pixel is. In a "
        "network that only adds and multiplies, this gives each pixel its exact share of the score. In a real one it "
        "is a good first guess, and it costs one look."
    ),
    misleads=(
        "Black pixels get nothing, for zero times anything is zero. A dark shoe on a bright wall can look as if it "
        "did not count, even when the network looked at the shoe alone."
    ),
    attribute=attribute,
    caveat="Black pixels get nothing, whatever they mean: zero times anything is zero.",
    cost=gradient_cost,
    order=20,
)
