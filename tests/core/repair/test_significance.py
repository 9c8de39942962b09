"""Tests and intervals of gains: known answers, and few false alarms."""

from __future__ import annotations

import numpy as np
import pytest

from core.repair.significance import Draws, interval, p_of_gain

GROUPS = [np.arange(0, 100), np.arange(100, 200)]


def answers(first: float, second: float, seeds: int, rng: np.random.Generator) -> np.ndarray:
    """Which answers are right in two groups of 100, by chance, bool (S, 200)."""
    return np.concatenate([rng.random((seeds, 100)) < first, rng.random((seeds, 100)) < second], axis=1)


def p_value(right: np.ndarray, other: np.ndarray) -> float:
    draws = Draws.of(GROUPS, resamples=500)
    (now, samples), (was, before) = draws.worst(right), draws.worst(other)
    return p_of_gain(now - was, (samples - before).mean(axis=1))


def test_the_worst_group_is_the_lower_of_both():
    right = np.zeros((1, 200), bool)
    right[0, :80] = right[0, 100:130] = True
    now, samples = Draws.of(GROUPS, resamples=300).worst(right)
    assert now[0] == pytest.approx(0.3)
    assert samples.shape == (300, 1)
    low, high = interval(samples[:, 0])
    assert low < 0.3 < high


def test_equal_networks_never_differ():
    right = answers(0.7, 0.4, 3, np.random.default_rng(0))
    assert p_value(right, right) == 1.0


def test_a_large_gain_is_beyond_doubt_with_one_seed_and_with_three():
    rng = np.random.default_rng(1)
    for seeds in (1, 3):
        assert p_value(answers(0.9, 0.85, seeds, rng), answers(0.9, 0.1, seeds, rng)) < 0.02


def test_a_gain_of_one_seed_in_three_is_luck():
    rng = np.random.default_rng(2)
    right = answers(0.9, 0.5, 3, rng)
    right[0, 100:] = True
    assert p_value(right, answers(0.9, 0.5, 3, rng)) > 0.1


def test_few_false_alarms_where_there_is_nothing():
    rng = np.random.default_rng(3)
    alarms = [p_value(answers(0.9, 0.6, 3, rng), answers(0.9, 0.6, 3, rng)) < 0.05 for _ in range(60)]
    assert np.mean(alarms) <= 0.05
