"""Pictures made small and large."""

from __future__ import annotations

import numpy as np

from core.render import thumbnail


def test_a_thumbnail_of_a_large_picture_is_its_mean_over_blocks():
    picture = np.random.default_rng(0).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    wanted = picture.reshape(48, 2, 64, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(thumbnail(picture, 64), wanted, atol=0.51)


def test_a_thumbnail_of_a_small_picture_has_only_its_own_colours():
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    np.testing.assert_array_equal(thumbnail(picture, 21), picture.repeat(3, axis=0).repeat(3, axis=1))
