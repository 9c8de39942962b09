"""Are some labels simply wrong, whatever the picture shows?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.subject import Subject

HARD = 0.1  # of all errors, as a share, are expected among the surest answers of a hard problem
SUSPICIOUS = 0.01  # share below which single pictures are not searched for
TOO_FEW = "There were too few sure answers to compare labels with."


def measure(subject: Subject) -> Finding | str:
    """Share of contradicted labels among the surest answers of the cleanest class but one, of few classes of the first.

    Random mistakes touch every class; a mix-up of two leaves the others clean. A tenth of the error rate is taken off:
    so much may be found among the surest answers to a problem that is merely hard.
    """
    labelling = subject.labelling
    wrong = labelling.wrong
    order = np.sort(wrong[np.isfinite(wrong)])
    if len(order) < 2:
        return TOO_FEW
    statistic = float(order[1] if len(order) > 3 else order[0]) - HARD * subject.reference.error
    pooled = float(1 - np.trace(labelling.surest) / labelling.surest.sum())
    return Finding(
        statistic=statistic,
        evidence=(
            f"Of the answers that the network is surest of, {pooled:.1%} contradict the label, spread over the classes "
            f"({order[0]:.1%} in the cleanest one). What is only hard is seldom wrong where the network is sure."
        ),
        data=bars(subject.names, wrong, labelling.errors),
        axis="Share of the surest answers that the label contradicts",
        part="train",
        indices=labelling.issues("train") if pooled >= SUSPICIOUS else np.zeros(0, np.int64),
    )


DETECTOR = DetectorInfo(
    name="label_noise",
    title="Wrong labels",
    plain="Labels are compared with the network's surest answers, cross-fitted so that no label judges itself.",
    looked="The labels agree with the answers that the network is surest of.",
    fixes=("labels_cleaned", "regularised"),
    measure=measure,
    reference=True,
)
