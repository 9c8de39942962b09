"""Copies are told from pictures that are merely alike, however alike pictures of the data are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.diagnosis.near_copies import copies, nearest

SIDE = 40


def _shots(count: int, seed: int, alike: float) -> np.ndarray:
    """Rough pictures that share a good deal of their detail."""
    shared = np.random.default_rng(99).normal(0, 1, (SIDE, SIDE, 3))
    own = np.random.default_rng(seed).normal(0, 1, (count, SIDE, SIDE, 3))
    rough = np.stack([cv2.GaussianBlur(each, (0, 0), 1.2) for each in alike * shared + (1 - alike) * own])
    return np.clip(128 + 120 * rough, 0, 255).astype(np.uint8)


def _changed(images: np.ndarray) -> np.ndarray:
    moved = np.roll(images, (1, -2), axis=(1, 2)).astype(np.float32) * 0.9 + 15
    return np.clip(moved + np.random.default_rng(5).normal(0, 4, moved.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("alike", [0.0, 0.5])
def test_moved_and_lighter_copies_are_found_and_nothing_else(alike: float) -> None:
    train, held, test = (_shots(count, seed, alike) for count, seed in ((120, 1), (80, 2), (80, 3)))
    test[:20] = _changed(train[:20])
    found = nearest(test, train)
    copied = copies(found, nearest(held, train))
    np.testing.assert_array_equal(np.flatnonzero(copied), np.arange(20))
    np.testing.assert_array_equal(found.source[:20], np.arange(20))


def test_a_few_copies_among_the_pictures_that_are_compared_with_do_no_harm() -> None:
    train, held, test = (_shots(count, seed, 0.3) for count, seed in ((120, 1), (80, 2), (80, 3)))
    test[:20], held[:10] = _changed(train[:20]), _changed(train[20:30])
    assert copies(nearest(test, train), nearest(held, train)).sum() == 20


def test_grey_tiny_and_single_pictures_are_borne() -> None:
    grey = _shots(3, 1, 0.0)[..., :1]
    assert nearest(grey, grey[:1]).alike.max() > 0.99
    assert len(nearest(grey[:0], grey).source) == 0
    assert nearest(grey[:, :8, :8], grey[:, :8, :8]).source.tolist() == [0, 1, 2]
