"""What shortcuts share: which images carry the artefact, and how the evaluation set breaks the correlation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.flaws.base import pick_rows, spread_evenly, with_groups


def carriers(labels: np.ndarray, target: int, strength: float, others: float, rng: np.random.Generator) -> np.ndarray:
    """Rows that carry an artefact, bool (N,): `strength` of the target class, `strength` times `others` of the rest.

    Args:
        labels: int (N,).
        target: index of the class.
        strength: 0..1.
        others: 0..1, how often other classes carry it, relative to the class.
        rng: selects the rows.
    """
    mine = pick_rows(labels, strength, rng) & (labels == target)
    theirs = pick_rows(labels, strength * others, rng) & (labels != target)
    return mine | theirs


def break_tie(judge: Dataset, rng: np.random.Generator, having: str, lacking: str) -> tuple[Dataset, np.ndarray]:
    """The evaluation set with its groups named, and which half of each class gets the artefact, bool (N,).

    Args:
        judge: the evaluation set.
        rng: selects the half.
        having: group name of images with the artefact.
        lacking: group name of images without it.
    """
    rows = spread_evenly(_strata(judge), 2, rng) == 1
    return with_groups(judge, np.where(rows, having, lacking)), rows


def tie_labels(count: int, options: tuple[str, ...], rng: np.random.Generator) -> list[str]:
    """An option for each of `count` classes, distinct as long as there are enough.

    Args:
        count: number of classes.
        options: the values.
        rng: source of the order.
    """
    order = [options[index] for index in rng.permutation(len(options))]
    return [order[index % len(order)] for index in range(count)]


def swap_ties(
    labels: np.ndarray,
    current: np.ndarray,
    ties: dict[int, str],
    strength: float,
    free: tuple[str, ...],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Tie each class to its own value of a property.

    Args:
        labels: int (N,).
        current: the current value of each image, (N,).
        ties: class index -> its value. If only one class is tied, the others avoid that value.
        strength: fraction of each class's images that are tied.
        free: the values that untied images may take.
        rng: selects the images.

    Returns:
        Which images change, bool (N,), and the new value of those that do.
    """
    chosen = pick_rows(labels, strength, rng)
    values = current.copy()
    for label, value in ties.items():
        values[chosen & (labels == label)] = value
    spared = tuple(value for value in free if value not in ties.values())
    loose = chosen & ~np.isin(labels, list(ties)) & np.isin(current, list(ties.values()))
    if len(spared):
        values[loose] = rng.choice(np.array(spared, object), int(loose.sum()))
    rows = chosen & (np.isin(labels, list(ties)) | loose)
    return rows, values[rows]


def decorrelate(
    judge: Dataset, ties: dict[int, str], free: tuple[str, ...], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A value for each image of the evaluation set that is independent of its class, and whether it is the class's own.

    If every class is tied, the tied values are distributed evenly over every class. If one is, half of each class gets
    its
    value and half gets others.

    Args:
        judge: the evaluation set.
        ties: class index -> its value.
        free: the values that untied images may take.
        rng: source of the assignment.
    """
    tied_values = tuple(dict.fromkeys(ties.values()))
    if len(ties) > 1:
        options = np.array(tied_values, object)
        values = options[spread_evenly(_strata(judge), len(options), rng)]
        own = np.array([ties.get(int(label)) == value for label, value in zip(judge.labels, values, strict=True)])
        return values, own
    own = spread_evenly(_strata(judge), 2, rng) == 1
    spared = np.array([value for value in free if value not in tied_values] or list(tied_values), object)
    return np.where(own, tied_values[0], rng.choice(spared, len(judge))), own


def _strata(judge: Dataset) -> np.ndarray:
    """The judge's groups so far as numbers, so that a second flaw is dealt evenly within the first one's groups."""
    assert judge.attributes is not None
    return pd.factorize(judge.attributes["group"])[0]
