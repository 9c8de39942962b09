"""The network's answers to images as they are, and to the same images with things changed on purpose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax

from core.errors import InputError
from core.insight.attributes import Attribute, Attributes, class_column
from core.insight.settings import Unit
from core.networks.evaluator import ModelEvaluator

RIGHT = "the right answer"
"""The score of the true class, whichever it is."""


@dataclass(frozen=True, eq=False)
class InterventionTrial:
    """Pictures in which attributes were changed on purpose.

    Args:
        names: the attributes that were changed.
        rows: int (m,), which of the sample's pictures.
        columns: name -> attribute of the changed pictures, those that stayed included.
        logits: float (m, K), the answers to the changed pictures.
        paired: whether each picture moved by a little from where it was, so that the difference is what counts; not
            where values were dealt at random.
    """

    names: tuple[str, ...]
    rows: np.ndarray
    columns: dict[str, Attribute]
    logits: np.ndarray
    paired: bool = False


@dataclass(frozen=True, eq=False)
class Sample:
    """n pictures with what is known of them and what the network says.

    Args:
        indices: int (n,), their places in the data set.
        labels: int (n,).
        class_names: K names.
        attributes: what varies among them.
        logits: float (n, K).
        trials: what changing things does; empty where nothing was changed.
        notes: what to keep in mind, as sentences.
    """

    indices: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    attributes: Attributes
    logits: np.ndarray
    trials: tuple[InterventionTrial, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def view(self) -> SampleView:
        """The pictures as they are."""
        return SampleView(self.labels, self.class_names, self.attributes.columns, self.logits)

    def changed(self, trial: InterventionTrial) -> SampleView:
        """The pictures of a trial, as they were changed."""
        return SampleView(self.labels[trial.rows], self.class_names, trial.columns, trial.logits)

    def trial_of(self, name: str) -> InterventionTrial | None:
        """The trial in which an attribute was changed; None where it was not."""
        return next((trial for trial in self.trials if name in trial.names), None)


@dataclass(frozen=True, eq=False)
class SampleView:
    """Pictures, as they are or as they were changed, in the form that a regression takes.

    Args:
        labels: int (n,).
        class_names: K names.
        columns: name -> attribute, n values each.
        logits: float (n, K).
    """

    labels: np.ndarray
    class_names: tuple[str, ...]
    columns: dict[str, Attribute]
    logits: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def truth(self) -> Attribute | None:
        """What the object is; None where there is one class only."""
        column = class_column(self.labels, self.class_names)
        return column if len(column.levels) > 1 else None

    def take(self, rows: np.ndarray) -> SampleView:
        """Some of the pictures."""
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        return SampleView(self.labels[rows], self.class_names, columns, self.logits[rows])

    def named(self, of: str | None) -> tuple[str, ...]:
        """The names of the scores that `of` asks for: each class, one class, or the right answer.

        Raises:
            InputError: for a class that does not exist.
        """
        if of is None:
            return self.class_names
        if of != RIGHT and of not in self.class_names:
            raise InputError(f"A score is that of {', '.join(self.class_names)} or of {RIGHT}", repr(of))
        return (of,)

    def scores(self, of: str | None, unit: Unit) -> np.ndarray:
        """The network's scores, (n, len(named(of))), in this unit."""
        names = self.named(of)
        table = in_unit(self.logits, unit)
        if names == (RIGHT,):
            return table[np.arange(len(table)), self.labels][:, None]
        return table[:, [self.class_names.index(name) for name in names]]


def in_unit(logits: np.ndarray, unit: Unit) -> np.ndarray:
    """Logits (n, K) as points of 100, or as log odds of each class against all others."""
    if unit == "points":
        return 100 * softmax(logits.astype(float), axis=1)
    share = log_softmax(logits.astype(float), axis=1)
    rest = [logsumexp(np.delete(share, column, axis=1), axis=1) for column in range(share.shape[1])]
    return share - np.stack(rest, axis=1)


def network_logits(network: ModelEvaluator, images: np.ndarray) -> np.ndarray:
    """Logits (n, K); ModelError naming the layer where they are not numbers."""
    return network.logits(images)
