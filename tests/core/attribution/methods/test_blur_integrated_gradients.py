from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from core.attribution import explain
from core.attribution.methods.blur_integrated_gradients import blurs
from core.networks.evaluator import ModelEvaluator
from tests.core import nets


def _blurred(images: np.ndarray, width: float) -> np.ndarray:
    return gaussian_filter(images.astype(np.float64), (0, width, width, 0), mode="nearest")


@pytest.mark.parametrize("steps", [2, 3, 20])
def test_in_a_weighted_sum_each_pixel_gets_its_weight_times_what_the_blur_took(steps):
    weights, images = nets.random_weights(), nets.small_pictures()
    maps = explain(nets.linear(weights), images, 1, method="blur_integrated_gradients", steps=steps, blur=0.5)
    wanted = (weights[..., 1] * (images - _blurred(images, 3.0))).sum(axis=-1)
    np.testing.assert_allclose(maps, wanted, rtol=1e-3, atol=1e-4 * np.abs(wanted).max())


def test_the_parts_add_up_to_the_rise_above_the_blurred_picture(network, pictures):
    logits = ModelEvaluator.of(network).logits
    rise = logits(pictures)[:, 1] - logits(_blurred(pictures, 3.0))[:, 1]
    gaps = [
        np.abs(
            explain(network, pictures, 1, method="blur_integrated_gradients", steps=steps).sum(axis=(1, 2)) - rise
        ).sum()
        for steps in (5, 300)
    ]
    assert gaps[1] < 0.005 * np.abs(rise).sum()
    assert gaps[1] < gaps[0]


def test_a_flat_picture_has_nothing_to_explain(network):
    flat = np.full((1, nets.SIDE, nets.SIDE, 3), 90, np.uint8)
    maps = explain(network, flat, method="blur_integrated_gradients", steps=5)
    assert np.abs(maps).max() < 1e-4


def test_the_blurs_are_scipys_own():
    image = nets.small_pictures(1, side=9)[0, :, :, 0].astype(np.float64)
    mixing = blurs(9, 4, 2.5)
    for matrix, width in zip(mixing, 2.5 * np.array([1, 4 / 9, 1 / 9, 0]), strict=True):
        wanted = gaussian_filter(image, width, mode="nearest") if width else image
        np.testing.assert_allclose(matrix @ image @ matrix.T, wanted, rtol=1e-5)
