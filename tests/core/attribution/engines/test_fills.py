"""Fills on the scale of the pictures that they stand in."""

from __future__ import annotations

import numpy as np
import pytest

from core.attribution.engines.fills import fill_colours

BYTES = np.random.default_rng(0).integers(0, 256, (3, 4, 5, 2), dtype=np.uint8)
SCALES = {
    "bytes": (BYTES, (0, 127.5, 255)),
    "floats of bytes": (BYTES.astype(np.float32), (0, 127.5, 255)),
    "shares": (BYTES / 255.0, (0, 0.5, 1)),
    "about zero": (BYTES / 127.5 - 1.0, (-1, 0, 1)),
    "one dark picture in bytes": (np.zeros((1, 2, 2, 3), np.uint8), (0, 127.5, 255)),
}


@pytest.mark.parametrize("scale", SCALES)
def test_black_grey_and_white_lie_on_the_scale_of_the_pictures(scale):
    images, expected = SCALES[scale]
    for fill, value in zip(("black", "grey", "white"), expected, strict=True):
        colours = fill_colours(images, fill)
        assert colours.shape == (len(images), 1, 1, images.shape[-1])
        assert colours.dtype == np.float32
        np.testing.assert_allclose(colours, value, atol=1e-6)


def test_the_mean_is_each_pictures_own_in_each_channel():
    colours = fill_colours(BYTES, "mean")
    for image, colour in zip(BYTES, colours, strict=True):
        np.testing.assert_allclose(colour[0, 0], image.reshape(-1, 2).mean(axis=0), rtol=1e-6)
