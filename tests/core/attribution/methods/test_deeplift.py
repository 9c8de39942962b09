from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from core.attribution import explain
from core.attribution.completeness import completeness
from core.attribution.engines.baselines import BaselineSettings, baseline_pictures
from tests.core import nets
from tests.core.attribution.methods.test_contract import assert_same


@pytest.mark.parametrize("baseline", ["black", "white", "mean", "blur"])
def test_in_a_weighted_sum_each_pixel_gets_its_weight_times_its_way(baseline):
    weights, images = nets.random_weights(), nets.small_pictures()
    start = baseline_pictures(images, BaselineSettings(baseline=baseline), 0, (0, 255))
    maps = explain(nets.linear(weights), images, 1, method="deeplift", baseline=baseline)
    np.testing.assert_allclose(maps, (weights[..., 1] * (images - start)).sum(axis=-1), rtol=1e-3, atol=1e-2)


def test_from_black_it_is_gradient_times_input_where_the_network_is_linear():
    weights, images = nets.random_weights(), nets.small_pictures()
    model = nets.linear(weights)
    assert_same(explain(model, images, method="deeplift"), explain(model, images, method="gradient_x_input"), 1e-5)


def test_a_unit_that_saturates_still_shares_out_its_rise():
    # min(x1 + x2, 1), the paper's own example: at (1, 1) its gradient is zero, and each input brought a half.
    inputs = keras.Input((1, 2, 1))
    below = keras.ops.relu(1.0 - keras.ops.sum(layers.Flatten()(inputs), axis=-1, keepdims=True))
    model = keras.Model(inputs, layers.Dense(2)(1.0 - below))
    model.set_weights([np.array([[1.0, -1.0]], np.float32), np.zeros(2, np.float32)])
    images = np.ones((1, 1, 2, 1), np.float32)
    assert np.abs(explain(model, images, 0, method="gradient")).max() == 0
    np.testing.assert_allclose(explain(model, images, 0, method="deeplift"), [[[0.5, 0.5]]], rtol=1e-5)


@pytest.mark.parametrize("baseline", ["black", "white", "mean", "blur", "noise"])
@pytest.mark.parametrize("kind", sorted(set(nets.KINDS) - {"half_precision"}))
def test_the_parts_add_up_to_the_rise_of_the_score(kind, baseline, kinds):
    model = kinds[kind]
    made = completeness(model, nets.pictures_for(model), 1, method="deeplift", baseline=baseline)
    assert np.abs(made.gap).max() < 1e-3 * max(np.abs(made.rise).max(), np.abs(made.maps).sum() / 100)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "elu", "gelu", "silu", "leaky_relu", "softplus"])
def test_the_parts_add_up_with_any_activation(activation):
    parts = [
        layers.Rescaling(1 / 127.5, offset=-1, name="rescale"),
        layers.Conv2D(5, 3, activation=activation, name="conv"),
        layers.PReLU(alpha_initializer="random_normal", shared_axes=(1, 2), name="learned"),
        layers.MaxPooling2D(3, strides=2, name="pool"),
        layers.Flatten(name="flat"),
        layers.Dense(6, activation=activation, name="dense"),
        layers.Dense(2, activation="softmax", name="scores"),
    ]
    model = nets.randomised(nets.functional(*parts))
    made = completeness(model, nets.pictures(), 0, method="deeplift")
    np.testing.assert_allclose(made.attributed, made.rise, rtol=1e-3, atol=1e-4)


def test_a_single_unit_by_hand():
    # relu(2 x1 - x2 - 1) from black to (3, 1): it rises from 0 to 4 while its input rises from -1 to 4.
    parts = [
        layers.Flatten(name="flat"),
        layers.Dense(1, activation="relu", name="unit"),
        layers.Dense(2, name="scores"),
    ]
    inputs = keras.Input((1, 2, 1))
    model = keras.Model(inputs, nets.chain(inputs, parts))
    unit, scores = np.array([[2.0], [-1.0]]), np.array([[10.0, 0.0]])
    model.set_weights([unit, np.array([-1.0]), scores, np.zeros(2)])
    images = np.array([3.0, 1.0], np.float32).reshape(1, 1, 2, 1)
    maps = explain(model, images, 0, method="deeplift")
    np.testing.assert_allclose(maps[0, 0], [10 * 6 * 4 / 5, 10 * -1 * 4 / 5], rtol=1e-5)


def test_a_maximum_that_falls_blames_the_place_where_the_baseline_had_its_largest():
    parts = [layers.MaxPooling2D(2, name="pool"), layers.Flatten(name="flat"), layers.Dense(2, name="scores")]
    inputs = keras.Input((2, 2, 1))
    model = keras.Model(inputs, nets.chain(inputs, parts))
    model.set_weights([np.array([[1.0, 0.0]]), np.zeros(2)])
    images = np.array([[0.0, 30.0], [10.0, 20.0]], np.float32).reshape(1, 2, 2, 1)
    rise = explain(model, images, 0, method="deeplift", baseline="black")[0]
    np.testing.assert_allclose(rise, [[0, 30], [0, 0]], atol=1e-4)
    fall = explain(model, images, 0, method="deeplift", baseline="white")[0]
    np.testing.assert_allclose(fall.sum(), 30 - 255, rtol=1e-5)
    assert fall.max() <= 1e-4
