"""Is there anything to fix? What is wrong with a network before any fix, so that no fix gets credit on a healthy
one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import keras
import numpy as np

from core.datasets.base import Dataset, Splits
from core.repair.evaluation_set import SMALLEST, EvaluationSet

GROUP_GAP = 0.15  # between groups of one class, between classes, and between how it was served and how it learned
FIT = 0.85  # training accuracy below which it has not learned what it was shown
LEARNED_BY_HEART = 0.1  # training accuracy over validation accuracy
DOUBT = 0.01
MOST = 1000  # pictures of training and validation that are looked at


@dataclass(frozen=True)
class Symptom:
    """Something that is wrong with the network as it is.

    Args:
        name: "groups", "classes", "served", "by heart" or "unlearned".
        sentence: what was measured.
        in_groups: whether it shows in the worst group rather than in all images.
    """

    name: str
    sentence: str
    in_groups: bool


def find_symptoms(model: keras.Model, splits: Splits, judge: EvaluationSet, right: np.ndarray) -> list[Symptom]:
    """What is wrong with a network, most obvious first; empty for a healthy one.

    Args:
        model: the network as it is.
        splits: its data; test images are as served.
        judge: the evaluation set.
        right: which of its predictions on the evaluation set are right, bool (N,).
    """
    train, validation = _accuracy(model, splits.train), _accuracy(model, splits.validation)
    served = _accuracy(model, splits.test)
    found = [
        _between_groups(judge, right),
        _between_classes(judge, right),
        _as_served(validation, served),
        _overfitted(train, validation),
        _unlearned(train),
    ]
    return [symptom for symptom in found if symptom is not None]


Share = tuple[float, int]


def _between_groups(judge: EvaluationSet, right: np.ndarray) -> Symptom | None:
    """The widest gap between two groups of one class, if it is more than chance."""
    counted, groups = set(judge.counted_groups), judge.groups
    widest, words = 0.0, ""
    for label in np.unique(judge.data.labels):
        mine = judge.data.labels == label
        shares = {
            group: _share(right[mine & (groups == group)])
            for group in np.unique(groups[mine])
            if group in counted and (mine & (groups == group)).sum() >= SMALLEST
        }
        if len(shares) < 2:
            continue
        best, worst = max(shares, key=lambda group: shares[group]), min(shares, key=lambda group: shares[group])
        gap = shares[best][0] - shares[worst][0]
        if gap > widest and _apart(shares[best], shares[worst], len(counted)):
            widest, words = gap, f"right in {_of(shares[best])} of “{best}”, but in {_of(shares[worst])} of “{worst}”"
    return Symptom("groups", f"It is {words}.", True) if widest >= GROUP_GAP else None


def _between_classes(judge: EvaluationSet, right: np.ndarray) -> Symptom | None:
    labels = judge.data.labels
    shares = {int(label): _share(right[labels == label]) for label in np.unique(labels)}
    if len(shares) < 2:
        return None
    worst = min(shares, key=lambda label: shares[label])
    others = _share(right[labels != worst])
    if others[0] - shares[worst][0] < GROUP_GAP or not _apart(others, shares[worst], len(shares)):
        return None
    name = judge.data.class_names[worst]
    return Symptom(
        "classes", f"It is right in {_of(shares[worst])} of “{name}”, but in {_of(others)} of the others.", True
    )


def _as_served(validation: Share, served: Share) -> Symptom | None:
    if not validation[1] or not served[1]:
        return None
    if validation[0] - served[0] < GROUP_GAP or not _apart(validation, served, 1):
        return None
    return Symptom(
        "served",
        f"It is right in {_of(validation)} of the validation pictures, but in {_of(served)} of those served.",
        False,
    )


def _overfitted(train: Share, validation: Share) -> Symptom | None:
    if not validation[1] or train[0] - validation[0] < LEARNED_BY_HEART or not _apart(train, validation, 1):
        return None
    return Symptom(
        "by heart",
        (f"It is right in {_of(train)} of its training pictures, but in {_of(validation)} of the validation pictures."),
        False,
    )


def _unlearned(train: Share) -> Symptom | None:
    if not train[1] or train[0] >= FIT:
        return None
    return Symptom("unlearned", f"It is right in only {_of(train)} of its own training pictures.", False)


def _accuracy(model: keras.Model, data: Dataset) -> Share:
    from core.networks.evaluator import ModelEvaluator

    if not len(data):
        return math.nan, 0
    some = data.take(slice(None, None, max(1, math.ceil(len(data) / MOST))))
    return _share(ModelEvaluator.of(model).logits(some.images).argmax(axis=1) == some.labels)


def _share(right: np.ndarray) -> Share:
    return float(right.mean()) if len(right) else math.nan, len(right)


def _of(share: Share) -> str:
    return f"{round(share[0] * 100)} of 100"


def _apart(first: Share, second: Share, looks: int) -> bool:
    """Whether two fractions differ by more than chance, given how many were compared (Fisher 1922, Bonferroni)."""
    from scipy.stats import fisher_exact

    hits = [round(share * count) for share, count in (first, second)]
    table = [[hit, count - hit] for hit, (_, count) in zip(hits, (first, second), strict=True)]
    return bool(fisher_exact(table).pvalue * max(1, looks) < DOUBT)
