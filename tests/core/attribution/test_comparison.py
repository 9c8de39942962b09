from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from core.attribution.comparison import compare, spearman, ssim, unit_scale
from core.errors import InputError


@pytest.fixture(scope="module")
def maps() -> np.ndarray:
    """Five smooth-free random maps, (5, 16, 16)."""
    return np.random.default_rng(0).normal(0, 1, (5, 16, 16))


def test_a_map_is_like_itself_at_any_scale_and_sign(maps: np.ndarray) -> None:
    np.testing.assert_allclose(spearman(maps, maps * 1e-6), 1)
    np.testing.assert_allclose(ssim(maps, maps * 1e6), 1)
    np.testing.assert_allclose(spearman(maps, -maps), 1)
    assert np.abs(compare(maps[0], maps[0] * 5).difference).max() < 1e-6


def test_unrelated_maps_are_not_alike(maps: np.ndarray) -> None:
    assert np.abs(spearman(maps, maps[::-1])[[0, 1, 3, 4]]).max() < 0.2
    assert np.abs(ssim(maps, maps[::-1])[[0, 1, 3, 4]]).max() < 0.2


def test_opposite_order_is_minus_one() -> None:
    values = np.arange(1.0, 65.0).reshape(1, 8, 8)
    assert spearman(values, 65 - values)[0] == pytest.approx(-1)


def test_rank_correlation_equals_scipys_ties_included() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.integers(0, 6, (2, 3, 9, 9)).astype(float)
    ours = spearman(first, second)
    theirs = [spearmanr(a.ravel(), b.ravel()).statistic for a, b in zip(first, second, strict=True)]
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize("measure", [spearman, ssim])
def test_flat_maps(measure, maps: np.ndarray) -> None:
    flat = np.full((1, 16, 16), 2.0)
    assert measure(flat, maps[:1])[0] == 0
    assert measure(flat, np.zeros((1, 16, 16)))[0] == 1


def test_the_scale_is_nought_to_one_and_flat_maps_stay_flat(maps: np.ndarray) -> None:
    scaled = unit_scale(maps)
    assert scaled.min() == 0
    assert scaled.max() == 1
    assert not unit_scale(np.full((1, 4, 4), 7.0)).any()


def test_one_bright_pixel_on_darkness_is_not_lost() -> None:
    lonely = np.zeros((1, 32, 32))
    lonely[0, 3, 4] = 1e-3
    assert unit_scale(lonely)[0, 3, 4] == 1


def test_the_difference_is_positive_where_the_first_is_stronger() -> None:
    first, second = np.zeros((8, 8)), np.zeros((8, 8))
    first[:4], second[4:] = 1, 1
    difference = compare(first, second).difference
    assert (difference[:4] == 1).all()
    assert (difference[4:] == -1).all()


def test_maps_smaller_than_the_window_are_compared_too() -> None:
    values = np.random.default_rng(2).random((1, 2, 2))
    assert ssim(values, values)[0] == pytest.approx(1)
    wide = np.random.default_rng(3).random((1, 4, 5))
    assert ssim(wide, wide)[0] == pytest.approx(1)


def test_different_shapes_are_refused() -> None:
    with pytest.raises(InputError, match="same shape"):
        compare(np.zeros((4, 4)), np.zeros((4, 5)))
