"""A method that halves the gradient."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.engines.gradients import ChannelSettings, field_map, gradient_cost, score_gradient
from core.networks.evaluator import ModelEvaluator
from core.networks.graph import Graph
from core.progress import OnStep, silent


class ToyMethodSettings(ChannelSettings):
    """Dials of the toy method."""


def field(graph: Graph, pictures: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    """Half the gradient, (N, H, W, C)."""
    return score_gradient(graph, pictures, targets) / 2


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: ToyMethodSettings,
    *,
    layer: str | None = None,
    on_step: OnStep = silent,
) -> np.ndarray:
    """The map of each picture, (N, H, W)."""
    return field_map(
        network, images, targets, name="toy_method", field=field, channels=settings.channels, on_step=on_step
    )


METHOD = MethodInfo(
    name="toy_method",
    title="Toy method",
    family="gradient",
    signed=False,
    needs_layer=False,
    Settings=ToyMethodSettings,
    reference="Nobody 2026",
    plain="Halves the gradient.",
    text=(
        "Take the map that the gradient gives, and cut every value in half. The picture of it looks just the same, "
        "since only the scale has changed."
    ),
    misleads="It misleads just as often as the gradient does, and in the same places. Half of a wrong value is wrong.",
    attribute=attribute,
    cost=gradient_cost,
)
