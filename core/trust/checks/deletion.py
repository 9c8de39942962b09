"""Deletion: how fast the probability drops when the strongest pixels of the map are removed first."""

from __future__ import annotations

import keras

from core.trust.explainer import CheckInput
from core.trust.perturbation_curves import Faithfulness, measure_faithfulness
from core.trust.settings import TrustSettings


class Deletion(Faithfulness):
    """The gain of the map's order: how much smaller its area is than that of orders that know nothing."""


def deletion(model: keras.Model, question: CheckInput, settings: TrustSettings, *, seed: int = 0) -> Deletion:
    """Empty the pictures, strongest pixels first, and compare with random order and an edge detector's.

    A map that shows what the answer rests on makes it fall early: a small area under the curve.

    Args:
        model: never changed.
        question: the pictures, classes and maps.
        settings: fill, tile, steps, orders and the intervals.
        seed: of the random orders.

    Source: Petsiuk et al. 2018, arXiv 1806.07421.
    """
    return Deletion(**vars(measure_faithfulness("deletion", model, question, settings, seed=seed)))
