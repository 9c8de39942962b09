from __future__ import annotations

import keras
import numpy as np
import pytest

from core.errors import LayerError
from core.features import ablate_unit, activations
from core.networks.evaluator import ModelEvaluator
from tests.core import nets


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return nets.pictures(3)


@pytest.mark.parametrize("unit", [0, 5])
def test_behind_a_mean_and_a_dense_layer_a_unit_adds_its_weight_times_its_mean(network, pictures, unit):
    weights, _ = network.get_layer("scores").get_weights()
    mean = activations(network, pictures, "conv2")[..., unit].mean(axis=(1, 2))
    found = ablate_unit(network, pictures, "conv2", unit)
    np.testing.assert_allclose(found.adds, mean[:, None] * weights[unit], rtol=1e-3, atol=1e-4)


def test_the_answers_with_the_unit_are_the_networks_own(network, pictures):
    found = ablate_unit(network, pictures, "conv1", 2)
    np.testing.assert_allclose(found.before, ModelEvaluator.of(network).probabilities(pictures), atol=1e-6)
    np.testing.assert_allclose(found.after.sum(axis=1), 1, atol=1e-5)
    assert np.abs(found.after - found.before).max() > 1e-3


def test_a_unit_that_is_silent_anyway_adds_nothing(network, pictures):
    silenced = keras.models.clone_model(network)
    silenced.set_weights(network.get_weights())
    kernel, bias = silenced.get_layer("conv2").get_weights()
    bias[3] = -1e6
    silenced.get_layer("conv2").set_weights([kernel, bias])
    assert not ablate_unit(silenced, pictures, "conv2", 3).adds.any()


def test_the_class_that_a_unit_speaks_for_comes_first(network, pictures):
    weights, _ = network.get_layer("scores").get_weights()
    unit = int(activations(network, pictures, "conv2").mean(axis=(0, 1, 2)).argmax())
    table = ablate_unit(network, pictures, "conv2", unit).table(("a", "b", "c", "d"))
    assert table["class"].tolist() == ["abcd"[place] for place in np.argsort(-weights[unit])]
    assert ((table["low"] <= table["adds"]) & (table["adds"] <= table["high"])).all()


def test_a_unit_of_a_score_speaks_for_its_own_class_alone(network, pictures):
    logits = ModelEvaluator.of(network).logits(pictures)
    adds = ablate_unit(network, pictures, "scores:linear", 1).adds
    np.testing.assert_allclose(adds[:, 1], logits[:, 1], rtol=1e-4)
    assert not np.delete(adds, 1, axis=1).any()


def test_what_comes_after_the_scores_and_what_does_not_exist_is_refused(network, pictures):
    with pytest.raises(LayerError, match="after them"):
        ablate_unit(network, pictures, "scores", 1)
    with pytest.raises(LayerError, match="units 0 to 7"):
        ablate_unit(network, pictures, "conv2", 8)
