from __future__ import annotations

import math

import numpy as np
import pytest

from core.intervals import estimate, wilson


def test_the_value_is_the_mean_and_lies_in_its_interval() -> None:
    found = estimate(np.array([0.1, 0.2, 0.4, 0.9]), chance=0.3)
    assert found.value == pytest.approx(0.4)
    assert 0.1 <= found.low < 0.4 < found.high <= 0.9
    assert (found.chance, found.n) == (0.3, 4)


def test_the_same_value_everywhere_leaves_no_doubt() -> None:
    found = estimate(np.full(7, 0.25))
    assert (found.value, found.low, found.high) == (0.25, 0.25, 0.25)


def test_one_picture_says_nothing_about_the_spread() -> None:
    found = estimate(np.array([0.8]))
    assert (found.value, found.low, found.high) == (0.8, -math.inf, math.inf)
    assert not found.above(0)


def test_pictures_that_say_nothing_are_left_out() -> None:
    assert estimate(np.array([np.nan, 1.0, 3.0])).value == 2.0
    assert math.isnan(estimate(np.array([np.nan, np.nan])).value)


def test_about_95_of_100_intervals_hold_the_truth() -> None:
    rng = np.random.default_rng(0)
    samples = rng.normal(0, 1, (150, 40))
    held = [low <= 0 <= high for low, high in ((e.low, e.high) for e in map(estimate, samples))]
    assert 0.88 <= np.mean(held) <= 0.99


def test_more_pictures_make_it_narrower() -> None:
    values = np.random.default_rng(1).normal(0, 1, 400)
    few, many = estimate(values[:25]), estimate(values)
    assert many.high - many.low < 0.5 * (few.high - few.low)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(2).normal(0, 1, 30)
    assert estimate(values, seed=3) == estimate(values, seed=3)
    assert estimate(values, seed=3) != estimate(values, seed=4)


def test_wilson_equals_its_formula() -> None:
    z, n, p = 1.959964, 10, 0.8
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert wilson(8, 10) == pytest.approx((middle - half, middle + half), abs=1e-6)


def test_wilson_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
