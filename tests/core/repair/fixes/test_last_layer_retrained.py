"""Retraining the last layer: nothing else moves, and groups are even."""

from __future__ import annotations

import keras
import numpy as np
import pandas as pd
import pytest

from core.datasets.base import Dataset
from core.errors import DataError, ModelError
from core.repair.engines.classifier_head import features, last_layer
from core.repair.engines.model_copies import copy_model
from core.repair.fixes.last_layer_retrained import LastLayerRetrainedSettings, balanced_sample, retrain_last_layer


def test_nothing_but_the_last_layer_changes_bit_by_bit(run, judge):
    model = retrain_last_layer(copy_model(run.model), judge, LastLayerRetrainedSettings(), np.random.default_rng(0))
    last = last_layer(model).name
    for old, new in zip(run.model.layers, model.layers, strict=True):
        same = [np.array_equal(a, b) for a, b in zip(old.get_weights(), new.get_weights(), strict=True)]
        assert all(same) == (old.name != last)


def test_the_last_layer_computes_what_the_regression_found(run, judge):
    model = retrain_last_layer(copy_model(run.model), judge, LastLayerRetrainedSettings(), np.random.default_rng(0))
    kernel, bias = last_layer(model).get_weights()
    logits = features(model, judge.images) @ kernel + bias
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert np.allclose(shares, model.predict(judge.images, verbose=0), atol=1e-4)


def test_with_known_groups_it_beats_the_shortcut_on_features_that_hold_both():
    """Features x (the truth, noisy) and s (the shortcut, clean); of the tied pictures, few break the tie."""
    rng = np.random.default_rng(0)
    labels = np.arange(400) % 2
    shortcut = np.where(rng.random(400) < 0.95, labels, 1 - labels)
    images = np.zeros((400, 1, 1, 3), np.float32)
    images[:, 0, 0, 0] = labels + rng.normal(0, 0.2, 400)
    images[:, 0, 0, 1] = shortcut
    group = [f"{label} {mark}" for label, mark in zip(labels, shortcut, strict=True)]
    data = Dataset(images, labels, ("a", "b"), attributes=pd.DataFrame({"group": group}))
    model = keras.Sequential(
        [keras.Input((1, 1, 3)), keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
    )
    model = retrain_last_layer(model, data, LastLayerRetrainedSettings(strength=10.0), np.random.default_rng(0))
    kernel = last_layer(model).get_weights()[0]
    towards = kernel[:, 1] - kernel[:, 0]
    assert towards[0] > 3 * abs(towards[1])


def test_a_single_sigmoid_unit_gets_the_same_answers(judge):
    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            keras.layers.AveragePooling2D(4),
            keras.layers.Flatten(),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )
    model = retrain_last_layer(model, judge, LastLayerRetrainedSettings(strength=10.0), np.random.default_rng(0))
    right = (model.predict(judge.images, verbose=0)[:, 0] > 0.5) == judge.labels
    assert right.mean() > 0.9


def test_balanced_selections_have_every_group_as_often():
    labels = np.array([0] * 50 + [1] * 60)
    groups = np.array([0] * 40 + [1] * 10 + [0] * 55 + [1] * 5)
    rows = balanced_sample(groups, labels, np.random.default_rng(0))
    counts = [np.sum((labels[rows] == label) & (groups[rows] == group)) for label in (0, 1) for group in (0, 1)]
    assert counts == [5, 5, 5, 5]
    assert len(set(rows)) == len(rows)


def test_a_class_that_is_missing_is_refused(run, judge):
    with pytest.raises(DataError, match="Every class"):
        retrain_last_layer(
            copy_model(run.model),
            judge.take(np.flatnonzero(judge.labels == 0)),
            LastLayerRetrainedSettings(),
            np.random.default_rng(0),
        )


def test_a_network_without_a_dense_end_is_refused():
    model = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Conv2D(2, 1), keras.layers.GlobalAveragePooling2D()])
    with pytest.raises(ModelError, match="dense layer"):
        last_layer(model)
