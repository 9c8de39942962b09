"""Guided Grad-CAM: guided backprop, kept only where Grad-CAM sees evidence."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines.cam import enlarge, maps_and_gradients
from core.attribution.engines.gradients import ChannelSettings, reduce_channels
from core.attribution.engines.relu_rules import CAVEAT
from core.attribution.methods import guided_backprop
from core.attribution.methods.grad_cam import weighted_maps
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from core.networks.graph import Graph
from core.progress import OnStep, silent
from core.settings import Settings


class GuidedGradCamSettings(ChannelSettings):
    """Settings of guided Grad-CAM."""


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: GuidedGradCamSettings,
    *,
    layer: str,
    on_step: OnStep = silent,
) -> np.ndarray:
    """Guided backprop times Grad-CAM at the size of the picture, (N, H, W).

    Raises:
        LayerError: when the network has no ReLU.
    """

    def make(graph: Graph) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
        def compute(pictures: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
            cam = tf.nn.relu(weighted_maps(*maps_and_gradients(graph, pictures, weights, layer)))
            fine = guided_backprop.field(graph, pictures, weights)
            return reduce_channels(fine, settings.channels) * enlarge(cam, tf.shape(pictures)[1:3])

        return compute

    function = network.compiled(("guided_grad_cam", settings.channels, layer), make, [IMAGES, TARGETS])
    return network.map(function, images, targets, on_step=on_step)


def cost(settings: Settings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """One forward pass for Grad-CAM, and one gradient for guided backprop."""
    return Cost(forwards=1, gradients=1)


METHOD = MethodInfo(
    name="guided_grad_cam",
    title="Guided Grad-CAM",
    family="class activation",
    signed=False,
    needs_layer=True,
    Settings=GuidedGradCamSettings,
    reference="Selvaraju et al. 2017, arXiv 1610.02391",
    plain=(
        "Cuts guided backprop's fine drawing to the places where Grad-CAM sees evidence. Sharp and tied to the class, "
        "at least in where it looks."
    ),
    text=(
        "Guided backprop draws fine lines but all over. Grad-CAM knows where to look but is coarse. This one cuts the "
        "fine lines down to the place that Grad-CAM marks. It looks sharp and sure."
    ),
    misleads=(
        "The lines are those of guided backprop, and they hardly depend on what the network learned. Only the place "
        "is worth something, and plain Grad-CAM shows that too."
    ),
    attribute=attribute,
    caveat=CAVEAT,
    cost=cost,
    order=160,
)
