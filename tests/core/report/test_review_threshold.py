from __future__ import annotations

import numpy as np
import pytest

from core.report.review_threshold import review_rule


def test_the_level_is_the_lowest_from_which_on_answers_are_right_often_enough():
    sure = np.repeat([0.55, 0.75, 0.95], 100)
    right = np.concatenate([np.arange(100) < 50, np.arange(100) < 98, np.arange(100) < 100])
    found = review_rule((sure, right), (sure, right), wanted=0.98, confidence=0.95)
    assert found is not None
    assert found.level == pytest.approx(0.56)
    assert (found.kept.right, found.kept.n) == (198, 200)
    assert found.share == pytest.approx(2 / 3)


def test_it_is_found_on_validation_and_measured_on_test():
    sure = np.repeat([0.6, 0.9], 100)
    fine = np.concatenate([np.zeros(100, bool), np.ones(100, bool)])
    found = review_rule((sure, fine), (sure, np.zeros(200, bool)), wanted=0.98, confidence=0.95)
    assert found is not None
    assert found.level is not None
    assert (found.kept.right, found.kept.n) == (0, 100)


def test_no_level_is_enough_for_a_network_that_is_surest_when_wrong():
    sure = np.linspace(0.5, 1, 200)
    found = review_rule((sure, sure < 0.9), (sure, sure < 0.9), wanted=0.98, confidence=0.95)
    assert found is not None
    assert found.level is None
    assert found.kept.n == 0


def test_a_network_that_is_always_right_needs_no_check_and_few_pictures_say_nothing():
    sure, right = np.linspace(0.5, 1, 200), np.ones(200, bool)
    found = review_rule((sure, right), (sure, right), wanted=0.98, confidence=0.95)
    assert found is not None
    assert found.level == 0
    assert found.share == 1
    assert review_rule((sure[:5], right[:5]), (sure, right), wanted=0.98, confidence=0.95) is None
