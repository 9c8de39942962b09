"""Are some labels simply wrong, whatever the picture shows?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.label_evidence import Labelling

SUSPICIOUS = 0.01  # share below which single pictures are not searched for
SHOWN = 8  # pairs of classes in the chart
FADED = 0.35  # of the contradictions of unsure answers, left among sure ones, below which they are the network's own
UNSURE = (
    "The network does not tell enough classes apart to judge labels by: what is wrong here may be the label, or the "
    "problem is hard, or hardly learned."
)
OWN = (
    "Labels contradict its unsure answers much oftener than its sure ones, as they do where the network is mistaken "
    "and the labels are right."
)


def measure(context: DiagnosisContext) -> Finding | str:
    r"""Wrong labels per picture, from the sure answers between classes that the network tells apart well.

    Of $K$ classes, a random mistake gives any of $K - 1$ labels alike. So the share of answers that are contradicted by
    the label of one certain other class, times $K - 1$, is the share of wrong labels. Random mistakes are as frequent
    in all pairs, pictures that are alike are confused in one or two of them: so the pair in the middle is taken. And
    they are as frequent among sure answers as among others, while a weak network's own mistakes fade as it gets surer:
    where few are left among sure answers, or hardly any in the pair in the middle among the surest, nothing is raised.
    """
    labelling = context.evidence(Labelling)
    pairs, sure = labelling.pairs_apart, labelling.sure
    answered = np.array([sure[one].sum() + sure[other].sum() for one, other in pairs])
    if not pairs or not answered.all():
        return UNSURE
    rates = _rates(sure, pairs)
    usual = float(np.median(rates))
    statistic = (context.classes - 1) * usual
    faded = _contradicted(sure, pairs) < FADED * _contradicted(labelling.unsure, pairs)
    faded |= float(np.median(_rates(labelling.surer, pairs))) < FADED * usual
    names = [f"{context.names[one]} or {context.names[other]}" for one, other in pairs]
    return Finding(
        statistic=statistic,
        evidence=(
            f"Between two classes that the network tells apart well, the label contradicts {usual:.1%} of its sure "
            f"answers (the middle of {len(pairs)} pairs of classes); over all classes that makes {statistic:.1%} wrong "
            "labels. What is only hard is confused between a few classes that are alike."
        ),
        data=bars(names[:SHOWN], rates[:SHOWN], np.sqrt(rates * (1 - rates) / answered)[:SHOWN]),
        axis="Share of sure answers that the label contradicts",
        part="train",
        indices=labelling.issues("train") if statistic >= SUSPICIOUS else np.zeros(0, np.int64),
        doubt=OWN if faded and statistic >= SUSPICIOUS else "",
    )


def _rates(counts: np.ndarray, pairs: list[tuple[int, int]]) -> np.ndarray:
    """Of each pair, the share of its answers that the label of the other one contradicts; 0 where there are none."""
    crossed = np.array([counts[one, other] + counts[other, one] for one, other in pairs])
    return crossed / np.maximum([counts[one].sum() + counts[other].sum() for one, other in pairs], 1)


def _contradicted(counts: np.ndarray, pairs: list[tuple[int, int]]) -> float:
    """Share of the answers, counts (K, K) by given label, that the labels contradict, all pairs together."""
    crossed = sum(counts[one, other] + counts[other, one] for one, other in pairs)
    answered = sum(counts[one].sum() + counts[other].sum() for one, other in pairs)
    return float(crossed / max(answered, 1))


DETECTOR = DetectorInfo(
    name="label_noise",
    title="Wrong labels",
    plain="Labels are compared with sure answers between classes told apart, cross-fitted so that none judges itself.",
    looked="Between classes that the network tells apart, the labels agree with its sure answers.",
    fixes=("labels_cleaned", "regularised"),
    measure=measure,
    reference=True,
    order=100,
    floor=0.03,
    full=0.17,
    silenced=("label_confusion",),
)
