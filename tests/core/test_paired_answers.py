"""Two networks on the same pictures: closed-form counts, and an exact test that SciPy and arithmetic agree on."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import DataError
from core.paired_answers import compare_answers


def answers(said: list[int], sure: float = 0.8, classes: int = 2) -> np.ndarray:
    """Probabilities of a network that says these classes."""
    found = np.full((len(said), classes), (1 - sure) / (classes - 1))
    found[np.arange(len(said)), said] = sure
    return found


def test_counts_and_rows_are_those_on_which_only_one_is_right():
    labels = np.array([0, 0, 0, 1, 1, 1])
    found = compare_answers(answers([0, 0, 1, 1, 0, 0]), answers([0, 1, 0, 1, 1, 0]), labels)
    assert (found.n, found.first, found.second) == (6, 3, 4)
    assert found.lost.tolist() == [1]
    assert sorted(found.gained.tolist()) == [2, 4]
    assert found.difference.value == pytest.approx(1 / 6)


def test_the_p_value_is_the_binomial_of_the_pictures_that_differ():
    labels = np.zeros(30, int)
    first = answers([1] * 10 + [0] * 20)
    found = compare_answers(first, answers([0] * 30), labels)
    assert found.p_value == pytest.approx(2 * 0.5**10)
    assert found.certain
    same = compare_answers(first, first, labels)
    assert same.p_value == 1
    assert not same.certain
    assert (same.difference.low, same.difference.high) == (0, 0)


def test_exchanging_the_two_turns_the_sign():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 200)
    one, other = (rng.dirichlet(np.ones(3), 200) for _ in range(2))
    there, back = compare_answers(one, other, labels), compare_answers(other, one, labels)
    assert there.difference.value == pytest.approx(-back.difference.value)
    assert there.p_value == back.p_value
    assert there.gained.tolist() == back.lost.tolist()


def test_the_surest_come_first():
    labels = np.zeros(3, int)
    second = np.array([[0.6, 0.4], [0.9, 0.1], [0.7, 0.3]])
    assert compare_answers(answers([1, 1, 1]), second, labels).gained.tolist() == [1, 2, 0]


@pytest.mark.parametrize("shape", [(3, 3), (4, 2)])
def test_answers_that_do_not_belong_together_are_refused(shape):
    with pytest.raises(DataError, match="same pictures"):
        compare_answers(answers([0, 1, 0]), np.ones(shape), np.zeros(3, int))
