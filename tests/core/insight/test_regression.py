"""Effects, their intervals, and what cannot be told apart."""

from __future__ import annotations

import numpy as np
import pytest

from core.insight.attributes import Attribute
from core.insight.regression import STEP, estimate_effects, two_sided

LEVELS = ("a", "b", "c")


def _data(seed: int, count: int = 90) -> tuple[Attribute, Attribute, np.ndarray]:
    rng = np.random.default_rng(seed)
    kind = Attribute("kind", rng.choice(np.array(LEVELS, object), count), LEVELS)
    number = Attribute("number", rng.normal(5, 2, count))
    base = np.array([{"a": 1.0, "b": 0.0, "c": -1.0}[value] for value in kind.data])
    noise = rng.normal(0, 1, count) * np.where(kind.data == "a", 2.0, 0.5)
    return kind, number, base + 0.5 * (number.data - number.data.mean()) / number.data.std() + noise


def test_levels_are_counted_from_their_mean_and_add_up_to_nothing():
    kind, number, score = _data(0, 3000)
    found = estimate_effects(score[:, None], [kind, number], None)
    assert found["kind"].sizes[:, 0] == pytest.approx([1, 0, -1], abs=0.15)
    assert found["kind"].sizes.sum() == pytest.approx(0, abs=1e-9)
    assert found["number"].levels == (STEP,)
    assert found["number"].sizes[0, 0] == pytest.approx(0.5, abs=0.1)


def test_intervals_hold_the_truth_as_often_as_they_say():
    inside = 0
    for seed in range(200):
        kind, number, score = _data(seed)
        low, high = estimate_effects(score[:, None], [kind, number], None)["kind"].interval(0.95)
        inside += int(low[0, 0] <= 1 <= high[0, 0])
    assert 181 <= inside <= 198


def test_an_attribute_that_does_nothing_has_hardly_any_strength():
    rng = np.random.default_rng(1)
    nothing = Attribute("nothing", rng.choice(np.array(list("abcdefgh"), object), 400), tuple("abcdefgh"))
    found = [
        estimate_effects(np.random.default_rng(seed).normal(0, 1, (400, 1)), [nothing], None)["nothing"]
        for seed in range(40)
    ]
    # Seven coefficients of a standard error of about .13 would seem a strength of .13 were chance not taken off.
    assert np.mean([effects.strength for effects in found]) < 0.06
    assert sum(effects.p_value < 0.05 for effects in found) <= 6


def test_copies_cannot_be_told_apart_and_the_rest_can():
    kind, number, score = _data(2)
    copy = Attribute("copy", number.data * 3 + 1)
    found = estimate_effects(score[:, None], [kind, number, copy], None)
    assert not found["number"].known
    assert not found["copy"].known
    assert found["kind"].known
    assert np.isnan(found["number"].sizes).all()


def test_few_pictures_are_looked_at_one_attribute_at_a_time():
    kind, number, score = _data(3, 11)
    alone = estimate_effects(score[:, None], [number], None)["number"].sizes
    assert estimate_effects(score[:, None], [kind, number], None)["number"].sizes == pytest.approx(alone)
    assert not estimate_effects(score[:3, None], [kind.take(np.arange(3))], None)["kind"].known


def test_p_values_of_nothing_and_of_certainty():
    assert two_sided(np.array([0.0, np.nan, 1.0]), np.array([0.0, 1.0, 0.0]), 10).tolist() == [1.0, 1.0, 0.0]
