from __future__ import annotations

import keras
import numpy as np
import pytest

from core.datasets import Dataset
from core.trust.checks.stability import add_noise, stability
from core.trust.explainer import CheckInput, Explainer
from core.trust.settings import TrustSettings
from tests.core import nets


def measured(model: keras.Model, images: np.ndarray, method, **dials):
    explainer = Explainer.of(method)
    settings = TrustSettings(resamples=100, **dials)
    return stability(model, explainer, CheckInput.put(model, images, 0, explainer), settings)


def test_a_linear_networks_gradient_does_not_move() -> None:
    found = measured(nets.linear(nets.random_weights()), nets.small_pictures(), "gradient")
    assert found.value == pytest.approx(1)
    assert found.sensitivity.value == pytest.approx(0, abs=1e-6)
    assert found.passes


def test_sensitivity_of_gradient_times_input_is_that_of_the_picture() -> None:
    ones = np.ones((6, 6, 1, 2), np.float32)
    images = np.full((1, 6, 6, 1), 100, np.float32)
    found = measured(nets.linear(ones), images, "gradient_x_input", copies=1)
    moved = add_noise(images, 0.01, (0, 0)) - images
    assert found.sensitivity.value == pytest.approx(np.linalg.norm(moved) / np.linalg.norm(images), rel=1e-4)


def test_dice_are_not_stable(model: keras.Model, data: Dataset) -> None:
    rng = np.random.default_rng(0)

    def dice(model: object, images: np.ndarray, targets: object) -> np.ndarray:
        return rng.random(images.shape[:3])

    found = measured(model, data.images, dice)
    assert abs(found.value) < 0.1
    assert not found.passes


def test_more_noise_moves_the_map_more(model: keras.Model, data: Dataset) -> None:
    little, much = (measured(model, data.images, "gradient", noise=noise) for noise in (0.002, 0.1))
    assert little.value > much.value + 0.1
    assert little.sensitivity.value < much.sensitivity.value


def test_a_map_that_is_always_the_same_is_stable_for_no_reason(model: keras.Model, data: Dataset) -> None:
    always = np.random.default_rng(0).random((1, 32, 32))

    def stubborn(model: object, images: np.ndarray, targets: object) -> np.ndarray:
        return np.repeat(always, len(images), axis=0)

    found = measured(model, data.images, stubborn)
    assert (found.value, found.chance) == pytest.approx((1, 1))


def test_noise_is_a_share_of_the_pictures_range() -> None:
    dark = np.full((4, 40, 40, 3), 90, np.uint8)
    small = dark.astype(np.float32) / 255
    assert (add_noise(dark, 0.05, (0,)) - 90).std() == pytest.approx(0.05 * 255, rel=0.05)
    assert (add_noise(small, 0.05, (0,)) - small).std() == pytest.approx(0.05, rel=0.05)


def test_empty_maps_have_no_sensitivity(model: keras.Model, data: Dataset) -> None:
    found = measured(model, data.images[:3], lambda model, images, targets: np.zeros(images.shape[:3]))
    assert np.isnan(found.sensitivity.value)
