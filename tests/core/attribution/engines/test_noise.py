"""SmoothGrad, SquareGrad and VarGrad."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from core.attribution import explain, methods
from core.attribution.engines.noise import NoisyGradientSettings, Of, draw_noise
from tests.core import nets
from tests.core.attribution.methods.test_contract import assert_same

WRAPPERS = ["smoothgrad", "squaregrad", "vargrad"]


@pytest.mark.parametrize("of", get_args(Of))
def test_one_sample_without_noise_is_the_method_itself(network, pictures, of):
    channels = {} if "channels" not in methods()[of].Settings.model_fields else {"channels": "sum"}
    steps = {"steps": 5} if "steps" in methods()[of].Settings.model_fields else {}
    wanted = explain(network, pictures, method=of, **channels, **steps)
    maps = explain(network, pictures, method="smoothgrad", of=of, samples=1, noise=0, channels="sum", steps=5)
    assert_same(maps, wanted, 1e-5)


@pytest.mark.parametrize("of", get_args(Of))
def test_without_noise_the_square_is_the_square_and_nothing_varies(network, pictures, of):
    plain = {"of": of, "samples": 3, "noise": 0, "steps": 4}
    mean = explain(network, pictures, method="smoothgrad", **plain)
    assert_same(explain(network, pictures, method="squaregrad", **plain), np.square(mean))
    assert explain(network, pictures, method="vargrad", **plain).max() <= 1e-6 * np.square(mean).max()


@pytest.mark.parametrize(
    ("method", "moment"),
    [
        ("smoothgrad", lambda values: values.mean(axis=1)),
        ("squaregrad", lambda values: np.square(values).mean(axis=1)),
        ("vargrad", lambda values: values.var(axis=1)),
    ],
)
def test_in_a_sum_of_squares_the_moments_are_those_of_the_noise(method, moment):
    weights, images = nets.random_weights(), nets.small_pictures()
    noise = draw_noise(NoisyGradientSettings(seed=5), 0, 11, images.shape[1:]).astype(np.float64)
    deviation = 0.2 * np.ptp(images, axis=(1, 2, 3), keepdims=True)
    copies = images[:, None] + deviation[:, None] * noise[None]
    wanted = moment(2 * weights[..., 0] * copies).sum(axis=-1)
    maps = explain(nets.quadratic(weights), images, 0, method=method, samples=11, noise=0.2, seed=5, channels="sum")
    np.testing.assert_allclose(maps, wanted, rtol=1e-4, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize("method", WRAPPERS)
def test_where_the_network_answers_in_a_straight_line_noise_changes_nothing(method):
    weights, images = nets.random_weights(), nets.small_pictures()
    maps = explain(nets.linear(weights), images, 0, method=method, of="gradient", samples=6, noise=0.5, channels="max")
    gradient = np.abs(weights[..., 0])
    wanted = {"smoothgrad": gradient, "squaregrad": np.square(gradient), "vargrad": 0 * gradient}[method].max(axis=-1)
    np.testing.assert_allclose(maps, np.stack([wanted] * 2), rtol=1e-4, atol=1e-4)


def test_a_picture_of_one_colour_gets_no_noise(network):
    flat = np.full((1, nets.SIDE, nets.SIDE, 3), 90, np.uint8)
    assert_same(
        explain(network, flat, method="smoothgrad", samples=4, noise=1), explain(network, flat, method="gradient")
    )


def test_more_noise_and_another_seed_make_another_map(network, pictures):
    first = explain(network, pictures, method="smoothgrad", samples=4)
    assert np.abs(first - explain(network, pictures, method="smoothgrad", samples=4, noise=0.4)).max() > 0
    assert np.abs(first - explain(network, pictures, method="smoothgrad", samples=4, seed=1)).max() > 0


def test_the_noise_is_standard_normal_and_hangs_on_the_copys_number_alone():
    settings = NoisyGradientSettings(seed=1)
    noise = draw_noise(settings, 0, 6, (40, 40, 3))
    assert abs(noise.mean()) < 0.02
    assert abs(noise.std() - 1) < 0.02
    np.testing.assert_array_equal(noise[4:], draw_noise(settings, 4, 2, (40, 40, 3)))


def test_values_along_the_path_start_from_the_clean_pictures_black(network, pictures):
    # Noise reaches below zero: were black read from the noisy copies, it would be another colour.
    given = explain(network, pictures, method="smoothgrad", of="integrated_gradients", samples=2, steps=3)
    as_floats = explain(
        network, pictures.astype(np.float32), method="smoothgrad", of="integrated_gradients", samples=2, steps=3
    )
    assert_same(as_floats, given)


def test_only_the_mean_can_have_a_sign():
    drawn = {name: methods()[name].draws_signed(methods()[name].Settings.of(channels="sum")) for name in WRAPPERS}
    assert drawn == {"smoothgrad": True, "squaregrad": False, "vargrad": False}
