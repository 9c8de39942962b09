from __future__ import annotations

import numpy as np

from core.attribution import explain
from tests.core import nets


def test_in_a_weighted_sum_each_pixel_gets_its_term_and_all_terms_make_the_score():
    weights, images = nets.random_weights(), nets.small_pictures()
    model = nets.linear(weights)
    maps = explain(model, images, 1, method="gradient_x_input")
    np.testing.assert_allclose(maps, (weights[..., 1] * images).sum(axis=-1), rtol=1e-4, atol=1e-2)
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), model(images).numpy()[:, 1], rtol=1e-4)


def test_black_pixels_get_nothing(network, pictures):
    images = pictures.copy()
    images[:, :3] = 0
    maps = explain(network, images, method="gradient_x_input")
    assert np.abs(maps[:, :3]).max() == 0
    assert np.abs(maps[:, 3:]).max() > 0
