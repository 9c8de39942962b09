from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from core.attribution import Contrast, explain
from core.errors import LayerError
from core.networks.evaluator import ModelEvaluator
from tests.core import nets
from tests.core.attribution.methods.test_contract import assert_same

EXACT = {"epsilon": 0.0}


def _logits(model: keras.Model, images: np.ndarray) -> np.ndarray:
    return ModelEvaluator.of(model).logits(images)


def _without_biases(model: keras.Model) -> keras.Model:
    """The same model with every bias, and everything that acts as one, at zero."""
    zero = {"bias", "beta", "moving_mean"}
    weights = [0 * weight.numpy() if weight.name in zero else weight.numpy() for weight in model.weights]
    model.set_weights(weights)
    return model


def _dense_net() -> keras.Model:
    parts = [layers.Flatten(name="flat"), layers.Dense(9, activation="relu", name="hidden")]
    return nets.randomised(nets.functional(*parts, layers.Dense(2, activation="softmax", name="scores"), side=4))


def _epsilon_rule(value: np.ndarray, kernel: np.ndarray, total: np.ndarray, relevance: np.ndarray) -> np.ndarray:
    return value * ((relevance / total) @ kernel.T)


def _positive_rule(value: np.ndarray, kernel: np.ndarray, relevance: np.ndarray) -> np.ndarray:
    parts = np.maximum(value[:, :, None] * kernel[None], 0)
    total = parts.sum(axis=1, keepdims=True)
    shares = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0)
    return (shares * relevance[:, None, :]).sum(axis=-1)


def test_the_epsilon_rule_is_what_numpy_makes_of_it():
    model, images = _dense_net(), nets.small_pictures(3, side=4) / 100
    kernel, bias, last, last_bias = (weight.astype(np.float64) for weight in model.get_weights())
    flat = images.reshape(3, -1).astype(np.float64)
    hidden = flat @ kernel + bias
    logits = np.maximum(hidden, 0) @ last + last_bias
    relevance = logits * np.array([0.0, 1.0])
    relevance = _epsilon_rule(np.maximum(hidden, 0), last, logits, relevance)
    wanted = _epsilon_rule(flat, kernel, hidden, relevance).reshape(images.shape).sum(axis=-1)
    assert_same(explain(model, images, 1, method="lrp", **EXACT), wanted)


def test_the_zplus_rule_is_what_numpy_makes_of_it_for_inputs_of_either_sign():
    model, images = _dense_net(), nets.small_pictures(3, side=4) / 100 - 1.2
    kernel, bias, last, last_bias = (weight.astype(np.float64) for weight in model.get_weights())
    flat = images.reshape(3, -1).astype(np.float64)
    hidden = np.maximum(flat @ kernel + bias, 0)
    relevance = (hidden @ last + last_bias) * np.array([1.0, 0.0])
    relevance = _positive_rule(flat, kernel, _positive_rule(hidden, last, relevance))
    assert_same(explain(model, images, 0, method="lrp", dense="zplus"), relevance.reshape(images.shape).sum(axis=-1))


def _as_matrix(layer: keras.layers.Layer, shape: tuple[int, ...]) -> np.ndarray:
    """A convolution without bias as a matrix (inputs, outputs)."""
    basis = np.eye(int(np.prod(shape)), dtype=np.float32).reshape(-1, *shape)
    return layer(basis).numpy().reshape(len(basis), -1).astype(np.float64)


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False, name="conv"),
        lambda: layers.Conv2D(4, 3, dilation_rate=2, use_bias=False, name="conv"),
        lambda: layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False, name="conv"),
        lambda: layers.SeparableConv2D(4, 3, padding="same", use_bias=False, name="conv"),
        lambda: layers.Conv2DTranspose(2, 3, strides=2, use_bias=False, name="conv"),
    ],
    ids=["strided", "dilated", "depthwise", "separable", "transposed"],
)
def test_the_zplus_rule_of_a_convolution_is_that_of_its_matrix(layer):
    convolution = layer()
    parts = [convolution, layers.ReLU(name="act"), layers.Flatten(name="flat"), layers.Dense(2, name="scores")]
    model = nets.randomised(nets.functional(*parts, side=6))
    images = nets.small_pictures(2) / 100 - 1.2
    matrix = _as_matrix(convolution, images.shape[1:])
    hidden = np.maximum(images.reshape(2, -1) @ matrix, 0)
    last, last_bias = (weight.astype(np.float64) for weight in model.get_layer("scores").get_weights())
    logits = hidden @ last + last_bias
    relevance = _epsilon_rule(hidden, last, logits, logits * np.array([0.0, 1.0]))
    wanted = _positive_rule(images.reshape(2, -1).astype(np.float64), matrix, relevance)
    found = explain(model, images, 1, method="lrp", **EXACT)
    assert_same(found, wanted.reshape(images.shape).sum(axis=-1))


@pytest.mark.parametrize("rule", ["zplus", "epsilon"])
@pytest.mark.parametrize("kind", ["strided", "residual", "grey", "normed"])
def test_without_biases_nothing_is_lost_on_the_way(kind, rule):
    model = _without_biases(nets.randomised(nets.KINDS[kind]()))
    images = nets.pictures(3, channels=model.input_shape[-1])
    maps = explain(model, images, 1, method="lrp", convolutions=rule, **EXACT)
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), _logits(model, images)[:, 1], rtol=2e-3)


def test_zplus_and_epsilon_without_biases_lose_nothing_even_where_the_network_has_biases(network, pictures):
    maps = explain(network, pictures, 1, method="lrp", biases=False, **EXACT)
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), _logits(network, pictures)[:, 1], rtol=2e-3)


def test_what_biases_take_is_missing_from_the_map(network, pictures):
    # All convolutions keep everything under z+: only the last layer's bias takes a share.
    maps = explain(network, pictures, 1, method="lrp", **EXACT)
    bias = network.get_layer("scores").bias.numpy()[1]
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), _logits(network, pictures)[:, 1] - bias, rtol=2e-3)


def test_a_larger_epsilon_gives_less_relevance():
    model, images = _without_biases(_dense_net()), nets.small_pictures(3, side=4) / 100
    sums = [np.abs(explain(model, images, 1, method="lrp", epsilon=each)).sum() for each in (0.0, 0.1, 1.0)]
    assert sums[0] > sums[1] > sums[2]


def test_in_a_weighted_sum_each_pixel_gets_its_term():
    weights, images = nets.random_weights(), nets.small_pictures()
    maps = explain(nets.linear(weights), images, 1, method="lrp", **EXACT)
    assert_same(maps, (weights[..., 1] * images).sum(axis=-1))


def test_a_contrast_shares_out_the_difference_of_two_logits():
    weights, images = nets.random_weights(classes=3), nets.small_pictures()
    maps = explain(nets.linear(weights), images, Contrast(2, 0), method="lrp", **EXACT)
    assert_same(maps, ((weights[..., 2] - weights[..., 0]) * images).sum(axis=-1))


@pytest.mark.parametrize("rule", ["zplus", "epsilon"])
def test_batch_norm_is_taken_together_with_the_convolution_before_it(rule):
    convolution, norm = layers.Conv2D(5, 3, name="conv"), layers.BatchNormalization(name="norm")
    tail = [layers.ReLU(name="act"), layers.GlobalAveragePooling2D(name="mean"), layers.Dense(3, name="scores")]
    model = nets.randomised(nets.functional(convolution, norm, *tail))
    norm.gamma.assign(norm.gamma * np.array([1, -1, 1, -1, 1], np.float32))
    gamma, beta, mean, variance = (weight.numpy() for weight in norm.weights)
    factor = gamma / np.sqrt(variance + norm.epsilon)
    kernel, bias = convolution.get_weights()
    folded = nets.functional(
        layers.Conv2D(5, 3, name="conv"), *[type(one).from_config(one.get_config()) for one in tail]
    )
    folded.set_weights([kernel * factor, beta + (bias - mean) * factor, *model.get_layer("scores").get_weights()])
    images = nets.pictures()
    assert_same(
        explain(model, images, 1, method="lrp", convolutions=rule),
        explain(folded, images, 1, method="lrp", convolutions=rule),
        1e-3,
    )


def test_the_flat_rule_shares_evenly_over_the_first_window():
    parts = [layers.Conv2D(1, 4, strides=4, name="conv"), layers.Flatten(name="flat"), layers.Dense(2, name="scores")]
    model = nets.randomised(nets.functional(*parts))
    maps = explain(model, nets.pictures(), 1, method="lrp", pixels="flat", **EXACT)
    tiles = maps.reshape(3, 3, 4, 3, 4)
    np.testing.assert_allclose(tiles, np.broadcast_to(tiles[:, :, :1, :, :1], tiles.shape), rtol=1e-4)
    rule = explain(model, nets.pictures(), 1, method="lrp", **EXACT).reshape(3, 3, 4, 3, 4)
    np.testing.assert_allclose(tiles.sum(axis=(2, 4)), rule.sum(axis=(2, 4)), rtol=1e-3)


def test_a_maximum_hands_all_relevance_to_its_winner():
    parts = [layers.MaxPooling2D(4, name="pool"), layers.Flatten(name="flat"), layers.Dense(2, name="scores")]
    model = _without_biases(nets.randomised(nets.functional(*parts, channels=1)))
    images = np.random.default_rng(0).permutation(nets.SIDE**2).reshape(1, nets.SIDE, nets.SIDE, 1).astype(np.float32)
    maps = explain(model, images, 1, method="lrp", **EXACT)[0]
    winners = images[0, :, :, 0].reshape(3, 4, 3, 4).max(axis=(1, 3))
    assert set(np.argwhere(maps != 0).shape) == {9, 2}
    assert set(images[0, :, :, 0][maps != 0]) == set(winners.ravel())


@pytest.mark.parametrize("method", ["lrp", "deeplift"])
def test_a_layer_that_no_rule_covers_is_refused_by_name(method):
    inputs = keras.Input((nets.SIDE, nets.SIDE, 3))
    value = layers.Conv2D(4, 3, name="conv")(inputs)
    normed = keras.Model(inputs, nets.chain(layers.LayerNormalization(name="odd_one")(value), nets.head("softmax")))
    product = keras.Model(inputs, nets.chain(layers.Multiply(name="product")([value, value]), nets.head("softmax")))
    with pytest.raises(LayerError, match="odd_one, which is LayerNormalization"):
        explain(normed, nets.pictures(), method=method)
    with pytest.raises(LayerError, match="product, which is Multiply"):
        explain(product, nets.pictures(), method=method)


@pytest.mark.parametrize("method", ["lrp", "deeplift"])
def test_a_model_whose_inside_cannot_be_seen_is_refused(method):
    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.mean, self.scores = nets.head(None)

        def call(self, inputs):
            return self.scores(self.mean(tf.convert_to_tensor(inputs)))

    model = Own()
    model(nets.pictures().astype(np.float32))
    with pytest.raises(LayerError, match="own"):
        explain(model, nets.pictures(), method=method)
