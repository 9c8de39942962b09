"""What a fix changed, group by group and image by image, on the evaluation set with the network of the median seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.intervals import wilson
from core.repair.rungs import AS_IT_IS

if TYPE_CHECKING:
    from core.repair.ladder import Ladder


@dataclass(frozen=True, eq=False)
class ChangedAnswers:
    """Rows of the evaluation set whose prediction a fix changed.

    Args:
        healed: wrong before and right now, largest change first, int.
        broken: right before and wrong now, largest change first, int.
        before, after: probabilities (N, K).
    """

    healed: np.ndarray
    broken: np.ndarray
    before: np.ndarray
    after: np.ndarray


def changed_answers(ladder: Ladder, fix: str) -> ChangedAnswers:
    """Which images a rung of a ladder heals and which it breaks, compared with the network as it is.

    Args:
        ladder: a finished ladder.
        fix: name of the rung.
    """
    before = ladder.answers[AS_IT_IS][0]
    after = ladder.answers[fix][ladder.medians[fix]]
    labels = ladder.judge.data.labels
    was, now = before.argmax(axis=1) == labels, after.argmax(axis=1) == labels
    rows = np.arange(len(labels))
    moved = np.abs(after[rows, labels] - before[rows, labels])

    def ordered(chosen: np.ndarray) -> np.ndarray:
        return np.flatnonzero(chosen)[np.argsort(-moved[chosen], kind="stable")]

    return ChangedAnswers(ordered(~was & now), ordered(was & ~now), before, after)


def by_group(ladder: Ladder, fix: str) -> pd.DataFrame:
    """Accuracy of each group before and after a rung.

    Args:
        ladder: a finished ladder.
        fix: name of the rung.

    Returns:
        one row per group, lowest accuracy before first: group, pictures, before, before_low, before_high, after,
            after_low,
        after_high (Wilson intervals).
    """
    found, judge = changed_answers(ladder, fix), ladder.judge
    labels, groups = judge.data.labels, judge.groups
    rows = []
    for group in judge.counted_groups:
        mine = groups == group
        row: dict[str, float | str] = {"group": group, "pictures": int(mine.sum())}
        for name, shares in (("before", found.before), ("after", found.after)):
            right = int((shares[mine].argmax(axis=1) == labels[mine]).sum())
            low, high = wilson(right, int(mine.sum()))
            row |= {name: right / mine.sum(), f"{name}_low": low, f"{name}_high": high}
        rows.append(row)
    return pd.DataFrame(rows).sort_values("before", kind="stable").reset_index(drop=True)
