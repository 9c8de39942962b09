"""Did the annotators mix up two classes?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.baseline_models import Reference
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.detectors.label_noise import SUSPICIOUS
from core.diagnosis.label_evidence import Labelling

HARD = 0.1  # of all errors, as a share, are expected among the surest answers of a hard problem
FADING = 0.5  # of the drop from unsure to surest answers, as a share, goes on to an answer that is quite sure
TOO_FEW = "There were too few sure answers to compare labels with."


def measure(context: DiagnosisContext) -> Finding | str:
    """The largest share of one class's surest answers whose label is one other class, beyond what goes to a third.

    Two classes that are truly alike are confused too, but less and less the surer the answer; labels that were mixed up
    are as frequent at any sureness. So half of the drop from the other answers to the surest is taken off.
    """
    labelling = context.evidence(Labelling)
    rates = labelling.rates
    if not np.isfinite(rates).all(axis=1).any() or context.classes < 2:
        return TOO_FEW
    off = np.where(np.eye(context.classes, dtype=bool) | ~np.isfinite(rates), -1.0, rates)
    excess = off - _third(off) - FADING * np.maximum(labelling.others - off, 0)
    excess = np.where(off < 0, -1.0, excess)
    seems, given = np.unravel_index(int(excess.argmax()), excess.shape)
    pair = np.zeros(0, np.int64)
    if excess[seems, given] >= SUSPICIOUS:
        issues = labelling.issues
        pair = issues[np.isin(context.splits.train.labels[issues], (seems, given))]
    names = context.names
    shown = [(a, b) for a in range(context.classes) for b in range(context.classes) if a != b and off[a, b] >= 0]
    shown.sort(key=lambda both: -off[both])
    return Finding(
        statistic=float(excess[seems, given]) - HARD * context.evidence(Reference).error,
        evidence=(
            f"Of the surest answers {names[seems]}, {off[seems, given]:.1%} are labelled {names[given]}, and far "
            "fewer are labelled anything else. Pictures that are only alike would be unsure."
        ),
        data=bars([f"{names[a]}, labelled {names[b]}" for a, b in shown[:6]], [off[both] for both in shown[:6]]),
        axis="Share of the surest answers",
        class_index=int(seems),
        other=int(given),
        part="train",
        indices=pair,
    )


def _third(off: np.ndarray) -> np.ndarray:
    """For each pair, the largest share that goes from the same class to any other one."""
    classes = len(off)
    found = np.zeros_like(off)
    for seems in range(classes):
        for given in range(classes):
            others = [off[seems, third] for third in range(classes) if third not in (seems, given)]
            found[seems, given] = max(0.0, *others) if others else 0.0
    return found


DETECTOR = DetectorInfo(
    name="label_confusion",
    title="Two classes mixed up",
    plain="Among the surest answers of each class, those are counted whose label is one and the same other class.",
    looked="No two classes have each other's labels where the network is sure.",
    fixes=("labels_cleaned",),
    measure=measure,
    reference=True,
    order=110,
    floor=0.18,
    full=0.32,
    silenced=("too_few", "over_trained", "label_noise"),
)
