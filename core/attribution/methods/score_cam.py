"""Score-CAM: a layer's maps, weighted by the score of the image seen through each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import tensorflow as tf

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines.cam import CamSettings, enlarge
from core.attribution.engines.fills import Fill, fill_colours
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator, scores
from core.networks.graph import Graph
from core.networks.pixel_range import pixel_range
from core.progress import OnStep, silent
from core.settings import setting


class ScoreCamSettings(CamSettings):
    """Settings of Score-CAM."""

    maps: int = setting(
        0,
        "Number of maps that are tried: those that vary most over the picture. 0 for all.",
        low=0,
        high=4096,
        step=1,
        unit="maps",
    )
    score: Literal["logit", "probability"] = setting(
        "logit", "What is measured: the raw score (logit), or the network's confidence (probability).", common=False
    )
    weights: Literal["softmax", "rise"] = setting(
        "softmax",
        (
            "How a map's score becomes its weight: by a softmax over all maps, as in the paper, or by how far it "
            "lies above the blank picture's score."
        ),
        common=False,
    )
    fill: Fill = setting("black", "What replaces the hidden parts.", common=False)


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: ScoreCamSettings,
    *,
    layer: str,
    on_step: OnStep = silent,
    resize: bool = True,
) -> np.ndarray:
    """Score-CAM of each picture, (N, H, W); at the layer's own size without `resize`."""
    targets = network.resolve(images, targets)
    count = _count(settings, int(network.graph.step(layer).shape[-1] or 0))
    size = network.batch_size(images.shape[1:])
    fills = fill_colours(images, settings.fill, pixel_range(network.graph, images))
    made = []
    for start in range(0, len(images), size):
        rows = slice(start, start + size)
        pictures = np.asarray(images[rows], np.float32)
        maps = _chosen_channels(_maps(network, pictures, layer), count)
        step = _after(on_step, start * count, len(images) * count)
        seen = _masked_scores(network, pictures, targets[rows], fills[rows], maps, settings, step)
        weights = _weights(network, pictures, targets[rows], fills[rows], seen, settings)
        made.append(_combine(maps, weights, settings, images.shape[1:3] if resize else None))
    return np.concatenate(made)


def _count(settings: ScoreCamSettings, maps: int) -> int:
    return min(settings.maps or maps, maps)


def _maps(network: ModelEvaluator, pictures: np.ndarray, layer: str) -> np.ndarray:
    def make(graph: Graph) -> Callable[[tf.Tensor], tf.Tensor]:
        return lambda images: tf.cast(graph.maps(layer, graph.run(images, until=layer)), tf.float32)

    function = network.compiled(("maps", layer), make, [IMAGES])
    return function(pictures).numpy()


def _chosen_channels(maps: np.ndarray, count: int) -> np.ndarray:
    """The maps (n, h, w, count) of each picture that vary most, in the layer's order."""
    if count == maps.shape[-1]:
        return maps
    chosen = np.sort(np.argsort(maps.var(axis=(1, 2)), axis=-1)[:, -count:], axis=-1)
    return np.take_along_axis(maps, chosen[:, None, None, :], axis=-1)


def _masked_scores(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    fills: np.ndarray,
    maps: np.ndarray,
    settings: ScoreCamSettings,
    on_step: OnStep,
) -> np.ndarray:
    """The score of each picture through each of its maps, (n, k)."""
    function = network.compiled(
        ("score_cam", settings.score), _through(settings.score), [IMAGES, TARGETS, IMAGES, IMAGES]
    )
    count = maps.shape[-1]
    batch, chunk = network.fused(len(images), images.shape[1:], count)
    seen = np.empty((len(images), count), np.float32)
    for start in range(0, len(images), batch):
        rows = slice(start, start + batch)
        for first in range(0, count, chunk):
            part = slice(first, first + chunk)
            seen[rows, part] = function(images[rows], targets[rows], fills[rows], maps[rows, ..., part]).numpy()
            on_step(start * count + len(images[rows]) * min(first + chunk, count), len(images) * count, "maps")
    return seen


def _through(score: str) -> Callable[[Graph], Callable[..., tf.Tensor]]:
    """Scores (B, k) of B pictures through each of k maps, as one batch of B x k pictures."""

    def make(graph: Graph) -> Callable[..., tf.Tensor]:
        def compute(pictures: tf.Tensor, targets: tf.Tensor, fills: tf.Tensor, maps: tf.Tensor) -> tf.Tensor:
            size, count = tf.shape(pictures), tf.shape(maps)[-1]
            masks = tf.transpose(_normalised(tf.image.resize(maps, size[1:3])), (0, 3, 1, 2))[..., None]
            seen = fills[:, None] + masks * (pictures - fills)[:, None]
            values = graph.run(tf.reshape(seen, (-1, size[1], size[2], size[3])))
            values = graph.reading.probabilities(values) if score == "probability" else values
            return tf.reshape(scores(values, tf.repeat(targets, count, axis=0)), (size[0], count))

        return compute

    return make


def _normalised(maps: tf.Tensor) -> tf.Tensor:
    """Each map in 0..1; all zeros where it is the same everywhere."""
    low = tf.reduce_min(maps, axis=(1, 2), keepdims=True)
    return tf.math.divide_no_nan(maps - low, tf.reduce_max(maps, axis=(1, 2), keepdims=True) - low)


def _weights(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    fills: np.ndarray,
    seen: np.ndarray,
    settings: ScoreCamSettings,
) -> np.ndarray:
    if settings.weights == "softmax":
        return tf.nn.softmax(seen).numpy()
    blank = np.broadcast_to(fills, images.shape)
    values = network.probabilities(blank) if settings.score == "probability" else network.logits(blank)
    return seen - (values * targets).sum(axis=1, keepdims=True)


def _combine(
    maps: np.ndarray, weights: np.ndarray, settings: ScoreCamSettings, size: tuple[int, ...] | None
) -> np.ndarray:
    made = np.einsum("nhwk,nk->nhw", maps, weights)
    made = np.maximum(made, 0) if settings.positive_only else made
    return enlarge(tf.constant(made), tf.constant(size)).numpy() if size is not None else made


def _after(on_step: OnStep, before: int, whole: int) -> OnStep:
    """Reports the steps of one batch as part of all."""

    def step(done: int, total: int, note: str = "") -> None:  # noqa: ARG001 - an OnStep
        on_step(before + done, whole, note)

    return step


def cost(settings: ScoreCamSettings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """One forward pass for the maps, one for each of them, and one for the blank picture where it counts."""
    return Cost(forwards=1 + _count(settings, maps) + (settings.weights == "rise"))


def coarse(settings: ScoreCamSettings, shape: tuple[int, int, int], evaluations: int) -> ScoreCamSettings:  # noqa: ARG001
    """The maps that vary most."""
    return settings.model_copy(update={"maps": min(settings.maps or evaluations, evaluations)})


METHOD = MethodInfo(
    name="score_cam",
    title="Score-CAM",
    family="class activation",
    signed=False,
    needs_layer=True,
    Settings=ScoreCamSettings,
    reference="Wang et al. 2020, arXiv 1910.01279",
    plain=(
        "Lays each map over the picture like a stencil, asks the network again, and adds up the maps, each weighted by "
        "the score it let through. It needs no gradient."
    ),
    text=(
        "Each map of the layer is laid over the picture like a stencil, and the network is asked again. Stencils that "
        "keep the score high count most. No gradient is needed, only many looks."
    ),
    misleads=(
        "A picture seen through a stencil is unlike any that the network has learned from, so its answers to it are "
        "guesses. With many maps it is slow, and maps that look alike all get their share."
    ),
    attribute=attribute,
    caveat="Slow with many maps, and a picture seen through a stencil is unlike any the network has learned from.",
    cost=cost,
    coarse=coarse,
    order=140,
)
