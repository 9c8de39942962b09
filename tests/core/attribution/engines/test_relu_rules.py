"""Guided backprop and DeconvNet."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from core.attribution import explain, methods
from core.attribution.engines.relu_rules import guided_relu, with_modified_relus
from core.errors import LayerError
from core.networks.evaluator import ModelEvaluator
from tests.core import nets

RULES = {
    "gradient": lambda above, value: above * (value > 0),
    "guided_backprop": lambda above, value: above * (above > 0) * (value > 0),
    "deconvnet": lambda above, value: above * (above > 0),
}


def _dense_net(activation: str = "relu") -> keras.Model:
    """Two hidden layers over the pixels, without convolutions."""
    parts = [
        layers.Flatten(name="flat"),
        layers.Dense(9, activation=activation, name="first"),
        layers.Dense(7, name="second"),
        layers.Activation(activation, name="act"),
        layers.Dense(2, name="scores"),
    ]
    return nets.randomised(nets.functional(*parts, side=4))


def _by_hand(model: keras.Model, images: np.ndarray, target: int, method: str) -> np.ndarray:
    """The modified gradient, (N, H, W, C), in NumPy."""
    first, first_bias, second, second_bias, last, _ = (weight.astype(np.float64) for weight in model.get_weights())
    below = images.reshape(len(images), -1).astype(np.float64) @ first + first_bias
    middle = np.maximum(below, 0) @ second + second_bias
    above = RULES[method](np.broadcast_to(last[:, target], middle.shape), middle)
    above = RULES[method](above @ second.T, below)
    return (above @ first.T).reshape(images.shape)


@pytest.mark.parametrize("method", RULES)
def test_each_rule_is_what_numpy_makes_of_it(method):
    model, images = _dense_net(), nets.small_pictures(3, side=4) / 100
    maps = explain(model, images, 1, method=method, channels="sum")
    wanted = _by_hand(model, images, 1, method).sum(axis=-1)
    np.testing.assert_allclose(maps, wanted, rtol=1e-4, atol=1e-5 * np.abs(wanted).max())


def test_the_way_forward_stays_as_it_is(network, pictures):
    graph = ModelEvaluator.of(network).graph
    images = pictures.astype(np.float32)
    modified = graph.run(images, calls=with_modified_relus(graph, guided_relu))
    np.testing.assert_array_equal(modified.numpy(), graph.run(images).numpy())


@pytest.mark.parametrize("method", ["guided_backprop", "deconvnet", "guided_grad_cam"])
def test_a_network_without_relu_is_refused(method):
    model = nets.randomised(nets.functional(layers.Conv2D(4, 3, activation="tanh", name="conv"), *nets.head("softmax")))
    with pytest.raises(LayerError, match=r"ReLU.*tanh"):
        explain(model, nets.pictures(), method=method)


@pytest.mark.parametrize("method", ["guided_backprop", "deconvnet", "guided_grad_cam"])
def test_each_warns_of_the_randomisation_check(method):
    assert "randomisation check" in methods()[method].caveat
