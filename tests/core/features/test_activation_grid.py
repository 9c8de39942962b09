from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.features import unit_grid


@pytest.fixture
def maps() -> np.ndarray:
    """Four units: steady at 3, one spot of 5, silent, a slope from -1 to 1."""
    made = np.zeros((3, 3, 4), np.float32)
    made[..., 0] = 3
    made[1, 2, 1] = 5
    made[..., 3] = np.linspace(-1, 1, 9).reshape(3, 3)
    return made


def test_orders(maps):
    assert list(unit_grid(maps).units) == [1, 0, 3, 2]
    assert list(unit_grid(maps, order="varied").units) == [1, 3, 0, 2]
    assert list(unit_grid(maps, order="number", count=2).units) == [0, 1]
    table = pd.DataFrame({"selectivity": [0.1, 0.2, np.nan, 0.9]})
    assert list(unit_grid(maps, table, order="selective").units) == [3, 1, 0, 2]


def test_each_unit_on_its_own_scale_reaches_one_and_a_silent_one_stays_zero(maps):
    grid = unit_grid(maps, order="number")
    np.testing.assert_allclose(np.abs(grid.maps).max(axis=(1, 2)), [1, 1, 0, 1])
    np.testing.assert_allclose(grid.maps * grid.scales[:, None, None], np.moveaxis(maps, -1, 0))


def test_on_one_scale_units_can_be_compared(maps):
    grid = unit_grid(maps, order="number", scaling="layer", count=1)
    np.testing.assert_allclose(grid.maps, 3 / 5)
    np.testing.assert_array_equal(unit_grid(np.zeros((2, 2, 3)), scaling="layer").maps, 0)


def test_the_selective_order_needs_a_survey(maps):
    with pytest.raises(InputError, match="survey"):
        unit_grid(maps, order="selective")
    with pytest.raises(InputError, match=r"\(h, w, K\)"):
        unit_grid(maps[None])
