"""Measurements of each network of a ladder, taken once and kept for the table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.networks.training.run import Run
from core.repair.evaluation_set import EvaluationSet

MAPPED = 120  # pictures whose maps are measured
METHOD = "grad_cam"


@dataclass(frozen=True, eq=False)
class RungMeasurement:
    """One network on the judge.

    Args:
        probabilities: (N, K).
        mass: relevance mass on the object over the object's share of the picture, (M,); NaN where it has no object.
        seconds: what its training took.
    """

    probabilities: np.ndarray
    mass: np.ndarray
    seconds: float

    def right(self, labels: np.ndarray) -> np.ndarray:
        """Which predictions are right, bool (N,)."""
        return self.probabilities.argmax(axis=1) == labels


def measure(run: Run, judge: EvaluationSet) -> RungMeasurement:
    """Evaluate a network on every image of the evaluation set, and measure where it looks on some.

    Args:
        run: the network.
        judge: the evaluation set.
    """
    from core.networks.evaluator import ModelEvaluator

    probabilities = ModelEvaluator.of(run.model).probabilities(judge.data.images)
    return RungMeasurement(probabilities, _mass(run, judge), float(run.metrics.get("seconds", 0.0)))


def mapped_rows(judge: EvaluationSet) -> np.ndarray:
    """The images whose maps are measured: spread evenly over the groups, int (M,)."""
    groups, place = np.unique(judge.groups, return_inverse=True)
    each = max(1, MAPPED // len(groups))
    return np.sort(np.concatenate([np.flatnonzero(place == group)[:each] for group in range(len(groups))]))


def _mass(run: Run, judge: EvaluationSet) -> np.ndarray:
    from core.attribution import explain
    from core.attribution.relevance_mass import mask_share, relevance_mass
    from core.errors import LayerError

    rows = mapped_rows(judge)
    masks = judge.masks[rows]
    try:
        maps = explain(run.model, judge.data.images[rows], judge.data.labels[rows], method=METHOD)
    except LayerError:  # a network without convolutions has no such maps
        return np.full(len(rows), np.nan)
    return relevance_mass(maps, masks) / mask_share(masks)
