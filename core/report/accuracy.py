"""How often the network is right: overall, by class, and in the worst group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.intervals import wilson
from core.report.facts import AccuracyScore, Groups

GROUP = "group"
LEVELS = 12
"""An attribute with more values than this is a measurement and does not form groups."""


def wilson_score(name: str, right: np.ndarray, confidence: float) -> AccuracyScore:
    """Accuracy with its Wilson interval.

    Args:
        name: of the score.
        right: bool (N,), which predictions are right.
        confidence: such as 0.95.
    """
    low, high = wilson(int(right.sum()), len(right), confidence)
    return AccuracyScore(name, int(right.sum()), len(right), low, high)


def by_class(
    labels: np.ndarray, right: np.ndarray, names: tuple[str, ...], confidence: float
) -> tuple[AccuracyScore, ...]:
    """One score per class, in class order.

    Args:
        labels: int (N,).
        right: bool (N,), which predictions are right.
        names: the class names.
        confidence: such as 0.95.
    """
    return tuple(wilson_score(name, right[labels == label], confidence) for label, name in enumerate(names))


def worst_group(data: Dataset, right: np.ndarray, fewest: int, confidence: float) -> Groups | None:
    """The group with the lowest accuracy; None if the images have no groups.

    Groups are those of the column "group", or else each class within each value of each attribute. The interval of
    each is made wider for the number of groups that were looked at (Bonferroni), so that the worst of many is not
    mistaken for a finding.

    Args:
        data: the images and their attributes.
        right: bool (N,), which predictions are right.
        fewest: smallest number of images in a group.
        confidence: of the intervals, corrected for the number of groups.
    """
    members = {name: rows for name, rows in groups(data).items() if rows.sum() >= fewest}
    if not members:
        return None
    strict = 1 - (1 - confidence) / len(members)
    scores = [wilson_score(name, right[rows], strict) for name, rows in members.items()]
    table = pd.DataFrame([vars(each) for each in scores]).sort_values("name", ignore_index=True)
    return Groups(min(scores, key=lambda each: (each.share, each.high)), len(scores), table)


def groups(data: Dataset) -> dict[str, np.ndarray]:
    """Name -> bool (N,) of each group that the attributes tell of."""
    if data.attributes is None:
        return {}
    table = data.attributes
    if GROUP in table:
        column = table[GROUP].astype(str).to_numpy()
        return {str(name): column == name for name in np.unique(column)}
    found = {}
    for name in [name for name in table if _groups_well(table[name], data.labels)]:
        values = table[name].astype(str).to_numpy()
        for value in np.unique(values):
            for label, kind in enumerate(data.class_names):
                found[f"{kind}, {name} {value}"] = (values == value) & (data.labels == label)
    return found


def _groups_well(column: pd.Series, labels: np.ndarray) -> bool:
    """Whether an attribute has few values, and says more than the class does."""
    if pd.api.types.is_float_dtype(column) or not 2 <= column.nunique() <= LEVELS:
        return False
    return int(column.groupby(labels).nunique().max()) > 1
