"""Insertion: how fast the probability rises when the strongest pixels of the map are restored first."""

from __future__ import annotations

import keras

from core.trust.explainer import CheckInput
from core.trust.perturbation_curves import Faithfulness, measure_faithfulness
from core.trust.settings import TrustSettings


class Insertion(Faithfulness):
    """The gain of the map's order: how much larger its area is than that of orders that know nothing."""


def insertion(model: keras.Model, question: CheckInput, settings: TrustSettings, *, seed: int = 0) -> Insertion:
    """Fill empty pictures, strongest pixels first, and compare with random order and an edge detector's.

    A map that shows what the answer rests on brings it back early: a large area under the curve.

    Args:
        model: never changed.
        question: the pictures, classes and maps.
        settings: fill, tile, steps, orders and the intervals.
        seed: of the random orders.

    Source: Petsiuk et al. 2018, arXiv 1806.07421.
    """
    return Insertion(**vars(measure_faithfulness("insertion", model, question, settings, seed=seed)))
