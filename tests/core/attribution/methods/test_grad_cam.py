"""Grad-CAM, Grad-CAM++, HiResCAM and Layer-CAM, each against NumPy."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from core.attribution import explain, methods
from core.attribution.base import target_weights
from core.features import activations
from core.networks.evaluator import ModelEvaluator
from tests.core import nets
from tests.core.attribution.methods.test_contract import assert_same


@pytest.fixture(scope="module")
def flattened() -> keras.Model:
    """A network whose head reads every place of the maps by itself."""
    parts = [layers.Conv2D(5, 3, strides=2, activation="relu", name="conv"), layers.Flatten(name="flat")]
    return nets.randomised(nets.functional(*parts, layers.Dense(3, activation="softmax", name="scores")))


def _at_layer_size(model: keras.Model, images: np.ndarray, target: int, method: str, **settings: bool) -> np.ndarray:
    """The map before it is enlarged, (N, h, w)."""
    network, info = ModelEvaluator.of(model), methods()[method]
    weights = target_weights(target, len(images), network.graph.classes)
    layer = network.map_layer(None)
    return info.attribute(network, images, weights, info.Settings.of(**settings), layer=layer, resize=False)


def _maps_and_gradients(model: keras.Model, images: np.ndarray, target: int) -> tuple[np.ndarray, np.ndarray]:
    """Maps of the last convolution and the gradient of a flattened head's logit, both (N, h, w, k)."""
    maps = activations(model, images)
    head = model.get_layer("scores").kernel.numpy()[:, target]
    return maps, np.broadcast_to(head.reshape(maps.shape[1:]), maps.shape)


def test_grad_cam_is_the_head_weighted_mean_of_the_maps(network, pictures):
    maps = activations(network, pictures)
    head = network.get_layer("scores").kernel.numpy()[:, 2] / (maps.shape[1] * maps.shape[2])
    wanted = maps @ head
    assert_same(_at_layer_size(network, pictures, 2, "grad_cam", positive_only=False), wanted, 1e-5)
    assert_same(_at_layer_size(network, pictures, 2, "grad_cam"), np.maximum(wanted, 0), 1e-5)


def test_grad_cam_weighs_maps_by_their_mean_gradient(flattened, pictures):
    maps, gradients = _maps_and_gradients(flattened, pictures, 1)
    wanted = np.einsum("nhwk,nk->nhw", maps, gradients.mean(axis=(1, 2)))
    assert_same(_at_layer_size(flattened, pictures, 1, "grad_cam", positive_only=False), wanted, 1e-5)


def test_hires_cam_is_grad_cam_for_a_mean_and_one_dense_layer(network, pictures):
    for signed in (True, False):
        wanted = explain(network, pictures, 1, method="grad_cam", positive_only=signed)
        assert_same(explain(network, pictures, 1, method="hires_cam", positive_only=signed), wanted, 1e-5)


def test_hires_cam_adds_up_to_the_logit_less_its_bias(flattened, pictures):
    logits = ModelEvaluator.of(flattened).logits(pictures)
    maps = _at_layer_size(flattened, pictures, 1, "hires_cam", positive_only=False)
    bias = flattened.get_layer("scores").bias.numpy()[1]
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), logits[:, 1] - bias, rtol=1e-4)


def test_layer_cam_keeps_only_gradients_that_speak_for_the_class(flattened, pictures):
    maps, gradients = _maps_and_gradients(flattened, pictures, 0)
    wanted = (maps * np.maximum(gradients, 0)).sum(axis=-1)
    assert_same(_at_layer_size(flattened, pictures, 0, "layer_cam"), wanted, 1e-5)


def test_grad_cam_plus_plus_is_the_papers_formula(flattened, pictures):
    maps, gradients = (array.astype(np.float64) for array in _maps_and_gradients(flattened, pictures, 2))
    bottom = 2 * gradients**2 + maps.sum(axis=(1, 2), keepdims=True) * gradients**3
    shares = np.divide(gradients**2, bottom, out=np.zeros_like(bottom), where=bottom != 0)
    weights = (shares * np.maximum(gradients, 0)).sum(axis=(1, 2))
    wanted = np.einsum("nhwk,nk->nhw", maps, weights)
    assert_same(_at_layer_size(flattened, pictures, 2, "grad_cam_plus_plus", positive_only=False), wanted, 1e-4)


@pytest.mark.parametrize("method", ["grad_cam", "grad_cam_plus_plus", "hires_cam", "layer_cam", "score_cam"])
def test_the_map_is_enlarged_between_centres_of_pixels(method, network, pictures):
    small = _at_layer_size(network, pictures, 1, method)
    wanted = tf.image.resize(small[..., None], (nets.SIDE, nets.SIDE)).numpy()[..., 0]
    assert_same(explain(network, pictures, 1, method=method), wanted, 1e-5)


@pytest.mark.parametrize("method", ["grad_cam", "grad_cam_plus_plus", "hires_cam", "layer_cam", "score_cam"])
def test_without_the_cut_the_map_has_a_sign(method):
    info = methods()[method]
    assert not info.draws_signed(info.Settings())
    assert info.draws_signed(info.Settings.of(positive_only=False))


def test_any_layer_with_maps_can_be_asked(network, pictures):
    for layer in ("conv1", "conv1:linear", "pool", "conv2"):
        maps = explain(network, pictures, method="layer_cam", layer=layer)
        assert maps.shape == pictures.shape[:3]
    early, late = (explain(network, pictures, method="grad_cam", layer=layer) for layer in ("conv1", "conv2"))
    assert np.abs(early - late).max() > 0
