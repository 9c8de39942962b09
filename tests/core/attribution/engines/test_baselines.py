from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from core.attribution.engines.baselines import BaselineSettings, baseline_pictures
from core.networks.pixel_range import own_range
from tests.core import nets


@pytest.mark.parametrize(
    ("images", "span"),
    [
        (np.zeros((1, 2, 2, 3), np.uint8), (0, 255)),
        (np.full((1, 2, 2, 3), 0.9, np.float32), (0, 1)),
        (np.full((1, 2, 2, 3), 9.0, np.float32), (0, 255)),
        (np.linspace(-0.5, 0.9, 12, dtype=np.float32).reshape(1, 2, 2, 3), (-1, 1)),
        (np.linspace(-2, 2.5, 12, dtype=np.float32).reshape(1, 2, 2, 3), (-2.5, 2.5)),
    ],
)
def test_black_and_white_follow_the_pictures_own_scale(images, span):
    assert [float(end.item()) for end in own_range(images)] == pytest.approx(span)


@pytest.mark.parametrize(("name", "value"), [("black", 0), ("grey", 127.5), ("white", 255)])
def test_one_colour_is_one_picture_for_all(name, value):
    made = baseline_pictures(nets.pictures(), BaselineSettings(baseline=name), 0, (0, 255))
    assert made.shape == (1, nets.SIDE, nets.SIDE, 3)
    assert (made == value).all()


def test_the_mean_is_each_pictures_own():
    images = nets.pictures()
    made = baseline_pictures(images, BaselineSettings(baseline="mean"), 0, (0, 255))
    np.testing.assert_allclose(made[1, 4, 4], images[1].mean(axis=(0, 1)), rtol=1e-6)
    assert np.ptp(made, axis=(1, 2)).max() == 0


def test_the_blur_mixes_places_but_neither_pictures_nor_colours():
    images = nets.pictures()
    made = baseline_pictures(images, BaselineSettings(baseline="blur", blur=0.25), 0, (0, 255))
    wanted = gaussian_filter(images[2, :, :, 1].astype(np.float32), 3.0, mode="nearest")
    np.testing.assert_allclose(made[2, :, :, 1], wanted, rtol=1e-5)


def test_noise_fills_the_range_and_differs_by_draw_and_seed_only():
    settings = BaselineSettings(baseline="noise", seed=3)
    images = nets.pictures()
    first = baseline_pictures(images, settings, 0, (-1, 1))
    assert first.min() >= -1
    assert first.max() <= 1
    assert abs(first.mean()) < 0.1
    np.testing.assert_array_equal(first, baseline_pictures(images[:1], settings, 0, (-1, 1)))
    assert (first != baseline_pictures(images, settings, 1, (-1, 1))).all()
    assert (first != baseline_pictures(images, BaselineSettings(baseline="noise", seed=4), 0, (-1, 1))).all()
