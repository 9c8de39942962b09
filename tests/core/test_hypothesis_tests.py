import numpy as np
import pytest
from scipy.stats import permutation_test
from statsmodels.stats.multitest import multipletests

from core.hypothesis_tests import better_than_guessing, bootstrap_interval, holm, sign_flip_test, sum_by_unit


def test_sign_flip_counts_every_pattern_of_few_values():
    rng = np.random.default_rng(0)
    # Of the eight sums of +-1 +-2 +-3 only 6 and -6 lie as far out as 6.
    assert sign_flip_test(np.array([1.0, 2.0, 3.0]), 999, rng) == 2 / 8
    # As far out as 1 + 2 - 3 = 0 lie all of them.
    assert sign_flip_test(np.array([1.0, 2.0, -3.0]), 999, rng) == 1.0


def _by_scipy(values: np.ndarray, resamples: float) -> float:
    how = {"permutation_type": "samples", "vectorized": True, "n_resamples": resamples, "rng": 1}
    flipped = permutation_test((values,), lambda x, axis: x.mean(axis), **how)
    return float(flipped.pvalue)


@pytest.mark.parametrize("count", [2, 5, 11])
def test_sign_flip_of_few_values_is_scipy_s_to_the_last_digit(count):
    values = np.random.default_rng(count).normal(0.25, 1, count)
    assert sign_flip_test(values, 999, np.random.default_rng(0)) == _by_scipy(values, np.inf)


def test_sign_flip_of_many_values_agrees_with_scipy():
    values = np.random.default_rng(3).normal(0.25, 1, 40)
    ours = sign_flip_test(values, 9999, np.random.default_rng(0))
    assert ours == pytest.approx(_by_scipy(values, 9999), abs=0.02)


@pytest.mark.parametrize("count", [5, 60])
def test_no_difference_at_all_has_p_value_one(count):
    assert sign_flip_test(np.zeros(count), 999, np.random.default_rng(0)) == 1.0


@pytest.mark.parametrize("count", [10, 40])
def test_p_values_of_a_true_null_are_at_their_nominal_level(count):
    rng = np.random.default_rng(7)
    p_values = np.array([sign_flip_test(rng.standard_t(3, count), 499, rng) for _ in range(2000)])
    for level in (0.05, 0.2):
        # Four standard errors of a share of 2,000.
        assert (p_values <= level).mean() == pytest.approx(level, abs=4 * np.sqrt(level / 2000))


def test_holm_on_a_case_computed_by_hand():
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.7])) == pytest.approx([0.7])
    assert holm(np.array([0.5, 0.9])) == pytest.approx([1.0, 1.0])


def test_holm_agrees_with_statsmodels():
    p_values = np.random.default_rng(0).uniform(0, 0.2, 40)
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_holm_steps_down_from_the_smallest_and_leaves_out_what_is_unknown():
    p_values = np.random.default_rng(0).random(30) ** 3
    order = np.argsort(p_values)
    by_rank = np.minimum(np.maximum.accumulate(p_values[order] * np.arange(30, 0, -1)), 1.0)
    assert np.array_equal(holm(p_values)[order], by_rank)
    assert holm(np.array([0.01, np.nan, 0.02])) == pytest.approx([0.03, np.nan, 0.04], nan_ok=True)
    assert len(holm(np.array([]))) == 0


def test_an_interval_of_equal_values_is_that_value_and_of_nothing_is_everything():
    assert bootstrap_interval(np.full(30, 0.25), 0.95, 999, 0) == (0.25, 0.25)
    assert bootstrap_interval(np.array([0.3]), 0.95, 999, 0) == (-1.0, 1.0)
    assert bootstrap_interval(np.array([]), 0.95, 999, 0) == (-1.0, 1.0)


def test_intervals_hold_the_true_mean_as_often_as_they_say():
    rng = np.random.default_rng(5)
    inside = 0
    for run in range(300):
        low, high = bootstrap_interval(rng.beta(2, 5, 80), 0.9, 299, run)
        inside += low <= 2 / 7 <= high
    assert 0.84 <= inside / 300 <= 0.96


def test_units_have_the_mean_of_all_values():
    values, units = np.array([1.0, 2.0, 3.0, 5.0, 9.0]), np.array([4, 7, 4, 7, 1])
    assert sum_by_unit(values, units).mean() == pytest.approx(values.mean())
    assert len(sum_by_unit(values, units)) == 3
    assert sum_by_unit(values, np.arange(5)) == pytest.approx(values)


def test_better_than_guessing_needs_more_than_luck():
    assert better_than_guessing(60, 100, 0.2, 0.95)
    assert not better_than_guessing(24, 100, 0.2, 0.95)
    assert not better_than_guessing(0, 0, 0.5, 0.95)
