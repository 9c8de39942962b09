"""Are there too few pictures to learn from?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, Harm, bars
from core.diagnosis.baseline_models import TOO_DEAR, Reference
from core.diagnosis.context import DiagnosisContext

PLENTY = 100  # pictures of each class from which on too few is not the first thing to think of


def measure(context: DiagnosisContext) -> Finding | str:
    """The gap between training and validation accuracy once the network has learned its pictures.

    Few pictures are few steps as well, so a network may not even have learned them; a copy is taught on first. From
    100 pictures on of the median class, it is called something else.
    """
    counts = np.bincount(context.splits.train.labels, minlength=context.classes)
    median = float(np.median(counts[counts > 0])) if counts.any() else 0.0
    data = bars([f"{name}" for name in context.names], counts)
    axis = "Training pictures"
    if median >= PLENTY:
        return Finding(0.0, f"There are {median:.0f} pictures of the median class to learn from.", data, axis)
    train, held = context.accuracy("train"), context.accuracy("validation")
    reference = context.evidence(Reference)
    if reference.wanted and not reference.affordable:
        return TOO_DEAR
    if reference.wanted:
        on = reference.taken_on
        train, held = on.train, on.validation
    if not np.isfinite(held):
        return "There were no validation pictures to compare with."
    return Finding(
        statistic=train - held,
        evidence=(
            f"There are {median:.0f} pictures of the median class to learn from. Once it knows them ({train:.0%} "
            f"right), it still gets only {held:.0%} of others right."
        ),
        data=data,
        axis=axis,
        harm=gap_harm(train, held, len(context.part("validation"))),
    )


def gap_harm(train: float, held: float, count: int) -> Harm:
    """What is right of learned pictures and wrong of new ones, by the uncertainty of the new ones' accuracy."""
    half = 1.96 * float(np.sqrt(max(held * (1 - held), 0.01) / max(1, count)))
    gap = train - held
    return Harm(gap, gap - half, gap + half, "of what it knows of its own pictures, which does not hold for new ones,")


DETECTOR = DetectorInfo(
    name="too_few",
    title="Too few pictures",
    plain="Pictures are counted, and accuracy on learned ones is compared with that on others.",
    looked="There are enough pictures that what was learned from them holds for others.",
    fixes=("more_pictures", "regularised", "random_erasing"),
    measure=measure,
    reference=True,
    order=180,
    floor=0.15,
    full=0.5,
    worth=0.1,
)
