from __future__ import annotations

import keras
import pytest
from keras import layers as kl

from core.errors import ModelError
from core.networks import build, layers
from core.networks.graph import graph_of
from core.networks.training.specs import NetworkSpec


def nested() -> keras.Model:
    backbone = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            kl.Conv2D(4, 3, activation="relu", name="conv1"),
            kl.BatchNormalization(name="norm"),
        ],
        name="backbone",
    )
    pictures = keras.Input((8, 8, 3), name="pictures")
    value = kl.GlobalAveragePooling2D(name="pool")(backbone(pictures))
    return keras.Model(pictures, kl.Dense(2, activation="softmax", name="answer")(value))


def test_nested_layers_have_paths_and_a_fused_activation_is_one_layer():
    found = layers(nested())
    assert [(layer.path, layer.kind, layer.shape, layer.weights) for layer in found] == [
        ("backbone/conv1", "Conv2D", (None, 6, 6, 4), 3 * 3 * 3 * 4 + 4),
        ("backbone/norm", "BatchNormalization", (None, 6, 6, 4), 16),
        ("pool", "GlobalAveragePooling2D", (None, 4), 0),
        ("answer", "Dense", (None, 2), 10),
    ]
    assert [layer.spatial for layer in found] == [True, True, False, False]


def test_all_weights_are_accounted_for():
    model = build(NetworkSpec(filters=8, separable=True, dense=16), (16, 16, 3), ("a", "b"))
    assert sum(layer.weights for layer in layers(model)) == model.count_params()


def test_every_path_but_the_heads_is_one_that_attribution_knows():
    model = nested()
    graph = graph_of(model)
    for layer in layers(model)[:-1]:
        assert graph.step(layer.path).shape == layer.shape


def test_an_unbuilt_model_is_refused_in_words():
    with pytest.raises(ModelError, match="built"):
        layers(keras.Sequential([kl.Conv2D(2, 3), kl.Flatten(), kl.Dense(2)]))
