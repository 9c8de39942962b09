"""Superpixels follow colours where there are any, and cut every picture into enough parts."""

from __future__ import annotations

import numpy as np
import pytest

from core.attribution.engines.superpixels import superpixels

SIDE = 32


def noise(channels: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, (SIDE, SIDE, channels))


@pytest.mark.parametrize("segments", [4, 16, 60])
@pytest.mark.parametrize(
    "picture",
    [noise(3), noise(1), np.zeros((SIDE, SIDE, 3)), np.tile(np.arange(SIDE)[:, None, None] / 64, (1, SIDE, 3))],
    ids=["noise", "grey_noise", "black", "slope"],
)
def test_there_are_about_as_many_as_were_asked_for(picture, segments):
    labels = superpixels(picture, segments)
    assert labels.shape == (SIDE, SIDE)
    assert set(np.unique(labels)) == set(range(labels.max() + 1))
    assert segments / 2 <= labels.max() + 1 <= 2 * segments


@pytest.mark.parametrize("colour", [(255, 0, 0), (255,), (255, 255)], ids=["red", "grey", "two_channels"])
def test_they_follow_an_edge_between_two_colours(colour):
    picture = np.zeros((SIDE, SIDE, len(colour)))
    picture[:, 13:] = colour
    labels = superpixels(picture, 8)
    assert not set(np.unique(labels[:, :13])) & set(np.unique(labels[:, 13:]))


def test_the_scale_of_the_picture_is_of_no_matter():
    picture = np.random.default_rng(1).integers(0, 256, (4, 4, 3)).repeat(8, axis=0).repeat(8, axis=1)
    wanted = superpixels(picture.astype(np.uint8), 16)
    np.testing.assert_array_equal(superpixels(picture / 255, 16), wanted)
    np.testing.assert_array_equal(superpixels(picture.astype(np.float32), 16), wanted)
