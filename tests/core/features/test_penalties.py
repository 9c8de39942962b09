from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.features.penalties import l2, likeness, total_variation


def test_a_flat_picture_has_next_to_no_variation_and_a_step_has_its_height():
    flat = np.full((1, 6, 6, 1), 0.3, np.float32)
    step = flat.copy()
    step[:, :, 3:] = 0.8
    assert total_variation(tf.constant(flat)).numpy()[0] < 0.03
    assert total_variation(tf.constant(step)).numpy()[0] == pytest.approx(5 * 0.5, abs=0.03)


def test_the_distance_from_grey():
    picture = np.full((2, 3, 4, 1), 0.5, np.float32)
    picture[1, 0, 0] = 1
    np.testing.assert_allclose(l2(tf.constant(picture)), [0, 0.25])


def test_equal_siblings_are_wholly_alike_and_orthogonal_ones_not_at_all():
    maps = np.zeros((4, 2, 2, 3), np.float32)
    maps[0, ..., 0] = maps[1, ..., 0] = 1
    maps[2, ..., 1], maps[3, ..., 2] = 1, 5
    np.testing.assert_allclose(likeness(tf.constant(maps), 2), [1, 1, 0, 0], atol=1e-6)


def test_likeness_is_a_mean_over_siblings():
    maps = np.zeros((3, 2, 2, 3), np.float32)
    maps[0, ..., 0] = maps[1, ..., 0] = maps[2, ..., 1] = 1
    np.testing.assert_allclose(likeness(tf.constant(maps), 3), [0.5, 0.5, 0], atol=1e-6)


def test_silent_maps_are_like_nothing():
    assert np.isfinite(likeness(tf.zeros((2, 2, 2, 3)), 2)).all()
