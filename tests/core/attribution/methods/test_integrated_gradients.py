from __future__ import annotations

import keras
import numpy as np
import pytest

from core.attribution import explain
from core.attribution.completeness import completeness
from core.attribution.engines.baselines import BaselineSettings, baseline_pictures
from core.attribution.engines.paths import trapezoid_weights
from core.errors import InputError
from tests.core import nets


@pytest.mark.parametrize("baseline", ["black", "white", "grey", "mean", "blur"])
def test_in_a_weighted_sum_each_pixel_gets_its_weight_times_its_way(baseline):
    weights, images = nets.random_weights(), nets.small_pictures()
    start = baseline_pictures(images, BaselineSettings(baseline=baseline), 0, (0, 255))
    maps = explain(nets.linear(weights), images, 1, method="integrated_gradients", baseline=baseline, steps=2)
    np.testing.assert_allclose(maps, (weights[..., 1] * (images - start)).sum(axis=-1), rtol=1e-3, atol=1e-2)


def test_with_noise_the_map_is_the_mean_over_the_random_pictures():
    weights, images = nets.random_weights(), nets.small_pictures()
    settings = BaselineSettings(baseline="noise", draws=5, seed=2)
    starts = [baseline_pictures(images, settings, draw, (0, 255)) for draw in range(5)]
    maps = explain(
        nets.linear(weights), images, 1, method="integrated_gradients", baseline="noise", draws=5, seed=2, steps=2
    )
    wanted = (weights[..., 1] * (images - np.mean(starts, axis=0))).sum(axis=-1)
    np.testing.assert_allclose(maps, wanted, rtol=1e-3, atol=1e-2)


@pytest.mark.parametrize(("baseline", "value"), [("black", 0.0), ("white", 255.0)])
@pytest.mark.parametrize("steps", [2, 7, 50])
def test_in_a_sum_of_squares_each_pixel_gets_the_difference_of_squares(baseline, value, steps):
    # The gradient is linear along the path, where the trapezoid rule is exact with any number of steps.
    weights, images = nets.random_weights(), nets.small_pictures()
    maps = explain(nets.quadratic(weights), images, 0, method="integrated_gradients", baseline=baseline, steps=steps)
    wanted = (weights[..., 0] * (np.square(images) - value**2)).sum(axis=-1)
    np.testing.assert_allclose(maps, wanted, rtol=1e-4, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize("baseline", ["black", "white", "mean", "blur", "noise"])
def test_the_parts_add_up_to_the_rise_of_the_score(network, pictures, baseline):
    coarse = completeness(network, pictures, 1, baseline=baseline, steps=5)
    fine = completeness(network, pictures, 1, baseline=baseline, steps=400)
    assert np.abs(fine.gap).max() < 0.005 * np.abs(fine.rise).max()
    assert np.abs(fine.gap).sum() < np.abs(coarse.gap).sum()
    np.testing.assert_allclose(fine.maps.sum(axis=(1, 2)), fine.attributed, rtol=1e-4, atol=1e-5)


def test_the_rise_is_that_of_the_models_own_scores(shapes, pictures):
    scores = shapes["logits"](np.concatenate([pictures, np.zeros_like(pictures[:1])])).numpy()
    made = completeness(shapes["logits"], pictures, 2, steps=2)
    np.testing.assert_allclose(made.rise, scores[:3, 2] - scores[3, 2], rtol=1e-4, atol=1e-5)


def test_the_class_is_the_one_predicted_for_the_picture_all_along_the_path():
    # Near black the network answers 1, whose score never moves: following the prediction would lose half the way.
    inputs = keras.Input((2, 2, 1))
    flat = keras.layers.Flatten()(inputs)
    model = keras.Model(inputs, keras.layers.Dense(2)(flat))
    model.set_weights([np.array([[1, 0]] * 4, np.float32), np.array([0, 400], np.float32)])
    images = np.full((1, 2, 2, 1), 200, np.uint8)
    maps = explain(model, images, method="integrated_gradients", steps=10)
    np.testing.assert_allclose(maps, 200.0, rtol=1e-5)


def test_the_trapezoid_rule_counts_ends_half():
    places, weights = trapezoid_weights(5)
    np.testing.assert_allclose(places, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(weights, [0.125, 0.25, 0.25, 0.25, 0.125])


def test_completeness_is_asked_only_of_methods_with_a_baseline(network, pictures):
    with pytest.raises(InputError, match="baseline"):
        completeness(network, pictures, method="gradient")
