"""Networks trained beside the one at hand, on few pictures and for few steps: only where its own accuracy calls for it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.datasets.base import Dataset, Splits
from core.networks.spec import NetworkSpec, TrainingSpec
from core.store import Store

if TYPE_CHECKING:
    from core.diagnosis.subject import Subject
    from core.networks.run import Run

PICTURES = 1500  # training pictures at most
JUDGED = 400  # validation pictures at most
STEPS, ON = 140, 80  # steps of a new network, and of taking the old one on
BATCH = 64
LEARNED = 0.88  # training accuracy from which on further training has little to add


@dataclass(frozen=True)
class Taught:
    """How a network does after further training.

    Args:
        train, validation: its accuracy.
        before: the validation accuracy of the network at hand, on the same pictures.
        steps: how many training steps it took.
    """

    train: float
    validation: float
    before: float
    steps: int

    @property
    def gain(self) -> float:
        """How much validation accuracy rose."""
        return self.validation - self.before


class Reference:
    """What is trained beside one subject."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    @property
    def wanted(self) -> bool:
        """Whether the network at hand leaves anything to be learned from its own pictures."""
        return not self.subject.accuracy("train") >= LEARNED

    @cached_property
    def taken_on(self) -> Taught:
        """The network itself, taught on at a moderate rate that falls to nothing."""
        return self._taught(ON, 0.003, None)

    @cached_property
    def larger(self) -> Taught:
        """A new network of the default size."""
        spec = NetworkSpec(seed=self.subject.seed % 2**31)
        return self._taught(STEPS, TrainingSpec().rate, spec)

    @cached_property
    def splits(self) -> Splits:
        """The pictures that references learn from, and are judged by."""
        from core.diagnosis.subject import chosen

        parts = self.subject.splits
        train = parts.train.take(chosen(parts.train.labels, PICTURES, self.subject.rng("reference")))
        held = parts.validation if len(parts.validation) else parts.test
        judged = held.take(chosen(held.labels, JUDGED, self.subject.rng("judged")))
        return Splits(_bare(train), _bare(judged), _bare(judged.take(np.arange(min(1, len(judged))))))

    def _taught(self, steps: int, rate: float, spec: NetworkSpec | None) -> Taught:
        from core.networks.training import train

        splits, held = self.splits, self.splits.validation
        epochs = int(np.clip(round(steps * BATCH / max(1, len(splits.train))), 1, 60))
        training = TrainingSpec(epochs=epochs, rate=rate, batch=BATCH, keep="last", seed=self.subject.seed % 2**31)
        store = Store(f"memory://diagnosis-{uuid.uuid4().hex}")
        run: Run = train(
            splits,
            spec,
            training,
            store=store,
            start=self.subject.model if spec is None else None,
            on_step=lambda done, total, note: self.subject.on_step(done, total, "a network beside it"),
        )
        for name in store.names("runs"):
            store.remove(name)
        before = self.subject.answers(held.images).argmax(axis=1) == held.labels if len(held) else np.zeros(0, bool)
        last = run.history.iloc[-1]
        return Taught(
            train=float(last["accuracy"]),
            validation=float(last["val_accuracy"]) if len(held) else float("nan"),
            before=float(before.mean()) if len(held) else float("nan"),
            steps=epochs * -(-len(splits.train) // BATCH),
        )


def _bare(data: Dataset) -> Dataset:
    return Dataset(data.images, data.labels, data.class_names)
