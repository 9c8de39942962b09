"""One step of a linear softmax network, whose gradient is known: Xᵀ(p - y) / N."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from core.networks.training.specs import TrainingSpec
from core.networks.training.train_step import StepScore, TrainStep

PLAIN = {"flip": False, "shift": 0.0, "label_smoothing": 0.0, "decay": 0.0, "clip": 0.0}
RATE = 0.5


def linear(head: str = "softmax", units: int = 3) -> keras.Model:
    pictures = keras.Input((2, 2, 1), name="pictures")
    flat = keras.layers.Flatten(name="flat")(pictures)
    fused = None if head in ("logits", "layer") else head
    value = keras.layers.Dense(units, activation=fused, kernel_initializer="zeros", name="dense")(flat)
    if head == "layer":
        value = keras.layers.Softmax(name="softmax")(value)
    return keras.Model(pictures, value, name="linear")


@pytest.fixture(scope="module")
def batch() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(6, 2, 2, 1)).astype(np.float32), rng.integers(0, 3, 6)


def learner(model: keras.Model, weights=(1.0, 1.0, 1.0), **values) -> TrainStep:
    return TrainStep(model, TrainingSpec(**{**PLAIN, "optimiser": "sgd", "momentum": 0.0, **values}), np.array(weights))


def gradient(images, labels, wanted, weights, kernel) -> np.ndarray:
    flat = images.reshape(len(images), -1)
    error = (softmax(flat @ kernel, axis=1) - wanted) * weights[labels][:, None]
    return flat.T @ error / len(images)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0), (0.5, 1.0, 2.0)])
def test_one_step_follows_the_gradient_computed_by_hand(batch, smoothing, weights):
    images, labels = batch
    model = linear()
    learner(model, weights, label_smoothing=smoothing).train_batch(images, labels, RATE)
    wanted = np.eye(3)[labels] * (1 - smoothing) + smoothing / 3
    by_hand = -RATE * gradient(images, labels, wanted, np.array(weights), np.zeros((4, 3)))
    np.testing.assert_allclose(model.get_layer("dense").get_weights()[0], by_hand, atol=1e-6)


def test_clipping_shortens_the_gradient_to_the_limit(batch):
    images, labels = batch
    model = linear()
    learner(model, clip=0.1).train_batch(images, labels, 1.0)
    moved = np.concatenate([weights.ravel() for weights in model.get_weights()])
    assert np.linalg.norm(moved) == pytest.approx(0.1, rel=1e-4)


def test_decoupled_decay_shrinks_kernels_and_spares_biases(batch):
    images, labels = batch
    steps = {}
    for decay in (0.0, 0.5):
        model = linear()
        model.get_layer("dense").set_weights([np.ones((4, 3), np.float32), np.ones(3, np.float32)])
        learner(model, decay=decay).train_batch(images, labels, RATE)
        steps[decay] = model.get_layer("dense").get_weights()
    np.testing.assert_allclose(steps[0.0][0] - steps[0.5][0], RATE * 0.5, atol=1e-5)
    np.testing.assert_allclose(steps[0.0][1], steps[0.5][1], atol=1e-6)


@pytest.mark.parametrize("head", ["softmax", "layer", "logits"])
def test_every_head_is_judged_and_taught_alike(batch, head):
    images, labels = batch
    model = linear(head)
    pupil = learner(model)
    for _ in range(3):
        pupil.train_batch(images, labels, RATE)
    kernel, bias = model.get_layer("dense").get_weights()
    logits = images.reshape(6, -1) @ kernel + bias
    score = pupil.evaluate(images, labels)
    assert score.loss == pytest.approx(-log_softmax(logits, axis=1)[np.arange(6), labels].mean(), rel=1e-5)
    assert score.correct == (logits.argmax(axis=1) == labels).sum()


def test_a_single_sigmoid_unit_is_a_two_class_network(batch):
    images, labels = batch[0], batch[1] % 2
    model = linear("sigmoid", units=1)
    pupil = learner(model, weights=(1.0, 1.0))
    pupil.train_batch(images, labels, RATE)
    expected = -RATE * images.reshape(6, -1).T @ (0.5 - labels) / 6
    np.testing.assert_allclose(model.get_layer("dense").get_weights()[0][:, 0], expected, atol=1e-6)


def test_scores_add_up_to_the_score_on_all_pictures(batch):
    images, labels = batch
    pupil = learner(linear())
    pupil.train_batch(images, labels, RATE)
    whole, parts = (
        pupil.evaluate(images, labels),
        pupil.evaluate(images[:2], labels[:2]) + pupil.evaluate(images[2:], labels[2:]),
    )
    assert (parts.correct, parts.n) == (whole.correct, whole.n)
    assert parts.loss == pytest.approx(whole.loss)


def test_large_pictures_are_evaluated_a_few_at_a_time_and_score_the_same(batch, monkeypatch):
    images, labels = (np.tile(part, (6, *[1] * (part.ndim - 1))) for part in batch)
    pupil, seen = learner(linear()), []
    pupil.train_batch(images, labels, RATE)
    judge = pupil._judge
    monkeypatch.setattr(pupil, "_judge", lambda some, given: seen.append(len(given)) or judge(some, given))
    at_once = pupil.evaluate(images, labels)
    monkeypatch.setattr("core.networks.training.train_step.EVALUATION_VALUES", images[0].size)
    few = pupil.evaluate(images, labels)
    assert seen == [36, 16, 16, 4]
    assert (few.correct, few.n) == (at_once.correct, at_once.n)
    assert few.loss == pytest.approx(at_once.loss, rel=1e-5)


def test_no_pictures_give_no_number():
    empty = learner(linear()).evaluate(np.zeros((0, 2, 2, 1), np.float32), np.zeros(0, np.int64))
    assert empty.n == 0
    assert np.isnan(empty.loss)
    assert np.isnan(empty.accuracy)
    assert StepScore(0.0, 0, 0) + StepScore(0.5, 1, 2) == StepScore(0.5, 1, 2)


@pytest.mark.parametrize("optimiser", ["adam", "adamw", "sgd", "nesterov", "rmsprop", "lion"])
def test_every_optimiser_learns(batch, optimiser):
    images, labels = batch
    pupil = learner(linear(), optimiser=optimiser, momentum=0.5)
    first = pupil.evaluate(images, labels).loss
    for _ in range(20):
        pupil.train_batch(images, labels, 0.02)
    assert pupil.evaluate(images, labels).loss < 0.97 * first
