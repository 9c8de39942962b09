"""Readings of maps whose evidence lies at a known place."""

from __future__ import annotations

import numpy as np
import pytest

from core.experiments.heatmaps import first_of_each, off_object, on_frame, on_spot

SIDE = 24


@pytest.fixture
def objects() -> np.ndarray:
    """A square of a quarter of the picture, bool (4, 24, 24)."""
    masks = np.zeros((4, SIDE, SIDE), bool)
    masks[:, 6:18, 6:18] = True
    return masks


def test_an_even_map_reads_one_everywhere(objects) -> None:
    maps = np.full((4, SIDE, SIDE), 3.0)
    frame = np.zeros((SIDE, SIDE), bool)
    frame[0] = True
    assert off_object(maps, objects) == pytest.approx(1)
    assert on_frame(maps, frame) == pytest.approx(1)
    assert on_spot(maps, objects, np.array([0, 0, 1, 1])) == pytest.approx(1)


def test_maps_on_the_object_read_nothing_off_it(objects) -> None:
    maps = objects.astype(float)
    assert off_object(maps, objects) == 0
    assert on_spot(maps, objects, np.array([0, 0, 1, 1])) == 0


def test_maps_off_the_object_read_the_inverse_of_the_share_off_it(objects) -> None:
    assert off_object((~objects).astype(float), objects) == pytest.approx(1 / 0.75)


def test_a_spot_is_read_where_most_pictures_of_one_class_have_it(objects) -> None:
    labels = np.array([0, 0, 0, 1])
    together, apart = np.full((2, 4, SIDE, SIDE), 1e-6)
    together[:2, 1:5, 1:5] = 1
    apart[0, 1:5, 1:5] = apart[1, 19:23, 19:23] = apart[2, 1:5, 19:23] = 1
    apart[3] = together[3] = objects[3]
    assert on_spot(together, objects, labels) == pytest.approx(SIDE**2 / 16, rel=1e-2)
    assert on_spot(apart, objects, labels) < 0.01


def test_maps_of_nothing_read_as_even_ones(objects) -> None:
    assert off_object(np.zeros((4, SIDE, SIDE)), objects) == pytest.approx(1)


def test_as_many_of_each_class() -> None:
    np.testing.assert_array_equal(first_of_each(np.array([1, 0, 1, 0, 1, 2]), 2), [0, 1, 2, 3, 5])
