from __future__ import annotations

import numpy as np
import pytest

from core.errors import LayerError, TargetError
from core.features import activations, contributions, unit_attribution
from core.networks.evaluator import ModelEvaluator
from tests.core import nets


def test_behind_a_mean_and_a_dense_layer_contributions_add_up_to_the_logit(network, pictures):
    weights, bias = network.get_layer("scores").get_weights()
    views = contributions(network, pictures, 2, "conv2")
    logits = ModelEvaluator.of(network).logits(pictures)[:, 2]
    np.testing.assert_allclose(views.channel.sum(axis=1) + bias[2], logits, rtol=1e-3)
    maps = activations(network, pictures, "conv2")
    np.testing.assert_allclose(views.both, maps * weights[:, 2] / 36, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(views.spatial.sum(axis=(1, 2)), views.channel.sum(axis=1), rtol=1e-3)


def test_a_units_attribution_adds_up_to_what_its_answer_gained(network, pictures):
    layer, unit = "conv2", 3
    heat = unit_attribution(network, pictures, layer, unit, steps=600)
    maps = activations(network, pictures, layer)[..., unit].reshape(len(pictures), -1)
    flat = np.broadcast_to(pictures.mean(axis=(1, 2), keepdims=True), pictures.shape)
    plain = activations(network, flat, layer)[..., unit].reshape(len(pictures), -1)
    place = maps.argmax(axis=1)
    rows = np.arange(len(place))
    wanted = maps[rows, place] - plain[rows, place]
    np.testing.assert_allclose(heat.sum(axis=(1, 2)), wanted, rtol=0.02, atol=0.02 * np.abs(wanted).max())


def test_a_units_attribution_stays_within_what_it_sees(network, pictures):
    heat = unit_attribution(network, pictures, "conv1", 1, steps=4)
    place = activations(network, pictures, "conv1")[..., 1].reshape(len(pictures), -1).argmax(axis=1)
    for map_, at in zip(heat, place, strict=True):
        row, column = divmod(int(at), 12)
        outside = map_.copy()
        outside[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 0
        assert np.abs(outside).max() == 0


def test_a_unit_of_a_dense_layer_has_an_attribution_too(network, pictures):
    assert np.abs(unit_attribution(network, pictures, "scores:linear", 1)).max() > 0


def test_what_does_not_exist_is_refused(network, pictures):
    with pytest.raises(LayerError):
        contributions(network, pictures, 0, "mean")
    with pytest.raises(TargetError):
        contributions(network, pictures, 9)
    with pytest.raises(LayerError):
        unit_attribution(network, pictures, "conv2", 8)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return nets.pictures(3)
