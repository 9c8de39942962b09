"""DeconvNet: the score projected back to the pixels, through every ReLU as if it had been active."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.engines.gradients import ChannelSettings, field_map, gradient_cost, score_gradient
from core.attribution.engines.relu_rules import CAVEAT, deconvnet_relu, with_modified_relus
from core.networks.evaluator import ModelEvaluator
from core.networks.graph import Graph
from core.progress import OnStep, silent


class DeconvnetSettings(ChannelSettings):
    """Settings of DeconvNet."""


def field(graph: Graph, images: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    r"""The gradient with $R_{in} = R_{out} \cdot [R_{out} > 0]$ at each ReLU, (N, H, W, C)."""
    return score_gradient(graph, images, targets, with_modified_relus(graph, deconvnet_relu))


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: DeconvnetSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    """The projection of each picture's score, (N, H, W).

    Raises:
        LayerError: when the network has no ReLU.
    """
    return field_map(
        network, images, targets, name="deconvnet", field=field, channels=settings.channels, on_step=on_step
    )


METHOD = MethodInfo(
    name="deconvnet",
    title="DeconvNet",
    family="gradient",
    signed=False,
    needs_layer=False,
    Settings=DeconvnetSettings,
    reference="Zeiler and Fergus 2014, arXiv 1311.2901",
    plain=(
        "Runs the network backwards from the answer to the pixels, keeping only what speaks for it. Shows what kind "
        "of pattern could have led to the answer."
    ),
    text=(
        "Run the network backwards, from the answer down to the pixels, and keep only what speaks for it. The result "
        "shows what kind of pattern could have led to the answer. It was one of the first looks inside such networks."
    ),
    misleads=(
        "Much of the drawing comes from the picture and from where the network pools, and little from what it "
        "learned. It fails the check that a map should change when the network forgets. Do not use it as proof."
    ),
    attribute=attribute,
    caveat=CAVEAT,
    cost=gradient_cost,
    order=90,
)
