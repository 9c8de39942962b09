"""Training with a penalty on input gradients where the network should not look."""

from __future__ import annotations

import time

import keras
import numpy as np
import tensorflow as tf

from core.datasets.base import Splits
from core.errors import InputError
from core.networks.training.loop import batches, best_epoch, class_weights
from core.networks.training.schedule import rate_at
from core.networks.training.specs import TrainingSpec
from core.networks.training.train_step import TrainStep
from core.progress import OnStep
from core.repair.base import Penalty

WHITE = 255.0
Row = dict[str, float]


def penalty_of(logits: tf.Tensor, gradients: tf.Tensor, masks: tf.Tensor) -> tf.Tensor:
    r"""Mean over images of $\sum_d (A_d g_d)^2$ with g the gradient of $\sum_k \log \hat p_k$ by an image in 0..1.

    Args:
        logits: (N, K); only their number matters.
        gradients: of that sum by images in 0..255, (N, H, W, C).
        masks: A, (N, H, W), 1 where the network should not look.

    Source: Ross, Hughes and Doshi-Velez 2017, arXiv 1703.03717, equation 2.
    """
    squares = tf.square(gradients * WHITE) * masks[..., None]
    return tf.reduce_sum(squares) / tf.cast(tf.shape(logits)[0], tf.float32)


class PenalisedTrainStep(TrainStep):
    """A training step whose loss also penalises input gradients within a mask."""

    def __init__(self, model: keras.Model, spec: TrainingSpec, weights: np.ndarray, penalty: float) -> None:
        super().__init__(model, spec, weights)
        self._penalty = penalty
        self._train_masked = tf.function(self._step_masked, jit_compile=False)

    def train_batch_masked(
        self, images: np.ndarray, labels: np.ndarray, masks: np.ndarray, rate: float
    ) -> tuple[float, int]:
        """Update the weights once; returns the cross-entropy before it, and the number of right predictions."""
        self._optimiser.learning_rate = rate
        loss, correct = self._train_masked(
            tf.constant(images), tf.constant(labels), tf.constant(masks.astype(np.float32))
        )
        return float(loss), int(correct)

    def loss(self, images: tf.Tensor, labels: tf.Tensor, masks: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Cross-entropy, penalty and logits of a batch, in training mode."""
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = self._logits(images, training=True)
            summed = tf.reduce_sum(tf.nn.log_softmax(logits))
        gradients = tape.gradient(summed, images)
        losses = self._cross_entropy(logits, labels, self._smoothing)
        weighted = tf.reduce_mean(losses * tf.gather(self._weights, labels))
        return weighted, penalty_of(logits, gradients, masks), logits

    def _step_masked(self, images: tf.Tensor, labels: tf.Tensor, masks: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        images = tf.cast(images, tf.float32)
        with tf.GradientTape() as tape:
            wrong, penalty, logits = self.loss(images, labels, masks)
            total = wrong + self._penalty * penalty
            total += tf.add_n(self.model.losses) if self.model.losses else 0.0
        variables = self.model.trainable_variables
        self._optimiser.apply(tape.gradient(total, variables), variables)
        return wrong, tf.math.count_nonzero(tf.argmax(logits, axis=-1) == labels)


def train_with_penalty(
    model: keras.Model, splits: Splits, spec: TrainingSpec, penalty: Penalty, on_step: OnStep
) -> list[Row]:
    """Train a model with the penalty and leave the best epoch's weights in it.

    Images are not augmented, because the masks would have to change with them.

    Args:
        model: changed in place; must belong to the caller.
        splits: training data, and validation data by which the epoch is chosen.
        spec: how it is trained; augmentation is ignored.
        penalty: where it should not look, and the weight of that.
        on_step: called after each batch.

    Returns:
        one row per epoch.

    Raises:
        InputError: when training diverges.
    """
    train, validation = splits.train, splits.validation
    plain = TrainingSpec.of(spec, **_still())
    learner = PenalisedTrainStep(model, plain, class_weights(train, spec), penalty.weight)
    size = min(spec.batch, len(train))
    steps = -(-len(train) // size)
    order, rows, kept = batches(len(train), size, spec.seed), [], model.get_weights()
    for epoch in range(1, spec.epochs + 1):
        began, loss, correct = time.perf_counter(), 0.0, 0
        for step in range(steps):
            done = (epoch - 1) * steps + step + 1
            chosen = next(order)
            wrong, right = learner.train_batch_masked(
                train.images[chosen],
                train.labels[chosen],
                penalty.masks[chosen],
                rate_at(spec, done / (steps * spec.epochs)),
            )
            if not np.isfinite(wrong):
                raise InputError(
                    "The loss should stay a finite number", f"one that is not in epoch {epoch}", "Lower the weight."
                )
            loss, correct = loss + wrong, correct + right
            on_step(done, steps * spec.epochs, f"epoch {epoch} of {spec.epochs}")
        judged = learner.evaluate(validation.images, validation.labels)
        seconds = time.perf_counter() - began
        rows.append(
            {
                "epoch": epoch,
                "loss": loss / steps,
                "accuracy": correct / (steps * size),
                "val_loss": judged.loss,
                "val_accuracy": judged.accuracy,
                "rate": rate_at(spec, epoch / spec.epochs),
                "seconds": seconds,
                "pictures_per_second": steps * size / max(seconds, 1e-9),
            }
        )
        if spec.keep == "last" or not len(validation) or best_epoch(rows) == epoch:
            kept = model.get_weights()
    model.set_weights(kept)
    return rows


def _still() -> dict[str, float | bool]:
    """The augmentation settings, all off."""
    off: dict[str, float | bool] = {"flip": False, "flip_vertical": False}
    names = ("shift", "rotate", "zoom", "brightness", "contrast", "hue", "saturation", "erase")
    return {**off, **dict.fromkeys(names, 0.0)}
