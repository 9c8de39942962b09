"""A network that was really trained, and pictures it has not seen. Read only."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from core.datasets import Dataset, load
from core.trust.explainer import CheckInput, Explainer
from core.trust.settings import TrustSettings


def _network() -> keras.Model:
    """Four blocks of convolution, norm and ReLU, halved three times."""
    value = inputs = keras.Input((32, 32, 3), name="pictures")
    value = layers.Rescaling(1 / 127.5, offset=-1.0, name="rescale")(value)
    for block, filters in enumerate((16, 24, 36, 56), 1):
        start = keras.initializers.HeNormal(seed=block)
        value = layers.Conv2D(
            filters, 3, padding="same", use_bias=False, kernel_initializer=start, name=f"block{block}_conv"
        )(value)
        value = layers.BatchNormalization(momentum=0.9, name=f"block{block}_norm")(value)
        value = layers.Activation("relu", name=f"block{block}_act")(value)
        if block < 4:
            value = layers.MaxPooling2D(name=f"block{block}_pool")(value)
    value = layers.GlobalAveragePooling2D(name="head_pool")(value)
    start = keras.initializers.GlorotUniform(seed=9)
    return keras.Model(inputs, layers.Dense(3, "softmax", kernel_initializer=start, name="predictions")(value))


@pytest.fixture(scope="session")
def trained() -> tuple[keras.Model, Dataset]:
    """Trousers, bags and boots told apart on 32x32 scenes; and sixteen test pictures."""
    splits = load("wardrobe", classes=("trouser", "bag", "boot"), size=32, train=300, validation=10, test=40)
    model, epochs, batch = _network(), 12, 50
    falling = keras.optimizers.schedules.CosineDecay(0.004, epochs * len(splits.train) // batch)
    model.compile(keras.optimizers.Adam(falling), "sparse_categorical_crossentropy", jit_compile=False)
    rng = np.random.default_rng(0)
    for _ in range(epochs):
        order = rng.permutation(len(splits.train))
        model.fit(splits.train.images[order], splits.train.labels[order], batch, verbose=0, shuffle=False)
    right = model.predict(splits.test.images, verbose=0).argmax(axis=1) == splits.test.labels
    assert right.mean() > 0.8, "the checks say nothing about a network that learned nothing"
    return model, splits.test.take(slice(0, 16))


@pytest.fixture(scope="session")
def model(trained: tuple[keras.Model, Dataset]) -> keras.Model:
    return trained[0]


@pytest.fixture(scope="session")
def data(trained: tuple[keras.Model, Dataset]) -> Dataset:
    return trained[1]


@pytest.fixture(scope="session")
def fast() -> TrustSettings:
    """Few draws, where the interval's ends do not matter."""
    return TrustSettings(stages=2, orders=2, steps=8, copies=2, resamples=100)


def question(maps: np.ndarray, images: np.ndarray, weights: np.ndarray) -> CheckInput:
    """A question with maps that were made by hand."""
    return CheckInput(images, weights.argmax(axis=1), weights, np.asarray(maps, np.float32))


def explainer(make) -> Explainer:
    """A subject from a function."""
    return Explainer.of(make)
