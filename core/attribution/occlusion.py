"""Occlusion: how much the score falls when a window of the picture is covered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.evaluate import IMAGES, TARGETS, Network, scores
from core.attribution.fills import Fill, fill_colours
from core.attribution.windows import corners, spread
from core.networks.graph import Graph
from core.progress import OnStep, silent
from core.settings import Settings, setting


class OcclusionSettings(Settings):
    """Dials of occlusion."""

    patch: int = setting(8, "Side of the square that is covered.", low=1, high=64, step=1, unit="pixels")
    stride: int = setting(4, "How far the square moves each time.", low=1, high=64, step=1, unit="pixels")
    fill: Fill = setting("grey", "What the square is filled with.")
    score: Literal["logit", "probability"] = setting(
        "logit", "What is watched: the raw score, or how sure the network says it is.", common=False
    )


def attribute(
    network: Network,
    images: np.ndarray,
    targets: np.ndarray,
    settings: OcclusionSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    """The mean fall of the score over the windows that cover each pixel, (N, H, W)."""
    height, width = images.shape[1:3]
    patch = min(settings.patch, height, width)
    places = corners(height, width, patch, settings.stride)
    return spread(falls(network, images, targets, settings, places, on_step=on_step), places, patch, height, width)


def falls(
    network: Network,
    images: np.ndarray,
    targets: np.ndarray,
    settings: OcclusionSettings,
    places: np.ndarray,
    *,
    on_step: OnStep = silent,
) -> np.ndarray:
    """How much the score falls with each window covered, float32 (N, W).

    Args:
        places: (W, 2), the windows' top left corners as (row, column).
    """
    patch = min(settings.patch, *images.shape[1:3])
    resolved, base = _uncovered(network, images, targets, settings)
    fills = fill_colours(images, settings.fill)
    function = network.compiled(
        ("occlusion", settings.score), _covered(settings.score), [IMAGES, TARGETS, IMAGES, _PLACES, _PATCH]
    )
    batch = network.batch_size(images.shape[1:], min(len(places), network.batch_size(images.shape[1:])))
    chunk = max(1, network.batch_size(images.shape[1:]) // batch)
    covered = np.empty((len(images), len(places)), np.float32)
    for start in range(0, len(images), batch):
        rows = slice(start, start + batch)
        pictures = np.asarray(images[rows], np.float32)
        for first in range(0, len(places), chunk):
            windows = places[first : first + chunk].astype(np.int32)
            scored = function(pictures, resolved[rows], fills[rows], windows, np.int32(patch))
            covered[rows, first : first + chunk] = scored.numpy()
        on_step(min(start + batch, len(images)), len(images), "pictures")
    return base[:, None] - covered


_PLACES = tf.TensorSpec([None, 2], tf.int32)
_PATCH = tf.TensorSpec([], tf.int32)


def _uncovered(
    network: Network, images: np.ndarray, targets: np.ndarray, settings: OcclusionSettings
) -> tuple[np.ndarray, np.ndarray]:
    """The targets with predicted classes filled in, and the score of each whole picture."""
    logits = network.logits(images)
    asked = targets.any(axis=1, keepdims=True)
    resolved = np.where(asked, targets, np.eye(logits.shape[1], dtype=np.float32)[logits.argmax(axis=1)])
    values = tf.nn.softmax(logits).numpy() if settings.score == "probability" else logits
    return resolved, (values * resolved).sum(axis=1)


def _covered(score: str) -> Callable[[Graph], Callable[..., tf.Tensor]]:
    """Scores (B, W) of B pictures under each of W windows, as one batch of B x W pictures."""

    def make(graph: Graph) -> Callable[..., tf.Tensor]:
        def compute(
            pictures: tf.Tensor, targets: tf.Tensor, fills: tf.Tensor, places: tf.Tensor, patch: tf.Tensor
        ) -> tf.Tensor:
            size, windows = tf.shape(pictures), tf.shape(places)[0]
            inside = _inside(places[:, 0], patch, size[1])[:, :, None] & _inside(places[:, 1], patch, size[2])[:, None]
            covered = tf.where(inside[None, ..., None], fills[:, None], pictures[:, None])
            values = graph.run(tf.reshape(covered, (-1, size[1], size[2], size[3])))
            values = tf.nn.softmax(values) if score == "probability" else values
            return tf.reshape(scores(values, tf.repeat(targets, windows, axis=0)), (size[0], windows))

        return compute

    return make


def _inside(starts: tf.Tensor, patch: tf.Tensor, length: tf.Tensor) -> tf.Tensor:
    places = tf.range(length)
    return (places >= starts[:, None]) & (places < starts[:, None] + patch)


METHOD = MethodInfo(
    name="occlusion",
    title="Occlusion",
    family="perturbation",
    signed=True,
    needs_layer=False,
    Settings=OcclusionSettings,
    reference="Zeiler and Fergus 2014, arXiv 1311.2901",
    plain=(
        "Covers one square of the picture after another and watches how far the score falls. Where covering hurts "
        "most, the network was looking."
    ),
    attribute=attribute,
    caveat="Evidence that stands in two places hides itself: covering one leaves the other.",
)
