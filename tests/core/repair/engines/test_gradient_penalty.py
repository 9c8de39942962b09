"""The penalty on input gradients, against its formula worked out by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.networks.training.specs import TrainingSpec
from core.repair.base import Penalty
from core.repair.engines.gradient_penalty import PenalisedTrainStep, train_with_penalty
from core.repair.engines.model_copies import copy_model


def linear(weights: np.ndarray) -> keras.Model:
    """softmax(w · picture), w of (H · W · C, K)."""
    flat = keras.layers.Flatten()
    dense = keras.layers.Dense(weights.shape[1], use_bias=False, activation="softmax")
    model = keras.Sequential([keras.Input((2, 2, 1)), flat, dense])
    dense.set_weights([weights])
    return model


def test_the_penalty_equals_its_formula():
    """For logits w·x: d/dx sum_k log p_k = sum_k w_k - K sum_j p_j w_j, worked out in NumPy."""
    rng = np.random.default_rng(0)
    weights = rng.normal(0, 0.01, (4, 3)).astype(np.float32)
    images = rng.uniform(0, 255, (5, 2, 2, 1)).astype(np.float32)
    labels, masks = np.array([0, 1, 2, 0, 1]), rng.random((5, 2, 2)) < 0.5
    logits = images.reshape(5, 4) @ weights
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    gradients = weights.sum(axis=1)[None] - 3 * shares @ weights.T
    by_hand = np.square(255 * gradients * masks.reshape(5, 4)).sum(axis=1).mean()
    entropy = -np.log(shares[np.arange(5), labels]).mean()
    learner = PenalisedTrainStep(linear(weights), TrainingSpec(), np.ones(3), 1.0)
    found = learner.loss(tf.constant(images), tf.constant(labels), tf.constant(masks.astype(np.float32)))
    assert float(found[1]) == pytest.approx(by_hand, rel=1e-4)
    assert float(found[0]) == pytest.approx(entropy, rel=1e-4)


def test_an_empty_mask_costs_nothing():
    learner = PenalisedTrainStep(linear(np.ones((4, 2), np.float32)), TrainingSpec(), np.ones(2), 1.0)
    images = tf.ones((3, 2, 2, 1))
    assert float(learner.loss(images, tf.zeros(3, tf.int64), tf.zeros((3, 2, 2)))[1]) == 0.0


def test_a_network_learns_not_to_be_moved_by_what_is_punished(run, splits):
    masks = np.zeros((128, 16, 16), bool)
    masks[:, :5, :5] = True
    spec = TrainingSpec(epochs=4, batch=32, rate=0.02, keep="last")
    batch = tf.constant(splits.train.images, tf.float32), tf.constant(splits.train.labels)
    left = []
    for weight in (0.0, 10.0):
        model = copy_model(run.model)
        rows = train_with_penalty(model, splits, spec, Penalty(masks, weight), lambda done, total, note="": None)
        assert len(rows) == 4
        learner = PenalisedTrainStep(model, TrainingSpec(), np.ones(2), weight)
        left.append(float(learner.loss(*batch, tf.constant(masks.astype(np.float32)))[1]))
    assert left[1] < 0.2 * left[0]
