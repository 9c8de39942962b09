"""One network, one optimiser, and the two compiled functions that train and evaluate it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from core.networks.graph import graph_of
from core.networks.head import Reading
from core.networks.training.augmentation import augmenter
from core.networks.training.specs import TrainingSpec

EVALUATION_BATCH, SMALLEST_BATCH = 256, 16  # pictures
EVALUATION_VALUES = EVALUATION_BATCH * 96 * 96 * 3
"""Values of the pictures that are evaluated at once: the maps of a large network's first layers are many times that."""
UNPENALISED = ("bias", "gamma", "beta")


@dataclass(frozen=True)
class StepScore:
    """Results on some images: mean cross-entropy, and the number of right predictions."""

    loss: float
    correct: int
    n: int

    @property
    def accuracy(self) -> float:
        """Accuracy; NaN if there are no images."""
        return self.correct / self.n if self.n else float("nan")

    def __add__(self, other: StepScore) -> StepScore:
        """The score on both sets of pictures together."""
        n = self.n + other.n
        return StepScore((self.loss * self.n + other.loss * other.n) / max(n, 1), self.correct + other.correct, n)


def optimiser_of(spec: TrainingSpec) -> keras.optimizers.Optimizer:
    """The Keras optimiser of a specification. Norms and biases are excluded from decoupled weight decay.

    Args:
        spec: how the network is trained.
    """
    common = {
        "learning_rate": spec.rate,
        "weight_decay": spec.decay or None,
        "global_clipnorm": spec.clip or None,
    }
    optimisers = keras.optimizers
    made = {
        "adam": lambda: optimisers.Adam(**common),
        "adamw": lambda: optimisers.AdamW(**{**common, "weight_decay": spec.decay}),
        "sgd": lambda: optimisers.SGD(momentum=spec.momentum, **common),
        "nesterov": lambda: optimisers.SGD(momentum=spec.momentum, nesterov=True, **common),
        "rmsprop": lambda: optimisers.RMSprop(momentum=spec.momentum, **common),
        "lion": lambda: optimisers.Lion(**common),
    }[spec.optimiser]()
    made.exclude_from_weight_decay(var_names=list(UNPENALISED))
    return made


class TrainStep:
    """Trains a model step by step.

    Args:
        model: changed in place; must belong to the caller alone.
        spec: optimiser, losses and augmentation.
        class_weights: float (K,), weight of each class.
        reading: what the answers mean, for the end of a network that is not read by itself; None to read the model.
    """

    def __init__(
        self, model: keras.Model, spec: TrainingSpec, class_weights: np.ndarray, reading: Reading | None = None
    ) -> None:
        self.model = model
        self._optimiser = optimiser_of(spec)
        self._optimiser.build(model.trainable_variables)
        self._smoothing = spec.label_smoothing
        self._weights = tf.constant(class_weights, tf.float32)
        self._reading = reading or graph_of(model).reading
        self._augment = augmenter(spec, int(model.input_shape[-1]))
        # XLA trains slower than Eigen on a CPU.
        self._teach = tf.function(self._step, jit_compile=False)
        self._judge = tf.function(self._sums, jit_compile=False, reduce_retracing=True)

    def train_batch(self, images: np.ndarray, labels: np.ndarray, rate: float) -> StepScore:
        """Update the weights once on these images, and return the score just before."""
        self._optimiser.learning_rate = rate
        loss, correct = self._teach(tf.constant(images), tf.constant(labels))
        return StepScore(float(loss), int(correct), len(labels))

    def evaluate(self, images: np.ndarray, labels: np.ndarray) -> StepScore:
        """The score on these images, in inference mode."""
        loss, correct = 0.0, 0
        batch = _evaluation_batch(images)
        for start in range(0, len(labels), batch):
            part = slice(start, start + batch)
            sums = self._judge(tf.constant(images[part]), tf.constant(labels[part]))
            loss, correct = loss + float(sums[0]), correct + int(sums[1])
        return StepScore(loss / len(labels) if len(labels) else float("nan"), correct, len(labels))

    def _step(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        images = self._augment(tf.cast(images, tf.float32))
        with tf.GradientTape() as tape:
            logits = self._logits(images, training=True)
            losses = self._cross_entropy(logits, labels, self._smoothing)
            total = tf.reduce_mean(losses * tf.gather(self._weights, labels))
            total += tf.add_n(self.model.losses) if self.model.losses else 0.0
        variables = self.model.trainable_variables
        self._optimiser.apply(tape.gradient(total, variables), variables)
        return tf.reduce_mean(self._cross_entropy(logits, labels, 0.0)), _correct(logits, labels)

    def _sums(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        logits = self._logits(tf.cast(images, tf.float32), training=False)
        return tf.reduce_sum(self._cross_entropy(logits, labels, 0.0)), _correct(logits, labels)

    def _logits(self, images: tf.Tensor, training: bool) -> tf.Tensor:
        """Logits (N, K), from before the softmax where the network ends in one."""
        answers = self.model(images, training=training)
        reading = self._reading
        if reading.head not in ("softmax", "sigmoid") or reading.form != "value":
            return reading.logits(answers)
        # Keras leaves what went into a softmax or sigmoid on what came out of it, mostly.
        logits = getattr(answers, "_keras_logits", None)
        return reading.logits(_undone(answers, reading.head) if logits is None else logits)

    def _cross_entropy(self, logits: tf.Tensor, labels: tf.Tensor, smoothing: float) -> tf.Tensor:
        """Cross-entropy of each picture, (N,)."""
        classes = tf.shape(logits)[-1]
        wanted = tf.one_hot(labels, classes) * (1 - smoothing) + smoothing / tf.cast(classes, tf.float32)
        return tf.nn.softmax_cross_entropy_with_logits(wanted, logits)


def _evaluation_batch(images: np.ndarray) -> int:
    """How many pictures are evaluated at once."""
    values = math.prod(images.shape[1:])
    return max(SMALLEST_BATCH, min(EVALUATION_BATCH, EVALUATION_VALUES // max(1, values)))


def _correct(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    return tf.math.count_nonzero(tf.argmax(logits, axis=-1) == labels)


def _undone(shares: tf.Tensor, head: str) -> tf.Tensor:
    """Logits that give these probabilities; a softmax's are known up to a constant for each picture."""
    shares = tf.clip_by_value(shares, 1e-7, 1 - 1e-7)
    return tf.math.log(shares) if head == "softmax" else tf.math.log(shares) - tf.math.log1p(-shares)
