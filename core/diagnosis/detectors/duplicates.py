"""Did copies of training pictures get among the test pictures?"""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from core.diagnosis.base import DetectorInfo, Finding, Harm, bars
from core.diagnosis.context import DiagnosisContext, chosen
from core.diagnosis.near_copies import RARE, copies, nearest
from core.intervals import wilson

LOOKED_AT = 2000  # test pictures at most
COMPARED = 600  # validation pictures at most, by which it is judged how alike pictures are that are no copies
FEWEST = 30  # of them; below, the test pictures themselves stand in


def measure(context: DiagnosisContext) -> Finding | str:
    """The share of test pictures that have a near-copy among training pictures.

    What is alike enough is measured on validation pictures, which lie as near to training pictures as the data has it.
    """
    splits = context.splits
    if not len(splits.train) or not len(splits.test):
        return "There were no test pictures to compare with training pictures."
    rows = chosen(splits.test.labels, LOOKED_AT, context.rng("copies"))
    found = nearest(splits.test.images[rows], splits.train.images)
    held = splits.validation.take(chosen(splits.validation.labels, COMPARED, context.rng("held copies")))
    others = nearest(held.images, splits.train.images) if len(held) >= FEWEST else found
    copied = np.flatnonzero(copies(found, others))
    count, n = len(copied), len(rows)
    share, low_high = count / n, wilson(count, n)
    return Finding(
        statistic=share,
        evidence=f"{count} of {n} test pictures ({share:.1%}) are near-copies of training pictures."
        + _accuracy(context, rows, copied),
        data=bars(["test pictures that are copies", "others"], [count, n - count]),
        axis="Pictures",
        part="test",
        indices=rows[copied[np.argsort(-found.alike[copied], kind="stable")]],
        p_value=float(binom.sf(count - 1, n, 2 * RARE)),
        harm=Harm(share, *low_high, "of the test, whose answers were known before"),
    )


def _accuracy(context: DiagnosisContext, rows: np.ndarray, copied: np.ndarray) -> str:
    """How the copies fare against the others, where there are some of both."""
    mine = np.isin(np.arange(len(rows)), copied)
    if mine.sum() < 5 or (~mine).sum() < 5:
        return ""
    test = context.splits.test
    if context.sparing:  # of those that are answered anyway
        answered = np.isin(rows, context.rows("test"))
        rows, mine = rows[answered], mine[answered]
        if mine.sum() < 5 or (~mine).sum() < 5:
            return ""
    right = context.answers(test.images[rows]).argmax(axis=1) == test.labels[rows]
    return f" The network gets {right[mine].mean():.0%} of them right, and {right[~mine].mean():.0%} of the others."


DETECTOR = DetectorInfo(
    name="duplicates",
    title="Copies leaked into test",
    plain="Fine detail of test pictures is compared with that of all training pictures, at the best small shift.",
    looked="No test pictures are copies of training pictures.",
    fixes=("duplicates_removed",),
    measure=measure,
    order=10,
    floor=0.02,
    full=0.35,
)
