"""Are some labels simply wrong, whatever the picture shows?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.subject import Subject

TOO_FEW = "There were too few sure answers to compare labels with."


def measure(subject: Subject) -> Finding | str:
    """Share of contradicted labels among the surest answers of the cleanest class but one, of few classes of the cleanest.

    Random mistakes touch every class; a mix-up of two leaves the others clean.
    """
    labelling = subject.labelling
    wrong = labelling.wrong
    order = np.sort(wrong[np.isfinite(wrong)])
    if len(order) < 2:
        return TOO_FEW
    statistic = float(order[1] if len(order) > 3 else order[0])
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
        indices=labelling.issues("train"),
    )


DETECTOR = DetectorInfo(
    name="label_noise",
    title="Wrong labels",
    plain="Labels are compared with the network's surest answers, cross-fitted so that no label judges itself.",
    looked="The labels agree with the answers that the network is surest of.",
    fixes=("labels_cleaned", "regularised"),
    measure=measure,
)
