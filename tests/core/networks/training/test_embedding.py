from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from core.datasets.base import Dataset, Splits
from core.errors import Cancelled
from core.networks import load_model, save_model, train
from core.networks.training import loop
from core.networks.training.embedding import split_frozen
from core.networks.training.specs import TrainingSpec
from core.store import Store

SPEC = TrainingSpec(epochs=3, batch=8, rate=0.01)
SIDE = 16


@pytest.fixture(scope="module")
def splits() -> Splits:
    rng = np.random.default_rng(0)

    def part(n: int) -> Dataset:
        labels = rng.integers(0, 2, n)
        images = rng.integers(0, 200, (n, SIDE, SIDE, 3)) + 50 * labels[:, None, None, None]
        return Dataset(images.astype(np.uint8), labels, ("dark", "light"))

    return Splits(part(30), part(12), part(12))


def frozen_network(*, nested: bool = True, dropout: float = 0.0, frozen: bool = True) -> keras.Model:
    """Convolutions with BatchNorm, frozen, under a head of two layers."""
    pictures = keras.Input((SIDE, SIDE, 3), name="backbone_pictures")
    value = layers.Conv2D(4, 3, kernel_initializer=keras.initializers.HeNormal(1), name="conv")(pictures)
    value = layers.BatchNormalization(name="norm")(value)
    value = layers.Activation("relu", name="act")(value)
    body = keras.Model(pictures, value, name="body")
    for layer in body.layers:
        layer.trainable = not frozen
    images = keras.Input((SIDE, SIDE, 3), name="pictures")
    value = layers.Rescaling(1 / 127.5, -1.0, name="scale")(images)
    if nested:
        value = body(value)
    else:
        for layer in body.layers[1:]:
            value = layer(value)
    value = layers.GlobalAveragePooling2D(name="pool")(value)
    if dropout:
        value = layers.Dropout(dropout, seed=3, name="drop")(value)
    value = layers.Dense(6, "relu", kernel_initializer=keras.initializers.HeNormal(2), name="dense")(value)
    answers = layers.Dense(
        2, "softmax", kernel_initializer=keras.initializers.HeNormal(3), kernel_regularizer="l2", name="predictions"
    )(value)
    return keras.Model(images, answers)


def trained(model: keras.Model, splits: Splits, folder, spec: TrainingSpec = SPEC):
    return train(splits, None, spec, start=model, store=Store(str(folder)))


@pytest.mark.parametrize("nested", [True, False])
def test_training_on_embeddings_is_plain_training_of_the_same_head(nested, splits, tmp_path, monkeypatch):
    model = frozen_network(nested=nested)
    embedded = trained(model, splits, tmp_path / "embedded")
    monkeypatch.setattr(loop, "split_frozen", lambda *_: None)
    plain = trained(model, splits, tmp_path / "plain")
    columns = ["loss", "accuracy", "val_loss", "val_accuracy", "rate"]
    np.testing.assert_allclose(embedded.history[columns], plain.history[columns], rtol=1e-4, atol=1e-5)
    for one, two in zip(embedded.model.get_weights(), plain.model.get_weights(), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-3, atol=1e-5)
    assert embedded.metrics["recall"] == plain.metrics["recall"]
    assert embedded.metrics["loss"] == pytest.approx(plain.metrics["loss"], abs=1e-4)


def test_frozen_weights_and_statistics_are_bit_equal_and_the_head_is_not(splits, tmp_path):
    model = frozen_network()
    run = trained(model, splits, tmp_path)
    for one, two in zip(run.model.get_layer("body").get_weights(), model.get_layer("body").get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert np.abs(run.model.get_layer("dense").get_weights()[0] - model.get_layer("dense").get_weights()[0]).max() > 0


def test_the_saved_network_gives_the_same_answers_in_plain_keras(splits, tmp_path):
    run = trained(frozen_network(), splits, tmp_path)
    file = run.export(tmp_path / "network.keras")
    images = splits.test.images.astype(np.float32)
    expected = np.asarray(run.model(images))
    np.testing.assert_array_equal(np.asarray(keras.saving.load_model(file, compile=False)(images)), expected)
    np.testing.assert_array_equal(np.asarray(load_model(save_model(run.model))(images)), expected)


def test_pictures_pass_the_frozen_layers_once_whatever_the_number_of_epochs(splits, tmp_path, monkeypatch):
    counted = []
    split = split_frozen(frozen_network(), SPEC, 54)
    assert split is not None
    embed = type(split).embed
    monkeypatch.setattr(
        type(split), "embed", lambda self, images, **more: counted.append(len(images)) or embed(self, images, **more)
    )
    trained(frozen_network(), splits, tmp_path, TrainingSpec.of(SPEC, epochs=5))
    assert sorted(counted) == [12, 12, 30]


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_what_has_no_weights_joins_the_frozen_part_and_dropout_the_trained_one(dropout):
    split = split_frozen(frozen_network(dropout=dropout), SPEC, 10)
    assert split.path == "pool"
    assert split.tail.count_params() == 4 * 6 + 6 + 6 * 2 + 2


def test_what_cannot_be_embedded_is_trained_as_a_whole():
    assert split_frozen(frozen_network(frozen=False), SPEC, 10) is None
    assert split_frozen(frozen_network(), TrainingSpec.of(SPEC, flip=True), 10) is None
    assert split_frozen(frozen_network(), SPEC, 10**9) is None
    assert split_frozen(frozen_network(), SPEC, 10) is not None


def test_batch_norm_that_still_gathers_statistics_is_not_frozen():
    model = frozen_network()
    model.get_layer("body").get_layer("norm").trainable = True
    assert split_frozen(model, SPEC, 10).path == "body/conv"


def test_random_augmentation_in_the_frozen_part_is_not_embedded():
    images = keras.Input((SIDE, SIDE, 3))
    value = layers.RandomFlip(seed=0)(images)
    convolution = layers.Conv2D(4, 3)
    convolution.trainable = False
    value = layers.GlobalAveragePooling2D()(convolution(value))
    assert split_frozen(keras.Model(images, layers.Dense(2, "softmax")(value)), SPEC, 10) is None


def test_stopping_while_pictures_are_embedded_stops_the_training(splits, tmp_path):
    def stop(done: int, total: int, note: str = "") -> None:
        if "embedded" in note:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        train(splits, None, SPEC, start=frozen_network(), store=Store(str(tmp_path)), on_step=stop)
