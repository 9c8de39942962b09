"""Eigen-CAM: the one pattern that explains most of a layer's maps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.engines.cam import enlarge, forward_cost
from core.networks.evaluator import IMAGES, ModelEvaluator
from core.networks.graph import Graph
from core.progress import OnStep, silent
from core.settings import Settings, setting

CLOSE = 1e-6
"""Change of the direction in one step at which the iteration ends."""
MOST_STEPS = 1000


class EigenCamSettings(Settings):
    """Settings of Eigen-CAM."""

    centred: bool = setting(
        False, "Subtract each map's mean first, so that the pattern shows where maps differ from their mean."
    )


def first_component(maps: tf.Tensor, centred: bool) -> tf.Tensor:
    r"""$A v_1$, with $v_1$ the first right singular vector of the maps as a matrix (places, k): (N, h, w).

    The sign is the one with the larger sum over places; what is below zero is set to zero.
    """
    size = tf.shape(maps)
    places = tf.reshape(maps, (size[0], size[1] * size[2], size[3]))
    places = places - tf.reduce_mean(places, axis=1, keepdims=True) if centred else places
    along = tf.linalg.matvec(places, _direction(tf.matmul(places, places, transpose_a=True)))
    total = tf.reduce_sum(along, axis=1, keepdims=True)
    return tf.nn.relu(tf.reshape(tf.where(total < 0, -along, along), size[:3]))


def _direction(square: tf.Tensor) -> tf.Tensor:
    """The eigenvector (N, k) of the largest eigenvalue of symmetric matrices (N, k, k), by power iteration.

    It starts from each map's own size, which for maps that are not negative is already near, and is far cheaper than
    a full decomposition.
    """

    def moves(_: tf.Tensor, change: tf.Tensor) -> tf.Tensor:
        return change > CLOSE

    def turn(now: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        turned = tf.math.l2_normalize(tf.squeeze(now[:, None] @ square, 1), axis=-1)
        return turned, tf.reduce_max(tf.abs(turned - now))

    begin = tf.math.l2_normalize(tf.sqrt(tf.linalg.diag_part(square)), axis=-1)
    return tf.while_loop(moves, turn, (begin, tf.constant(1.0)), maximum_iterations=MOST_STEPS)[0]


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,  # noqa: ARG001 - every method takes it
    settings: EigenCamSettings,
    *,
    layer: str,
    on_step: OnStep = silent,
    resize: bool = True,
) -> np.ndarray:
    """Eigen-CAM of each picture, (N, H, W); at the layer's own size without `resize`. The same for every class."""

    def make(graph: Graph) -> Callable[[tf.Tensor], tf.Tensor]:
        def compute(pictures: tf.Tensor) -> tf.Tensor:
            maps = tf.cast(graph.maps(layer, graph.run(pictures, until=layer)), tf.float32)
            made = first_component(maps, settings.centred)
            return enlarge(made, tf.shape(pictures)[1:3]) if resize else made

        return compute

    function = network.compiled(("eigen_cam", settings.centred, layer, resize), make, [IMAGES])
    return network.map(function, images, on_step=on_step)


METHOD = MethodInfo(
    name="eigen_cam",
    title="Eigen-CAM",
    family="class activation",
    signed=False,
    needs_layer=True,
    Settings=EigenCamSettings,
    reference="Muhammad and Yeasin 2020, arXiv 2008.00299",
    plain=(
        "Looks for the one pattern that most of a layer's maps share, and shows where it is. Usually that is the "
        "thing that stands out in the picture."
    ),
    text=(
        "Most maps of a layer have some pattern in common. Eigen-CAM finds the one that they share most and shows "
        "where it is. As a rule that is the thing that stands out in the picture."
    ),
    misleads=(
        "It does not know about classes. Ask about boots or about bags, and you get the same map. It shows what "
        "stands out, which need not be what decided."
    ),
    attribute=attribute,
    caveat="Does not know about classes: the map is the same whichever answer you ask about.",
    cost=forward_cost,
    order=150,
)
