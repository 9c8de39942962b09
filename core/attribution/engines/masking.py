"""Scores of pictures of which parts are hidden: what the methods that ask about many masks share.

A picture is cut into regions and a mask says how much of each region is left, from 0 (filled) to 1 (as it is).
Pictures and their masks are fused into full batches, whatever the number of masks of each, so that memory is bounded
and a picture's map does not depend on what else is explained.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from core.attribution.engines.fills import Fill, fill_colours
from core.attribution.engines.score_target import Score, target_score
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from core.networks.graph import Graph
from core.networks.pixel_range import pixel_range
from core.progress import OnStep, silent

TOGETHER = 16
"""How many pictures share the same masks in a batch, where there are so many: drawing masks is not free."""


@dataclass(frozen=True)
class MaskingPlan:
    """What a method asks about the regions of a picture.

    Args:
        divide: a picture (H, W, C) as float32 -> the region of each pixel, int32 (H, W), counted from 0.
        draw: how many regions there are -> the masks, (masks, regions) with values in 0..1.
        fit: how many regions there are and the score under each mask -> one value a region.
        fill: what stands where a mask lets nothing through.
        score: what is watched.
    """

    divide: Callable[[np.ndarray], np.ndarray]
    draw: Callable[[int], np.ndarray]
    fit: Callable[[int, np.ndarray], np.ndarray]
    fill: Fill
    score: Score


def region_maps(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    inquiry: MaskingPlan,
    *,
    samples: int,
    on_step: OnStep = silent,
) -> np.ndarray:
    """One value a region, laid onto its pixels, float32 (N, H, W).

    The class is the one predicted for the whole picture.

    Args:
        network: the network.
        images: (N, H, W, C).
        targets: weights on the logits, (N, K).
        inquiry: what is asked.
        samples: how many masks a picture has at most; only what `on_step` counts.
        on_step: reports progress; stops the work when it raises.
    """
    targets = network.resolve(images, targets)
    fills = fill_colours(images, inquiry.fill, pixel_range(network.graph, images))
    made = np.empty(images.shape[:3], np.float32)
    size = network.batch_size(images.shape[1:])
    for start in range(0, len(images), size):
        rows = slice(start, start + size)
        pictures = np.asarray(images[rows], np.float32)
        regions = np.stack([inquiry.divide(image) for image in pictures]).astype(np.int32)
        counts = [int(labels.max()) + 1 for labels in regions]
        step = _part(on_step, start, len(pictures), len(images), samples)
        masks = [inquiry.draw(count) for count in counts]
        seen = masked_scores(network, pictures, targets[rows], fills[rows], regions, masks, inquiry.score, on_step=step)
        for place, (count, labels, values) in enumerate(zip(counts, regions, seen, strict=True), start=start):
            made[place] = inquiry.fit(count, values)[labels]
    return made


def masked_scores(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    fills: np.ndarray,
    regions: np.ndarray,
    masks: Sequence[np.ndarray],
    score: Score,
    *,
    on_step: OnStep = silent,
) -> list[np.ndarray]:
    """What is watched of each picture under each of its masks, float32 (masks,) a picture.

    Args:
        network: the network.
        images: float32 (N, H, W, C).
        targets: weights on the logits, (N, K), without rows of zeros.
        fills: what stands where a mask lets nothing through, (N, 1, 1, C).
        regions: the region of each pixel, int32 (N, H, W).
        masks: for each picture (masks, regions), in 0..1; their numbers may differ.
        score: what is watched.
        on_step: reports progress; stops the work when it raises.
    """
    function = network.compiled(
        ("regions", score), _score_reader(score), [IMAGES, TARGETS, IMAGES, _REGIONS, _OWNERS, _MASKS]
    )
    ends = np.cumsum([len(one) for one in masks])
    total = int(ends[-1])
    # Equal parts, so that no batch is left nearly empty.
    size = math.ceil(total / math.ceil(total / network.batch_size(images.shape[1:])))
    seen = np.empty(total, np.float32)
    for start in range(0, total, size):
        pairs = np.arange(start, min(start + size, total))
        owners = np.searchsorted(ends, pairs, side="right")
        near = slice(int(owners[0]), int(owners[-1]) + 1)
        table = _table(masks[near], owners - near.start, pairs - (ends[near.start - 1] if near.start else 0))
        local = (owners - near.start).astype(np.int32)
        seen[pairs] = function(images[near], targets[near], fills[near], regions[near], local, table).numpy()
        on_step(int(pairs[-1]) + 1, total, "masks")
    return np.split(seen, ends[:-1])


_REGIONS = tf.TensorSpec([None, None, None], tf.int32)
_OWNERS = tf.TensorSpec([None], tf.int32)
_MASKS = tf.TensorSpec([None, None], tf.float32)


def _table(masks: Sequence[np.ndarray], owners: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The masks of one batch, float32 (P, most regions).

    Args:
        masks: of the pictures in the batch.
        owners: the picture of each row.
        places: where each row's mask would lie if all masks stood in one list.
    """
    table = np.zeros((len(owners), max(one.shape[1] for one in masks)), np.float32)
    before = 0
    for owner, one in enumerate(masks):
        rows = owners == owner
        table[rows, : one.shape[1]] = one[places[rows] - before]
        before += len(one)
    return table


def _score_reader(score: Score) -> Callable[[Graph], Callable[..., tf.Tensor]]:
    """Makes the function for what is watched of P masked pictures, (P,), each a copy of one of B pictures."""

    def make(graph: Graph) -> Callable[..., tf.Tensor]:
        def compute(
            pictures: tf.Tensor,
            targets: tf.Tensor,
            fills: tf.Tensor,
            regions: tf.Tensor,
            owners: tf.Tensor,
            masks: tf.Tensor,
        ) -> tf.Tensor:
            left = tf.gather(masks, tf.gather(regions, owners), axis=1, batch_dims=1)[..., None]
            seen = tf.gather(fills, owners) + left * tf.gather(pictures - fills, owners)
            return target_score(graph, graph.run(seen), tf.gather(targets, owners), score)

        return compute

    return make


def _part(on_step: OnStep, before: int, images: int, whole: int, samples: int) -> OnStep:
    """Reports the steps of some pictures as part of all."""

    def step(done: int, total: int, note: str = "") -> None:
        on_step(before * samples + images * samples * done // total, whole * samples, note)

    return step
