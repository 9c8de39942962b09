"""Occlusion: how much the score drops when a window of the image is covered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import tensorflow as tf

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines.fills import Fill, fill_colours
from core.attribution.engines.incremental_occlusion import incremental_drops
from core.attribution.engines.incremental_plan import plan
from core.attribution.engines.score_target import Score, asked_logits, score_setting, target_score
from core.attribution.engines.windows import spread_over_windows, window_corners
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from core.networks.graph import Graph
from core.networks.pixel_range import pixel_range
from core.progress import OnStep, silent
from core.settings import Settings, setting

PATCH_SHARE = 1 / 6
"""Side of the square as a share of the picture's shorter side, where none is set."""
LARGEST = 256
"""Pixels of the largest side that can be set."""


class OcclusionSettings(Settings):
    """Settings of occlusion."""

    patch: int | None = setting(
        None,
        "Side of the square that covers the picture. Auto: one sixth of the picture's shorter side.",
        low=1,
        high=LARGEST,
        step=1,
        unit="pixels",
    )
    stride: int | None = setting(
        None,
        "Distance between neighbouring positions of the square. Auto: half of the square's side.",
        low=1,
        high=LARGEST,
        step=1,
        unit="pixels",
    )
    fill: Fill = setting("grey", "What the square is filled with.")
    score: Score = score_setting()
    engine: Literal["auto", "dense", "incremental"] = setting(
        "auto",
        (
            "Incremental recomputes only what a square can change, where the network allows it; dense runs every "
            "covered picture in full; auto takes the one that is likely to be done sooner. All give the same map."
        ),
        common=False,
    )

    def window(self, height: int, width: int) -> tuple[int, int]:
        """Side and stride of the square in pixels, for pictures of this size.

        About 120 positions cover a square picture of any size, unless something else is set: what a map costs does
        not grow with the number of pixels.

        Args:
            height: of the pictures in pixels.
            width: of the pictures in pixels.
        """
        shorter = min(height, width)
        patch = min(self.patch or max(1, round(shorter * PATCH_SHARE)), shorter)
        return patch, self.stride or -(-patch // 2)


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: OcclusionSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    """The mean drop of the score over the windows that cover each pixel, (N, H, W)."""
    height, width = images.shape[1:3]
    patch, stride = settings.window(height, width)
    places = window_corners(height, width, patch, stride)
    found = probability_drops(network, images, targets, settings, places, on_step=on_step)
    return spread_over_windows(found, places, patch, height, width)


def probability_drops(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: OcclusionSettings,
    places: np.ndarray,
    *,
    on_step: OnStep = silent,
) -> np.ndarray:
    """How much the score drops with each window covered, float32 (N, W).

    Args:
        network: the network.
        images: (N, H, W, C).
        targets: weights on the logits, (N, K).
        settings: settings of occlusion; the stride is ignored here.
        places: (W, 2), the windows' top left corners as (row, column).
        on_step: reports progress.
    """
    patch, _ = settings.window(*images.shape[1:3])
    fills = fill_colours(images, settings.fill, pixel_range(network.graph, images))
    if settings.engine != "dense":
        made = plan(network.graph, images.shape[1:3], places, patch)
        if made.worthwhile if settings.engine == "incremental" else made.repays(len(images) * len(places)):
            return incremental_drops(
                network,
                images,
                targets,
                plan=made,
                fills=fills,
                places=places,
                patch=patch,
                score=settings.score,
                on_step=on_step,
            )
    return dense_drops(
        network, images, targets, fills=fills, places=places, patch=patch, score=settings.score, on_step=on_step
    )


def dense_drops(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    fills: np.ndarray,
    places: np.ndarray,
    patch: int,
    score: Score,
    on_step: OnStep = silent,
) -> np.ndarray:
    """How much the score drops with each window covered, with a full forward pass for each, float32 (N, W).

    Args:
        network: the network.
        images: (N, H, W, C).
        targets: weights on the logits, (N, K).
        fills: (N, 1, 1, C), what windows are filled with.
        places: (W, 2), the windows' top left corners as (row, column).
        patch: side of a window in pixels.
        score: whether logits or probabilities are measured.
        on_step: reports progress.
    """
    logits = network.logits(images)
    weights = asked_logits(logits, targets)
    before = target_score(network.graph, logits, weights, score).numpy()
    covered = network.compiled(("occlusion", score), _covered(score), [IMAGES, TARGETS, IMAGES, _PLACES, _PATCH])
    pictures, windows = network.fused(len(images), images.shape[1:], len(places))
    made = np.empty((len(images), len(places)), np.float32)
    done = 0
    for start in range(0, len(images), pictures):
        rows = slice(start, start + pictures)
        batch = np.asarray(images[rows], np.float32)
        for first in range(0, len(places), windows):
            part = slice(first, first + windows)
            after = covered(batch, weights[rows], fills[rows], places[part].astype(np.int32), np.int32(patch))
            made[rows, part] = before[rows, None] - after.numpy()
            done += made[rows, part].size
            on_step(done, made.size, "windows")
    return made


_PLACES = tf.TensorSpec([None, 2], tf.int32)
_PATCH = tf.TensorSpec([], tf.int32)


def _covered(score: Score) -> Callable[[Graph], Callable[..., tf.Tensor]]:
    """Makes the function for what is watched of B pictures under each of W windows, (B, W)."""

    def make(graph: Graph) -> Callable[..., tf.Tensor]:
        def compute(
            pictures: tf.Tensor, targets: tf.Tensor, fills: tf.Tensor, places: tf.Tensor, patch: tf.Tensor
        ) -> tf.Tensor:
            size, windows = tf.shape(pictures), tf.shape(places)[0]
            inside = _inside(places[:, 0], patch, size[1])[:, :, None] & _inside(places[:, 1], patch, size[2])[:, None]
            filled = tf.where(inside[None, ..., None], fills[:, None], pictures[:, None])
            logits = graph.run(tf.reshape(filled, (-1, size[1], size[2], size[3])))
            scored = target_score(graph, logits, tf.repeat(targets, windows, axis=0), score)
            return tf.reshape(scored, (size[0], windows))

        return compute

    return make


def _inside(starts: tf.Tensor, patch: tf.Tensor, length: tf.Tensor) -> tf.Tensor:
    places = tf.range(length)
    return (places >= starts[:, None]) & (places < starts[:, None] + patch)


def cost(settings: OcclusionSettings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """One forward pass for each window and one for the whole picture, as if nothing were saved."""
    height, width, _ = shape
    return Cost(forwards=1 + len(window_corners(height, width, *settings.window(height, width))))


def coarse(settings: OcclusionSettings, shape: tuple[int, int, int], evaluations: int) -> OcclusionSettings:
    """Squares of the same side next to each other, or larger ones where these are still too many.

    In full: what saves time over many windows takes longer to prepare than these few take.
    """
    height, width, _ = shape
    side, largest = min(settings.window(height, width)[0], LARGEST), min(height, width, LARGEST)
    # The whole picture takes one evaluation too.
    while side < largest and len(window_corners(height, width, side, side)) >= evaluations:
        side += 1
    return settings.model_copy(update={"patch": side, "stride": side, "engine": "dense"})


METHOD = MethodInfo(
    name="occlusion",
    title="Occlusion",
    family="perturbation",
    signed=True,
    needs_layer=False,
    Settings=OcclusionSettings,
    reference="Zeiler and Fergus 2014, arXiv 1311.2901",
    plain=(
        "Covers one square of the picture after another and measures how far the score drops. Where covering "
        "hurts most, the network was looking."
    ),
    text=(
        "Cover one square of the picture and ask again. If the score drops, that square mattered. Slide the "
        "cover over the whole picture, and you have a map. It is slow but easy to believe: you could do it by "
        "hand with a piece of paper."
    ),
    misleads=(
        "Evidence that appears in two places hides: cover one, and the other still counts. The cover itself "
        "can also look like something. Try another size and another fill, and see what stays."
    ),
    attribute=attribute,
    caveat="Evidence that appears in two places hides itself: covering one leaves the other.",
    cost=cost,
    coarse=coarse,
    order=170,
)
