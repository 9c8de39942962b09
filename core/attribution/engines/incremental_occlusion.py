"""Falls of the score under covered windows, by recomputing only what each window can change, batch by batch."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np
import tensorflow as tf

from core.attribution.engines.incremental_plan import Plan
from core.attribution.engines.incremental_scores import Windows, kept_slots, whole_pictures
from core.attribution.engines.score_target import Score, asked_logits, target_score
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from core.networks.graph import Graph
from core.progress import OnStep, silent

BATCH_FLOATS = 32_000_000
"""How many numbers the boxes of one batch may hold; by then the fixed cost of a call no longer shows."""

KEPT_FLOATS = 16_000_000
"""How many numbers the kept maps of one batch of pictures may hold."""

_PLACES = tf.TensorSpec([None, 2], tf.int32)
_TABLE = tf.TensorSpec([None, 6], tf.int32)
_NUMBER = tf.TensorSpec([], tf.int32)


def incremental_drops(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    plan: Plan,
    fills: np.ndarray,
    places: np.ndarray,
    patch: int,
    score: Score,
    on_step: OnStep = silent,
) -> np.ndarray:
    """How much the score falls with each window covered, float32 (N, W).

    Args:
        network: the network.
        images: (N, H, W, C).
        targets: weights on the logits, (N, K).
        plan: how to compute, made for these windows.
        fills: (N, 1, 1, C), what windows are filled with.
        places: (W, 2), the windows' top left corners.
        patch: their side in pixels.
        score: whether logits or probabilities are watched.
        on_step: reports progress; stops the work when it raises.
    """
    whole, covered = _functions(network, plan, score)
    table, points, starts = plan.table(), plan.points(places), places.astype(np.int32)
    pictures, windows = batch_sizes(network.graph, plan, len(places))
    probability_drops = np.empty((len(images), len(places)), np.float32)
    done = 0
    for start in range(0, len(images), pictures):
        rows = slice(start, start + pictures)
        logits, *kept = whole(np.asarray(images[rows], np.float32))
        weights = asked_logits(logits.numpy(), targets[rows])
        before = target_score(network.graph, logits, weights, score).numpy()
        for first in range(0, len(places), windows):
            part = slice(first, first + windows)
            after = covered(weights, fills[rows], table, points[part], starts[part], np.int32(patch), tuple(kept))
            probability_drops[rows, part] = before[:, None] - after.numpy()
            done += probability_drops[rows, part].size
            on_step(done, probability_drops.size, "windows")
    return probability_drops


def batch_sizes(graph: Graph, plan: Plan, places: int) -> tuple[int, int]:
    """How many pictures, and how many windows of each, go into a batch."""
    room = max(1, BATCH_FLOATS // max(plan.floats, 1))
    windows = ceil(places / ceil(places / room))
    kept = sum(int(np.prod(plan.shapes[slot][1:])) for slot in kept_slots(graph, plan))
    return max(1, min(room // windows, KEPT_FLOATS // kept)), windows


def _functions(
    network: ModelEvaluator, plan: Plan, score: Score
) -> tuple[Callable[..., Any], Callable[..., tf.Tensor]]:
    """The compiled function for whole pictures and the one for windows; they serve every patch and stride alike."""
    slots = kept_slots(network.graph, plan)
    whole = network.compiled(("whole pictures", slots), whole_pictures(slots), [IMAGES])
    kept = tuple(tf.TensorSpec([None, *plan.shapes[slot][1:]], tf.float32) for slot in slots)
    signature = [TARGETS, IMAGES, _TABLE, _PLACES, _PLACES, _NUMBER, kept]
    return whole, network.compiled(
        ("incremental", score, slots, plan.shapes[0]), _covered(plan, slots, score), signature
    )


def _covered(plan: Plan, slots: tuple[int, ...], score: Score) -> Callable[[Graph], Callable[..., tf.Tensor]]:
    """Makes the function for what is watched of B pictures under each of W windows, (B, W)."""

    def make(graph: Graph) -> Callable[..., tf.Tensor]:
        def compute(
            targets: tf.Tensor,
            fills: tf.Tensor,
            table: tf.Tensor,
            points: tf.Tensor,
            starts: tf.Tensor,
            patch: tf.Tensor,
            kept: tuple[tf.Tensor, ...],
        ) -> tf.Tensor:
            windows = Windows(graph, plan, dict(zip(slots, kept, strict=True)), table, points)
            logits = windows.logits(fills, starts, patch)
            each = tf.shape(points)[0]
            return tf.reshape(target_score(graph, logits, tf.repeat(targets, each, axis=0), score), (-1, each))

        return compute

    return make
