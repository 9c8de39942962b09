from __future__ import annotations

import numpy as np
import pytest

from core.attribution import Contrast, explain, methods
from tests.core import nets


@pytest.mark.parametrize(
    ("channels", "reduce"),
    [
        ("max", lambda weights: np.abs(weights).max(axis=-1)),
        ("sum", lambda weights: weights.sum(axis=-1)),
        ("l2", lambda weights: np.sqrt(np.square(weights).sum(axis=-1))),
    ],
)
def test_the_gradient_of_a_weighted_sum_is_its_weights(channels, reduce):
    weights = nets.random_weights()
    maps = explain(nets.linear(weights), nets.small_pictures(), 1, method="gradient", channels=channels)
    np.testing.assert_allclose(maps, np.stack([reduce(weights[..., 1])] * 2), rtol=1e-5)


def test_the_gradient_of_a_sum_of_squares_is_twice_the_picture():
    weights, images = nets.random_weights(), nets.small_pictures()
    maps = explain(nets.quadratic(weights), images, 0, method="gradient", channels="sum")
    np.testing.assert_allclose(maps, (2 * weights[..., 0] * images).sum(axis=-1), rtol=1e-4, atol=1e-2)


def test_the_gradient_of_a_contrast_is_the_difference_of_two_gradients():
    weights = nets.random_weights(classes=3)
    maps = explain(nets.linear(weights), nets.small_pictures(), Contrast(2, 0), method="gradient", channels="sum")
    np.testing.assert_allclose(maps[0], (weights[..., 2] - weights[..., 0]).sum(axis=-1), rtol=1e-4, atol=1e-5)


def test_the_gradient_is_what_small_changes_say(network, pictures):
    image = pictures[0].astype(np.float64)
    row, column, step = 5, 6, 0.5
    moved = np.stack([image, image])
    moved[0, row, column], moved[1, row, column] = image[row, column] + step, image[row, column] - step
    logits = np.log(network(moved.astype(np.float32)).numpy())
    # The sum of the log probabilities of two classes would move with the softmax: a contrast does not.
    rise = (logits[0, 1] - logits[0, 2] - logits[1, 1] + logits[1, 2]) / (2 * step)
    maps = explain(network, pictures[:1], Contrast(1, 2), method="gradient", channels="sum")
    np.testing.assert_allclose(maps[0, row, column], rise, rtol=2e-2)


def test_only_the_signed_sum_is_drawn_about_zero():
    info = methods()["gradient"]
    drawn = {channels: info.draws_signed(info.Settings.of(channels=channels)) for channels in ("max", "sum", "l2")}
    assert drawn == {"max": False, "sum": True, "l2": False}
