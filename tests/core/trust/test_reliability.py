from __future__ import annotations

import keras
import numpy as np
import pytest

from core.datasets import Dataset
from core.errors import DataError
from core.trust import calibration
from core.trust.reliability import from_probabilities


def answers(confidence: np.ndarray) -> np.ndarray:
    """Probabilities of two classes, the first with this confidence."""
    return np.stack([confidence, 1 - confidence], axis=1)


def test_by_hand() -> None:
    confidence = np.array([0.9, 0.9, 0.9, 0.9, 0.6, 0.6])
    labels = np.array([0, 0, 0, 1, 0, 1])
    found = from_probabilities(answers(confidence), labels)
    assert found.ece == pytest.approx(4 / 6 * (0.9 - 0.75) + 2 / 6 * (0.6 - 0.5))
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.confidence == pytest.approx(0.8)
    assert found.brier == pytest.approx((3 * 2 * 0.01 + 2 * 0.81 + 2 * 0.16 + 2 * 0.36) / 6)
    used = found.bins[found.bins["count"] > 0]
    assert list(used["count"]) == [2, 4]
    assert list(used["accuracy"]) == pytest.approx([0.5, 0.75])
    assert list(used["confidence"]) == pytest.approx([0.6, 0.9])


def test_bins_are_equal_and_hold_every_picture() -> None:
    rng = np.random.default_rng(0)
    found = from_probabilities(rng.dirichlet(np.ones(4), 500), rng.integers(0, 4, 500))
    assert len(found.bins) == 15
    assert found.bins["count"].sum() == found.n == 500
    np.testing.assert_allclose(found.bins["high"] - found.bins["low"], 1 / 15)
    filled = found.bins[found.bins["count"] > 0]
    assert ((filled["confidence"] > filled["low"] - 1e-12) & (filled["confidence"] <= filled["high"] + 1e-12)).all()
    assert ((filled["accuracy_low"] <= filled["accuracy"]) & (filled["accuracy"] <= filled["accuracy_high"])).all()
    assert found.bins.loc[found.bins["count"] == 0, "accuracy"].isna().all()


def test_a_calibrated_network_passes_about_95_times_in_100() -> None:
    rng = np.random.default_rng(1)
    passed = []
    for seed in range(20):
        confidence = rng.uniform(0.5, 1, 400)
        labels = (rng.random(400) > confidence).astype(int)
        passed.append(from_probabilities(answers(confidence), labels, seed=seed).calibrated)
    assert sum(passed) >= 16


def test_a_network_that_is_too_sure_of_itself_is_told_apart() -> None:
    rng = np.random.default_rng(2)
    labels = (rng.random(400) > 0.7).astype(int)
    found = from_probabilities(answers(np.full(400, 0.98)), labels)
    assert not found.calibrated
    assert found.confidence > found.accuracy
    assert found.low <= found.ece <= found.high
    assert found.ece == pytest.approx(0.28, abs=0.06)
    assert found.chance < 0.02


def test_certainty_that_is_always_right_has_no_error() -> None:
    found = from_probabilities(answers(np.ones(50)), np.zeros(50, int))
    assert (found.ece, found.brier, found.low, found.high) == (0, 0, 0, 0)
    assert found.calibrated


def test_on_a_network(model: keras.Model, data: Dataset) -> None:
    found = calibration(model, data)
    right = model(data.images).numpy().argmax(axis=1) == data.labels
    assert found.accuracy == pytest.approx(right.mean())
    assert 0 <= found.low <= found.ece <= found.high <= 1
    assert calibration(model, data).ece == found.ece


def test_other_classes_are_refused(model: keras.Model, data: Dataset) -> None:
    other = Dataset(data.images, np.zeros(16, int), ("one", "two"))
    with pytest.raises(DataError, match="classes"):
        calibration(model, other)
