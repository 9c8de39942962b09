"""Weights that came with a network are somebody's work: no fix draws them anew."""

from __future__ import annotations

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers

from core.datasets.base import Dataset, Splits
from core.networks.training.run import OWN_NETWORK, Run
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.repair.base import TrainingRecipe
from core.repair.run_keys import specs_of
from core.repair.training import make_run
from core.store import Store


def network(*, frozen: bool) -> keras.Model:
    images = keras.Input((8, 8, 3), name="pictures")
    convolution = layers.Conv2D(4, 3, kernel_initializer=keras.initializers.HeNormal(1), name="conv")
    convolution.trainable = not frozen
    value = layers.GlobalAveragePooling2D(name="pool")(convolution(images))
    head = layers.Dense(2, "softmax", kernel_initializer=keras.initializers.HeNormal(2), name="head")
    return keras.Model(images, head(value))


@pytest.fixture(scope="module")
def splits() -> Splits:
    rng = np.random.default_rng(0)

    def part(n: int) -> Dataset:
        return Dataset(rng.integers(0, 256, (n, 8, 8, 3)).astype(np.uint8), np.arange(n) % 2, ("even", "odd"))

    return Splits(part(12), part(6), part(6))


def fixed(origin: Run | keras.Model, splits: Splits, folder) -> keras.Model:
    """The network after a fix that asks for new weights and hardly trains."""
    recipe = TrainingRecipe(
        origin=origin,
        splits=splits,
        network=specs_of(origin) if isinstance(origin, Run) else None,
        training=TrainingSpec(epochs=1, rate=1e-5, warm_up=0.0, batch=12),
        seed=0,
        base=len(splits.train),
    ).with_training(1.0, fresh=True)
    return make_run(recipe, "key", Store(str(folder)), lambda *_: None, {}).model


def own_run(model: keras.Model, splits: Splits) -> Run:
    return Run(
        key="origin",
        model=model,
        history=pd.DataFrame(),
        network_spec=NetworkSpec(),
        training_spec=TrainingSpec(),
        class_names=splits.class_names,
        input_shape=splits.train.shape,
        metrics={},
        about={"kind": OWN_NETWORK},
    )


def moved(before: keras.Model, after: keras.Model, name: str) -> float:
    return float(np.abs(before.get_layer(name).get_weights()[0] - after.get_layer(name).get_weights()[0]).max())


@pytest.mark.parametrize("as_run", [True, False])
def test_frozen_layers_stay_bit_equal_and_the_head_alone_is_drawn_anew(as_run, splits, tmp_path):
    model = network(frozen=True)
    made = fixed(own_run(model, splits) if as_run else model, splits, tmp_path)
    assert moved(model, made, "conv") == 0
    assert moved(model, made, "head") > 0.01


def test_a_network_that_was_trained_elsewhere_is_tuned_from_its_own_weights(splits, tmp_path):
    model = network(frozen=False)
    made = fixed(own_run(model, splits), splits, tmp_path)
    assert 0 < moved(model, made, "conv") < 1e-3
    assert moved(model, made, "head") < 1e-3
