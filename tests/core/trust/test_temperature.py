from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy.special import softmax

from core.datasets import Dataset
from core.errors import DataError, InputError, ModelError
from core.networks import load_model
from core.networks.evaluator import ModelEvaluator
from core.networks.load import save_model
from core.trust.temperature import _fit_scale, fit_temperature, scale_logits, with_temperature


def drawn(true: float, n: int = 4000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits of a network that is right with softmax(logits / true), and labels drawn from that."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (n, 4))
    chances = softmax(logits / true, axis=1)
    labels = (rng.random((n, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    return logits, labels


@pytest.mark.parametrize("true", [0.5, 1.0, 2.5])
def test_the_true_temperature_is_found(true):
    assert _fit_scale(*drawn(true)) == pytest.approx(true, rel=0.06)


def test_no_answer_changes_and_sureness_sinks_as_the_temperature_rises():
    logits, _ = drawn(1.0, 200)
    cool, warm = scale_logits(logits, 1.0), scale_logits(logits, 3.0)
    assert np.array_equal(cool.argmax(axis=1), warm.argmax(axis=1))
    assert (warm.max(axis=1) < cool.max(axis=1)).all()
    np.testing.assert_allclose(warm.sum(axis=1), 1)


def test_a_network_without_mistakes_does_not_run_away():
    assert 0.05 <= _fit_scale(np.eye(3) * 5, np.arange(3)) < 0.2


def test_a_network_that_is_too_sure_is_put_right_on_pictures_that_were_not_fitted(model: keras.Model, data: Dataset):
    """Two copies of the same pictures with labels drawn from its own answers, cooled down."""
    network = ModelEvaluator.of(model)
    images = np.random.default_rng(1).integers(0, 256, (1500, 32, 32, 3), dtype=np.uint8)
    images = (images * 0.2 + np.resize(data.images, images.shape) * 0.8).astype(np.uint8)
    chances = softmax(network.logits(images) / 3, axis=1)
    labels = (np.random.default_rng(2).random((1500, 1)) > chances.cumsum(axis=1)).sum(axis=1).clip(0, 2)
    pictures = Dataset(images, labels, data.class_names)
    found = fit_temperature(model, pictures.take(slice(0, 750)), pictures.take(slice(750, None)))
    assert found.value == pytest.approx(3, rel=0.25)
    assert found.helps
    assert found.after.ece < found.before.ece / 2
    assert found.after.accuracy == found.before.accuracy
    assert found.n == 750


def test_it_can_be_built_into_the_network_which_is_kept_as_a_file(model: keras.Model, data: Dataset):
    weights = [weight.copy() for weight in model.get_weights()]
    twin = load_model(save_model(with_temperature(model, 2.0), data.class_names))
    expected = scale_logits(ModelEvaluator.of(model).logits(data.images), 2.0)
    np.testing.assert_allclose(ModelEvaluator.of(twin).probabilities(data.images), expected, atol=1e-5)
    assert all(np.array_equal(one, other) for one, other in zip(weights, model.get_weights(), strict=True))


def test_a_network_without_a_dense_end_says_what_to_do():
    given = keras.Input((8, 8, 3))
    ends = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(2, 3)(given))
    with pytest.raises(ModelError, match="Divide its logits by 2"):
        with_temperature(keras.Model(given, ends), 2.0)


def test_bad_input_is_told_in_a_sentence(model: keras.Model, data: Dataset):
    with pytest.raises(InputError, match="above 0"):
        scale_logits(np.zeros((1, 2)), 0.0)
    with pytest.raises(DataError, match="fit it on"):
        _fit_scale(np.zeros((0, 2)), np.zeros(0, int))
    other = Dataset(data.images, np.zeros(16, int), ("one", "two"))
    with pytest.raises(DataError, match="classes"):
        fit_temperature(model, other, other)
