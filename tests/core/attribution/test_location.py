from __future__ import annotations

import numpy as np
import pytest

from core.attribution.location import EVERYWHERE, locate

SIDE = 48


def painted(rows: slice, columns: slice) -> np.ndarray:
    """A map with evidence in one rectangle and a little everywhere."""
    values = np.full((SIDE, SIDE), 0.02)
    values[rows, columns] = 1
    return values


PLACES = {
    "the upper left corner": painted(slice(2, 12), slice(2, 12)),
    "the upper right corner": painted(slice(2, 12), slice(36, 46)),
    "the lower left corner": painted(slice(36, 46), slice(2, 12)),
    "the lower right corner": painted(slice(36, 46), slice(36, 46)),
    "the top": painted(slice(0, 12), slice(0, 48)),
    "the bottom": painted(slice(38, 48), slice(4, 44)),
    "the left side": painted(slice(0, 48), slice(0, 10)),
    "the right side": painted(slice(6, 42), slice(36, 48)),
    "a band across the middle": painted(slice(18, 30), slice(0, 48)),
    "a band down the middle": painted(slice(0, 48), slice(18, 30)),
    "the very centre": painted(slice(20, 28), slice(20, 28)),
    "the centre": painted(slice(13, 35), slice(13, 35)),
}


@pytest.mark.parametrize("words", PLACES)
def test_a_painted_place_is_named(words: str) -> None:
    found = locate(PLACES[words])
    assert found.words == words
    assert found.mass > 0.6
    assert found.share < 0.5


def test_a_frame_is_named() -> None:
    values = np.ones((SIDE, SIDE))
    values[4:-4, 4:-4] = 0
    found = locate(values)
    assert found.words == "the border all around"
    assert found.mass == pytest.approx(1)


@pytest.mark.parametrize("values", [np.zeros((SIDE, SIDE)), np.full((SIDE, SIDE), -3.0)])
def test_no_place_is_named_where_none_stands_out(values: np.ndarray) -> None:
    found = locate(values)
    assert found.words == EVERYWHERE
    assert not found.stands_out


def test_noise_has_no_place() -> None:
    assert not locate(np.random.default_rng(0).random((SIDE, SIDE))).stands_out


def test_the_share_is_the_area_of_what_is_named() -> None:
    assert locate(PLACES["the lower left corner"]).share == pytest.approx(1 / 9)
    assert locate(PLACES["the left side"]).share == pytest.approx(1 / 3)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (5, 64)])
def test_any_size_has_an_answer(shape: tuple[int, int]) -> None:
    assert locate(np.ones(shape)).words
