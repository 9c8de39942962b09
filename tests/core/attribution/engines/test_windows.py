"""Windows that slide, and their values laid back onto pixels."""

from __future__ import annotations

import numpy as np
import pytest

from core.attribution.engines.windows import spread_over_windows, window_corners, window_starts


def test_starts_end_flush_with_the_far_edge():
    assert window_starts(10, 4, 3).tolist() == [0, 3, 6]
    assert window_starts(11, 4, 3).tolist() == [0, 3, 6, 7]
    assert window_starts(5, 5, 2).tolist() == [0]
    assert window_starts(3, 8, 2).tolist() == [0]


@pytest.mark.parametrize(("height", "width", "patch", "stride"), [(9, 13, 4, 3), (8, 8, 8, 1), (7, 5, 2, 9)])
def test_windows_are_within_the_picture_and_reach_all_its_corners(height, width, patch, stride):
    places = window_corners(height, width, patch, stride)
    assert places.min() == 0
    assert (places.max(axis=0) == (height - patch, width - patch)).all()
    assert len(np.unique(places, axis=0)) == len(places)


def test_a_pixel_gets_the_mean_of_the_windows_that_cover_it():
    rng = np.random.default_rng(0)
    places = rng.permutation(window_corners(9, 11, 4, 3))[:7]
    values = rng.normal(size=(3, len(places)))
    made = spread_over_windows(values, places, 4, 9, 11)
    for row in range(9):
        for column in range(11):
            above = (places <= (row, column)).all(axis=1) & (places + 4 > (row, column)).all(axis=1)
            expected = values[:, above].mean(axis=1) if above.any() else np.zeros(3)
            np.testing.assert_allclose(made[:, row, column], expected, atol=1e-6)


def test_equal_values_make_an_even_map():
    places = window_corners(12, 10, 5, 2)
    np.testing.assert_allclose(spread_over_windows(np.full((2, len(places)), 0.3), places, 5, 12, 10), 0.3, rtol=1e-6)
