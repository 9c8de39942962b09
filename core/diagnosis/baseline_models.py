"""Networks trained beside the one at hand, on few pictures, for few steps, and only where its accuracy calls for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.datasets.base import Dataset, Splits
from core.diagnosis.context import DiagnosisContext, chosen
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.store import Store

if TYPE_CHECKING:
    import keras

    from core.networks.training.run import Run

PICTURES = 1500  # training pictures at most
JUDGED = 400  # validation pictures at most
STEPS = 140  # of a new network, and of taking the old one on: as many, so that both have the same chance
BATCH = 64
MOST_EPOCHS = 60  # each is judged on validation pictures, which for few training pictures is most of the work
DEAR = 3 * STEPS * BATCH  # forward passes that training takes about as long as; a smaller budget has no room for it
TOO_DEAR = (
    "It has not learned its pictures, and training a network beside it to see why takes longer than this search may: "
    "allow it more pictures."
)
KEPT = 16  # references at most that are kept
LEARNED = 0.8  # training accuracy from which on further training is not tried: it could add little


@dataclass(frozen=True)
class Taught:
    """How a network does after further training.

    Args:
        train, validation: its accuracy.
        before: the validation accuracy of the network at hand, on the same pictures.
        steps: how many training steps it took.
        model: the network itself.
    """

    train: float
    validation: float
    before: float
    steps: int
    model: keras.Model

    @property
    def gain(self) -> float:
        """How much validation accuracy rose."""
        return self.validation - self.before


class Reference:
    """What is trained beside one network."""

    def __init__(self, context: DiagnosisContext) -> None:
        self.context = context

    @property
    def wanted(self) -> bool:
        """Whether the network at hand leaves anything to be learned from its own pictures."""
        return not self.context.accuracy("train") >= LEARNED

    @property
    def affordable(self) -> bool:
        """Whether the budget has room for training one beside it."""
        return self.context.budget >= DEAR

    @property
    def trained(self) -> bool:
        """Whether one is trained beside it."""
        return self.wanted and self.affordable

    @cached_property
    def taken_on(self) -> Taught:
        """The network itself, taught on as a new one would be taught."""
        return self._taught(None)

    @cached_property
    def larger(self) -> Taught:
        """A new network of the default size."""
        spec = NetworkSpec(seed=self.context.seed % 2**31)
        return self._taught(spec)

    @cached_property
    def ablest(self) -> keras.Model:
        """The network that does best on validation pictures: the one at hand where it has learned its own pictures."""
        if not self.trained:
            return self.context.model
        on, larger = self.taken_on, self.larger
        if max(on.validation, larger.validation) <= on.before:
            return self.context.model
        return on.model if on.validation >= larger.validation else larger.model

    @cached_property
    def error(self) -> float:
        """Share of validation pictures that the ablest network gets wrong."""
        if not self.trained:
            held = self.context.accuracy("validation")
            return 1 - (held if np.isfinite(held) else self.context.accuracy("train"))
        on, larger = self.taken_on, self.larger
        return 1 - float(np.nanmax([on.before, on.validation, larger.validation, self.context.chance]))

    @cached_property
    def splits(self) -> Splits:
        """The pictures that references learn from, and are judged by."""
        parts = self.context.splits
        train = parts.train.take(chosen(parts.train.labels, PICTURES, self.context.rng("reference")))
        held = parts.validation if len(parts.validation) else parts.test
        judged = held.take(chosen(held.labels, JUDGED, self.context.rng("judged")))
        return Splits(_bare(train), _bare(judged), _bare(judged.take(np.arange(min(1, len(judged))))))

    def _taught(self, spec: NetworkSpec | None) -> Taught:
        from core.networks.training.train import train

        splits, held = self.splits, self.splits.validation
        steps = max(1, -(-len(splits.train) // BATCH))
        epochs = int(np.clip(round(STEPS / steps), 1, MOST_EPOCHS))
        training = TrainingSpec(epochs=epochs, batch=BATCH, keep="last", seed=self.context.seed % 2**31)
        run: Run = train(
            splits,
            spec,
            training,
            store=_kept(),
            start=self.context.model if spec is None else None,
            on_step=lambda done, total, _="": self.context.on_step(done, total, "a network beside it"),
        )
        before = self.context.answers(held.images).argmax(axis=1) == held.labels if len(held) else np.zeros(0, bool)
        last = run.history.iloc[-1]
        return Taught(
            train=float(last["accuracy"]),
            validation=float(last["val_accuracy"]) if len(held) else float("nan"),
            before=float(before.mean()) if len(held) else float("nan"),
            steps=epochs * steps,
            model=run.model,
        )


def _kept() -> Store:
    """Where references are kept while the program runs, so that a second diagnosis is quick: no run of anybody's."""
    store = Store("memory://hunch-diagnosis")
    names = store.names("runs")
    if len(names) >= KEPT:
        for name in names:
            store.remove(name)
    return store


def _bare(data: Dataset) -> Dataset:
    return Dataset(data.images, data.labels, data.class_names)
