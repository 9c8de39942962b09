"""RISE: the score of the image seen through many random masks, mapped back onto what each mask let through."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt
from typing import Literal, NamedTuple

import numpy as np
import tensorflow as tf

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines.fills import Fill, fill_colours
from core.attribution.engines.masking import TOGETHER
from core.attribution.engines.score_target import Score, score_setting, target_score
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from core.networks.graph import Graph
from core.networks.pixel_range import pixel_range
from core.progress import OnStep, silent
from core.settings import Settings, setting

LEAST = 1e-3
"""A pixel that all masks together show, or hide, less than this was never shown, or hidden: the rest is rounding."""


class RiseSettings(Settings):
    """Settings of RISE."""

    samples: int = setting(
        1000,
        "Number of random masks. More give a smoother map.",
        low=1,
        high=20000,
        step=100,
        unit="masks",
    )
    cells: int = setting(
        7,
        "Number of mask cells along each side. More look for smaller things, with more noise.",
        low=1,
        high=32,
        step=1,
        unit="cells",
    )
    probability: float = setting(0.5, "Probability that a cell is transparent.", low=0.05, high=1.0, step=0.05)
    fill: Fill = setting("grey", "What replaces the hidden parts.")
    score: Score = score_setting()
    estimate: Literal["difference", "mean"] = setting(
        "difference",
        (
            "Difference is the score where a pixel is visible minus the score where it is hidden, so that zero "
            "means that it does not matter. Mean is the paper's map: the score where it is visible."
        ),
        common=False,
    )
    seed: int = setting(0, "Fixes the masks.", low=0, high=2**31 - 1, step=1, common=False)

    @property
    def signed(self) -> bool:
        """Whether values below zero mean "against the class"."""
        return self.estimate == "difference"


class MaskSums(NamedTuple):
    r"""Over the masks M and the scores f under them: $\sum f M$ (N, H, W), $\sum M$ (H, W) and $\sum f$ (N,)."""

    weighted: np.ndarray
    shown: np.ndarray
    scores: np.ndarray


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: RiseSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    r"""What the score owes to each pixel being seen, (N, H, W).

    With masks $M_i$ and the scores $f_i$ of the picture seen through them, the paper's map is
    $\frac{1}{p N} \sum_i f_i M_i$: an unbiased estimate of the mean score where the pixel is seen, whose noise grows
    with the mean score, and whose zero means nothing. The difference
    $\frac{\sum_i f_i M_i}{\sum_i M_i} - \frac{\sum_i f_i (1 - M_i)}{\sum_i (1 - M_i)}$ orders pixels alike: with many
    masks it is the paper's map less the mean score, over $1 - p$. It divides by how much each pixel was really seen,
    so that a network that always says the same has a map of zeros; its bias falls with $1 / N$. Where no mask ever
    hides a pixel there is nothing to take off.

    The masks depend on the seed and their number alone, and are the same for all pictures.

    Source: Petsiuk, Das and Saenko 2018, arXiv 1806.07421.
    """
    targets = network.resolve(images, targets)
    fills = fill_colours(images, settings.fill, pixel_range(network.graph, images))
    batch, _ = network.fused(len(images), images.shape[1:], settings.samples, TOGETHER)
    made = np.empty(images.shape[:3], np.float32)
    for start in range(0, len(images), batch):
        rows = slice(start, start + batch)
        pictures = np.asarray(images[rows], np.float32)
        before, whole = start * settings.samples, len(images) * settings.samples

        def step(done: int, before: int = before, whole: int = whole, size: int = len(pictures)) -> None:
            on_step(before + done * size, whole, "masks")

        made[rows] = _estimate(_sums(network, pictures, targets[rows], fills[rows], settings, step), settings)
    return made


def _sums(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    fills: np.ndarray,
    settings: RiseSettings,
    on_step: Callable[[int], None],
) -> MaskSums:
    function = network.compiled(
        ("rise", settings.score), _through(settings.score), [IMAGES, TARGETS, IMAGES, _STACK, _STACK, _STACK]
    )
    height, width = images.shape[1:3]
    grids, shifts = draw_masks(settings)
    _, chunk = network.fused(len(images), images.shape[1:], settings.samples, TOGETHER)
    totals = MaskSums(np.zeros(images.shape[:3]), np.zeros((height, width)), np.zeros(len(images)))
    for first in range(0, settings.samples, chunk):
        part = slice(first, first + chunk)
        rows = upsample(height, settings.cells, shifts[part, 0])
        columns = upsample(width, settings.cells, shifts[part, 1])
        for total, new in zip(totals, function(images, targets, fills, rows, grids[part], columns), strict=True):
            np.add(total, new.numpy(), out=total)
        on_step(min(first + chunk, settings.samples))
    return totals


def draw_masks(settings: RiseSettings) -> tuple[np.ndarray, np.ndarray]:
    """The masks before they are enlarged: cells of 0 and 1, float32 (S, cells + 1, cells + 1), and shifts (S, 2).

    A mask depends on the seed and its number alone. Shifts are in cells, from 0 to 1.
    """
    side = settings.cells + 1
    grids = np.random.default_rng((settings.seed, 0)).random((settings.samples, side, side)) < settings.probability
    return grids.astype(np.float32), np.random.default_rng((settings.seed, 1)).random((settings.samples, 2))


def upsample(length: int, cells: int, shifts: np.ndarray) -> np.ndarray:
    """The weight of each cell at each pixel of one side, by linear interpolation: float32 (S, length, cells + 1).

    Cells are so large that `cells` of them fill the side; one more lets the grid be shifted. Each row sums to 1.

    Args:
        length: of the side in pixels.
        cells: along the side.
        shifts: float (S,), in cells, from 0 to 1.
    """
    places = (np.arange(length) + 0.5) * cells / length + shifts[:, None] - 0.5
    distance = np.abs(np.clip(places, 0, cells)[..., None] - np.arange(cells + 1))
    return np.maximum(1 - distance, 0).astype(np.float32)


_STACK = tf.TensorSpec([None, None, None], tf.float32)


def _through(score: Score) -> Callable[[Graph], Callable[..., tuple[tf.Tensor, tf.Tensor, tf.Tensor]]]:
    """Makes the function for the sums over k masks, as one batch of B x k pictures."""

    def make(graph: Graph) -> Callable[..., tuple[tf.Tensor, tf.Tensor, tf.Tensor]]:
        def compute(
            pictures: tf.Tensor,
            targets: tf.Tensor,
            fills: tf.Tensor,
            rows: tf.Tensor,
            grids: tf.Tensor,
            columns: tf.Tensor,
        ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            size, count = tf.shape(pictures), tf.shape(grids)[0]
            masks = tf.matmul(tf.matmul(rows, grids), columns, transpose_b=True)
            seen = fills[:, None] + masks[..., None] * (pictures - fills)[:, None]
            logits = graph.run(tf.reshape(seen, (-1, size[1], size[2], size[3])))
            values = tf.reshape(target_score(graph, logits, tf.repeat(targets, count, axis=0), score), (size[0], count))
            weighted = tf.tensordot(values, masks, axes=1)
            return weighted, tf.reduce_sum(masks, axis=0), tf.reduce_sum(values, axis=1)

        return compute

    return make


def _estimate(sums: MaskSums, settings: RiseSettings) -> np.ndarray:
    if settings.estimate == "mean":
        return sums.weighted / (settings.probability * settings.samples)
    hidden = settings.samples - sums.shown
    return _mean(sums.weighted, sums.shown) - _mean(sums.scores[:, None, None] - sums.weighted, hidden)


def _mean(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Total over count; 0 where there is next to nothing to count."""
    return np.where(count > LEAST, total / np.maximum(count, LEAST), 0)


def cost(settings: RiseSettings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """One forward pass a mask."""
    return Cost(forwards=settings.samples)


def coarse(settings: RiseSettings, shape: tuple[int, int, int], evaluations: int) -> RiseSettings:  # noqa: ARG001
    """Fewer masks, of so few cells that there are two masks for each."""
    cells = min(settings.cells, max(2, isqrt(evaluations // 2)))
    return settings.model_copy(update={"samples": min(settings.samples, evaluations), "cells": cells})


METHOD = MethodInfo(
    name="rise",
    title="RISE",
    family="perturbation",
    signed=True,
    needs_layer=False,
    Settings=RiseSettings,
    reference="Petsiuk et al. 2018, arXiv 1806.07421",
    plain=(
        "Looks at the picture through hundreds of random stencils and keeps score. Places that were visible "
        "when the score was high, and hidden when it was low, are what the network needs."
    ),
    text=(
        "Look at the picture through hundreds of random stencils and keep score. Places that were in view when the "
        "score was high, and hidden when it was low, are what the network needs. It works with any network, even one "
        "that you can only ask."
    ),
    misleads=(
        "With few stencils the map is mostly luck. Draw it again with another seed: what moves was noise. Large "
        "things come out well, small ones drown."
    ),
    attribute=attribute,
    caveat="With few masks the map is mostly chance: draw again with another seed and see what stays.",
    cost=cost,
    coarse=coarse,
    order=180,
)
