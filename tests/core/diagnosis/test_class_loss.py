"""Exchanges between classes: sizes that can be counted by hand, and p-values that hold where nothing is tied."""

from __future__ import annotations

import numpy as np
import pytest

from core.diagnosis.class_loss import DRAW, LOSS, Exchange, overall_p_value, p_values
from core.diagnosis.shortcut_evidence import is_seam

K, EACH = 3, 40


def _exchange(changed: np.ndarray, control: np.ndarray, labels: np.ndarray, towards: np.ndarray) -> Exchange:
    rows = np.arange(len(labels))
    return Exchange.of(changed, control, labels, towards, rows // 2, rows, rows)


def _answers(labels: np.ndarray, sure: float = 0.8) -> np.ndarray:
    return np.where(np.eye(K)[labels] > 0, sure, (1 - sure) / (K - 1))


def test_a_class_that_becomes_another_loses_and_the_other_draws() -> None:
    labels = np.repeat(np.arange(K), EACH)
    towards = (labels + 1) % K
    changed, control = _answers(np.where(labels == 0, towards, labels)), _answers(labels)
    found = _exchange(changed, control, labels, towards)
    np.testing.assert_allclose(found.mean(LOSS), [0.7, 0, 0])
    np.testing.assert_allclose(found.mean(DRAW), [0, 0.7, 0])
    np.testing.assert_allclose(found.harm(LOSS)[0], [1, 0, 0])
    np.testing.assert_allclose(found.harm(DRAW)[0], [0, 1, 0])
    assert p_values([found], np.random.default_rng(0))[0][:2].max() < 0.001


def test_a_place_that_does_more_than_all_the_ground_round_it_is_a_seam() -> None:
    labels = np.repeat(np.arange(K), EACH)
    towards, control = (labels + 1) % K, _answers(labels)
    place, same, less = (
        _exchange(_answers(np.where((labels == 0) & some, towards, labels)), control, labels, towards)
        for some in (True, np.arange(len(labels)) % 10 < 9, np.arange(len(labels)) % 10 < 5)
    )
    assert not is_seam(place, same, 0)
    assert is_seam(place, less, 0)
    few = np.repeat([0, 1, 2], (3, EACH, EACH))
    unknown = _exchange(_answers(few), _answers(few), few, np.where(few == 2, 1, 2))
    assert not is_seam(place, unknown, 0)  # too few pictures of the class to say


def test_a_class_of_few_pictures_is_not_spoken_of() -> None:
    labels = np.repeat([0, 1, 2], (3, EACH, EACH))
    found = _exchange(_answers((labels + 1) % K), _answers(labels), labels, np.where(labels == 2, 1, 2))
    assert np.isnan(found.mean(LOSS)[0])
    assert found.sure()[0] == 0
    assert p_values([found], np.random.default_rng(0))[0][0] == 1


def test_nothing_changed_is_nothing_found() -> None:
    labels = np.repeat(np.arange(K), EACH)
    found = _exchange(_answers(labels), _answers(labels), labels, (labels + 1) % K)
    assert found.effects().max() == 0
    np.testing.assert_array_equal(p_values([found], np.random.default_rng(0))[0], 1)


@pytest.mark.parametrize("level", [0.05, 0.2])
def test_where_nothing_is_tied_p_values_are_no_smaller_than_they_should_be(level: float) -> None:
    """Differences of random sign: the smallest p-value of all exchanges and classes is below a level that often."""
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(K), EACH)
    below = 0
    for _ in range(120):
        made = [_exchange(*rng.dirichlet(np.ones(K), (2, len(labels))), labels, (labels + 1) % K) for _ in range(3)]
        below += min(each.min() for each in p_values(made, rng)) <= level
    assert below <= 120 * level + 3 * np.sqrt(120 * level * (1 - level))


@pytest.mark.parametrize("level", [0.05, 0.2])
def test_where_nothing_is_tied_all_classes_together_are_no_more_extreme_than_chance(level: float) -> None:
    rng = np.random.default_rng(2)
    labels = np.repeat(np.arange(K), EACH)
    made = [_exchange(*rng.dirichlet(np.ones(K), (2, len(labels))), labels, (labels + 1) % K) for _ in range(200)]
    below = sum(overall_p_value(each, rng) <= level for each in made)
    assert 200 * level - 3 * np.sqrt(200 * level * (1 - level)) <= below
    assert below <= 200 * level + 3 * np.sqrt(200 * level * (1 - level))


def test_a_small_effect_on_every_class_shows_in_all_together_before_it_shows_in_one() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(10), 20)
    fall = rng.normal(0.05, 0.2, len(labels))
    changed = np.full((len(labels), 10), 0.05)
    control = changed + np.eye(10)[labels] * fall[:, None]
    found = _exchange(changed, control, labels, (labels + 1) % 10)
    assert p_values([found], rng)[0].min() > 0.01
    assert overall_p_value(found, rng) < 0.01


def test_nothing_changed_is_nothing_found_of_all_together() -> None:
    labels = np.repeat(np.arange(K), EACH)
    found = _exchange(_answers(labels), _answers(labels), labels, (labels + 1) % K)
    assert overall_p_value(found, np.random.default_rng(0)) == 1
