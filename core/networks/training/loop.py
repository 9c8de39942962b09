"""The training loop."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from core.datasets.base import Dataset, Splits
from core.errors import Cancelled, InputError
from core.networks.graph import graph_of
from core.networks.training.embedding import split_frozen
from core.networks.training.progress import OnPoint, Point
from core.networks.training.run import Ending
from core.networks.training.schedule import rate_at
from core.networks.training.specs import TrainingSpec
from core.networks.training.train_step import StepScore, TrainStep
from core.progress import OnStep

Watch = Callable[[keras.Model, int], None]
Row = dict[str, float]
REPORT_EVERY = 0.1


@dataclass(frozen=True)
class _Kept:
    epoch: int
    weights: list[np.ndarray]


class _Pace:
    """Training speed in images per second: the median of recent steps, so compilation does not count."""

    def __init__(self) -> None:
        self._steps: deque[float] = deque(maxlen=50)

    @contextlib.contextmanager
    def measured(self, images: int) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._steps.append(images / max(time.perf_counter() - began, 1e-9))

    @property
    def pictures_per_second(self) -> float:
        return float(np.median(self._steps))


class Loop:
    """Trains a model on splits. Pictures pass what is frozen of it once, where that gives the same training.

    Args:
        model: changed in place; must belong to the caller alone.
        splits: training, validation and test data.
        spec: how it is trained.
        on_step, on_point, watch: as for `train`.
    """

    def __init__(
        self,
        model: keras.Model,
        splits: Splits,
        spec: TrainingSpec,
        on_step: OnStep,
        on_point: OnPoint | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.rows: list[Row] = []
        self._model, self._splits, self._spec = model, splits, spec
        pictures = sum(len(part) for part in splits.parts.values())
        self._split = split_frozen(model, spec, pictures)
        self._learner = TrainStep(
            self._split.tail if self._split else model,
            spec,
            class_weights(splits.train, spec),
            graph_of(model).reading,
        )
        self._on_step, self._on_point, self._watch = on_step, on_point, watch
        self._batch = min(spec.batch, len(splits.train))
        self._steps = -(-len(splits.train) // self._batch)
        self._total = self._steps * spec.epochs
        self._kept: _Kept | None = None
        self._pace = _Pace()
        self._reported = 0.0

    def go(self) -> Ending:
        """Train until a stopping condition is met, and leave the best epoch's weights in the model.

        Raises:
            Cancelled: when a callback raised it before the first epoch had ended.
            InputError: when training diverges before the first epoch has ended.
        """
        try:
            ending = self._epochs()
        except Cancelled:
            if self._kept is None:
                raise
            ending = "cancelled"
        if self._kept is not None:
            self._model.set_weights(self._kept.weights)
        return ending

    def metrics(self) -> dict[str, Any]:
        """The epoch that was kept, its cost, and the results on the test images."""
        epoch, test = self._kept.epoch if self._kept else 0, self._splits.test
        images = self._split.embed(test.images) if self._split else test.images
        score = self._learner.evaluate(images, test.labels)
        return {
            "accuracy": score.accuracy,
            "loss": score.loss,
            "correct": score.correct,
            "n": score.n,
            "recall": self._recall(test, images),
            "validation_accuracy": self.rows[epoch - 1]["val_accuracy"] if epoch else float("nan"),
            "epoch": epoch,
            "epochs": len(self.rows),
            "seconds": sum(row["seconds"] for row in self.rows),
            "weights": self._model.count_params(),
        }

    def _inputs(self, data: Dataset) -> np.ndarray:
        """What is given to the layers that are trained: pictures, or what the frozen layers make of them."""
        if self._split is None:
            return data.images

        def on_step(done: int, total: int, note: str = "") -> None:
            self._on_step(0, self._total, f"{note}: {done} of {total}")

        return self._split.embed(data.images, on_step=on_step)

    def _recall(self, data: Dataset, images: np.ndarray) -> dict[str, list[int]]:
        scores = {}
        for label, name in enumerate(data.class_names):
            mine = data.labels == label
            score = self._learner.evaluate(images[mine], data.labels[mine])
            scores[name] = [score.correct, score.n]
        return scores

    def _epochs(self) -> Ending:
        order = batches(len(self._splits.train), self._batch, self._spec.seed)
        self._on_step(0, self._total, "starting")
        seen = self._inputs(self._splits.train), self._inputs(self._splits.validation)
        if self._watch:
            self._watch(self._model, 0)
        for epoch in range(1, self._spec.epochs + 1):
            row = self._epoch(epoch, order, *seen)
            if row is None:
                return self._diverged(epoch)
            self.rows.append(row)
            self._keep(epoch)
            if self._watch:
                self._watch(self._model, epoch)
            if self._judged and self._spec.patience and epoch - best_epoch(self.rows) >= self._spec.patience:
                return "patience"
        return "finished"

    def _epoch(self, epoch: int, order: Iterator[np.ndarray], images: np.ndarray, unseen: np.ndarray) -> Row | None:
        """One pass over the training images as a row of the history; None if training diverged."""
        train, validation = self._splits.train, self._splits.validation
        seen, rate, began = StepScore(0.0, 0, 0), 0.0, time.perf_counter()
        for step in range(1, self._steps + 1):
            done = (epoch - 1) * self._steps + step
            rate = rate_at(self._spec, done / self._total)
            chosen = next(order)
            with self._pace.measured(self._batch):
                seen += self._learner.train_batch(images[chosen], train.labels[chosen], rate)
            if not np.isfinite(seen.loss):
                return None
            if step < self._steps and time.perf_counter() - self._reported > REPORT_EVERY:
                self._report(done, seen, None, rate)
        judged = self._learner.evaluate(unseen, validation.labels)
        self._report(epoch * self._steps, seen, judged if self._judged else None, rate)
        return {
            "epoch": epoch,
            "loss": seen.loss,
            "accuracy": seen.accuracy,
            "val_loss": judged.loss,
            "val_accuracy": judged.accuracy,
            "rate": rate,
            "seconds": time.perf_counter() - began,
            "pictures_per_second": self._pace.pictures_per_second,
        }

    @property
    def _judged(self) -> bool:
        return len(self._splits.validation) > 0

    def _report(self, done: int, seen: StepScore, validation: StepScore | None, rate: float) -> None:
        self._reported, pace = time.perf_counter(), self._pace.pictures_per_second
        point = Point(
            epoch=done / self._steps,
            loss=seen.loss,
            accuracy=seen.accuracy,
            val_loss=validation.loss if validation else None,
            val_accuracy=validation.accuracy if validation else None,
            rate=rate,
            pictures_per_second=pace,
            seconds_left=(self._total - done) * self._batch / pace,
        )
        if self._on_point:
            self._on_point(point)
        self._on_step(done, self._total, point.note)

    def _keep(self, epoch: int) -> None:
        """Hold the weights of this epoch where it is the one to keep so far."""
        if self._spec.keep == "last" or not self._judged or best_epoch(self.rows) == epoch:
            self._kept = _Kept(epoch, self._model.get_weights())

    def _diverged(self, epoch: int) -> Ending:
        if self._kept is None:
            raise InputError(
                "The loss should stay a finite number",
                f"one that is not in epoch {epoch}",
                "Lower the learning rate, or clip the gradient.",
            )
        return "diverged"


def best_epoch(rows: list[Row]) -> int:
    """The epoch with the best validation accuracy; ties go to the lower loss and then to the earlier epoch."""
    best = max(rows, key=lambda row: (row["val_accuracy"], -row["val_loss"], -row["epoch"]))
    return int(best["epoch"])


def batches(n: int, size: int, seed: int) -> Iterator[np.ndarray]:
    """Endless batches of indices: one random order of all n images after another, cut into equal pieces.

    Args:
        n: number of images.
        size: batch size.
        seed: seed of the order.
    """
    generator, left = np.random.default_rng(seed), np.empty(0, np.int64)
    while True:
        while len(left) < size:
            left = np.concatenate([left, generator.permutation(n)])
        yield left[:size]
        left = left[size:]


def class_weights(data: Dataset, spec: TrainingSpec) -> np.ndarray:
    """The weight of an image of each class: 1, or N / (K · N_k) for balanced classes, (K,)."""
    classes = len(data.class_names)
    if spec.class_weights == "none":
        return np.ones(classes)
    counts = np.bincount(data.labels, minlength=classes)
    present = np.count_nonzero(counts)
    return np.where(counts > 0, len(data) / (present * np.maximum(counts, 1)), 0.0)
