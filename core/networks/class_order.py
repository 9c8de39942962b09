"""Which class each output of a network stands for, as labelled pictures show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

CLEAR = 4.0
"""How many standard errors another order has to be better by before it is offered."""
LOWEST = -12.0
"""Logarithms of probabilities below this count no more, so that one sure error does not decide a class."""


@dataclass(frozen=True)
class ClassOrder:
    """The order of classes that fits best.

    Args:
        order: order[k] is the class, as labels number it, that output k stands for.
        accuracy: share of right answers under it, 0..1, on pictures that it was not found on.
        clearly: whether it is better than the order of the labels beyond doubt.
    """

    order: tuple[int, ...]
    accuracy: float
    clearly: bool


def best_order(log_probabilities: np.ndarray, labels: np.ndarray) -> ClassOrder:
    """The assignment of classes to outputs with the largest likelihood.

    It is found on each half of the pictures and tried on the other, since with many classes some order always fits
    the pictures that it was found on.

    Args:
        log_probabilities: (N, K).
        labels: int (N,), in 0..K-1.

    Source: Kuhn 1955, "The Hungarian method for the assignment problem".
    """
    scores = np.maximum(np.asarray(log_probabilities, np.float64), LOWEST)
    order = assigned(scores, labels)
    identity = np.arange(scores.shape[1])
    if np.array_equal(order, identity):
        return ClassOrder(tuple(identity.tolist()), float((scores.argmax(axis=1) == labels).mean()), False)
    right = crossed_right(scores, labels)
    before = scores.argmax(axis=1) == labels
    won, lost = int((right & ~before).sum()), int((before & ~right).sum())
    clearly = won - lost > CLEAR * np.sqrt(max(won + lost, 1))
    return ClassOrder(tuple(int(label) for label in order), float(right.mean()), bool(clearly))


def assigned(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The class of each output, int (K,), that makes the labels likeliest; classes without pictures fill up."""
    classes = scores.shape[1]
    sums = np.zeros((classes, classes))
    np.add.at(sums, labels, scores)
    # Ties, such as between classes without pictures, stay in the labels' order.
    taken, outputs = linear_sum_assignment(-(sums + 1e-9 * np.eye(classes)))
    order = np.empty(classes, np.int64)
    order[outputs] = taken
    return order


def crossed_right(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Whether each answer is right, bool (N,), under the order that the other half of the pictures gives."""
    half = _halves(labels)
    right = np.zeros(len(labels), bool)
    for part in (False, True):
        order = assigned(scores[half != part], labels[half != part])
        right[half == part] = order[scores[half == part].argmax(axis=1)] == labels[half == part]
    return right


def _halves(labels: np.ndarray) -> np.ndarray:
    """Every second picture of each class, bool (N,)."""
    half = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        half[np.flatnonzero(labels == label)[1::2]] = True
    return half
