"""Are some labels simply wrong, whatever the picture shows?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import binom, binomtest

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.label_evidence import LEAST, Contradictions, Labelling

SUSPICIOUS = 0.01  # share of wrong labels that any data may have, and below which single pictures are not searched for
BANDS = ("least likely third of pairs", "middle third", "likeliest third")
CERTAIN = 0.001  # chance of as many among right labels that leaves no doubt beside other detectors, about
FLOOR = 0.03
MANY = 0.2  # share of wrong labels that should be noticed; where it would not be, nothing is said
TOO_FEW = "There are too few pictures to tell wrong labels from the network's own mistakes."
UNSKILLED = 0.25  # agreement with the labels beyond chance below which nobody can say what they should be
UNRELATED = (
    "Labels and pictures hardly go together here. Either the classes look alike to this network, or very many labels "
    "are wrong: which of the two cannot be told from its answers, so look at some labels yourself."
)


def measure(context: DiagnosisContext) -> Finding | str:
    r"""Wrong labels per picture, from how many pictures are labelled as what they are least likely to be.

    Of $K$ classes, a random mistake gives any of $K - 1$ labels alike. So the share of unlikely pairs of a picture and
    a class that are labelled so, times $K - 1$, is the share of wrong labels. A network's own mistakes are rare there,
    and crowd in the pairs that it hesitates between; a wrong label does not ask how likely it is. The p-value is the
    larger one of two exact binomial tests: that there are no more of them than SUSPICIOUS wrong labels make, and that
    of all contradictions no more lie there than of a judge's own mistakes (`Contradictions.crowding`).
    """
    labelling = context.evidence(Labelling)
    found = labelling.contradictions
    if found.skill < UNSKILLED and _least_noticed(replace(found, skill=1.0)) <= MANY:
        return UNRELATED
    least = _least_noticed(found)
    if least > MANY:
        return TOO_FEW
    statistic = found.share
    return Finding(
        statistic=statistic,
        evidence=(
            f"Of the {found.pairs} least likely pairs of a picture and a class, {len(found.places)} are labelled so; "
            f"over all classes that makes {statistic:.1%} wrong labels. The network's own mistakes crowd in likelier "
            f"pairs: of {found.total} labels that differ from the answer, {found.crowding:.0%} may lie there. "
            f"In so many pictures, wrong labels are noticed from about {max(least, FLOOR):.0%} on."
        ),
        data=_bands(found),
        axis="Share of wrong labels that the contradictions stand for",
        part="train",
        indices=labelling.issues if statistic >= SUSPICIOUS else np.zeros(0, np.int64),
        p_value=p_value(found),
    )


def p_value(found: Contradictions) -> float:
    """The chance of so many contradictions in the least likely pairs where labels are right."""
    count = len(found.places)
    if not count:
        return 1.0
    more = binomtest(count, found.pairs, SUSPICIOUS / (found.classes - 1), alternative="greater").pvalue
    spread = binomtest(count, found.total, found.crowding, alternative="greater").pvalue
    return float(max(more, spread))


def _least_noticed(found: Contradictions) -> float:
    """The smallest share of wrong labels that so many pictures show beyond doubt, about; infinite where none does."""
    if not found.pairs:
        return float("inf")
    counts = np.arange(1, found.pairs + 1)
    own = max(0.0, found.total - len(found.places) / LEAST)
    more = binom.isf(CERTAIN, found.pairs, SUSPICIOUS / (found.classes - 1)) < counts
    spread = binom.isf(CERTAIN, np.round(own + counts / LEAST), found.crowding) < counts
    enough = counts[more & spread]
    return float((found.classes - 1) * enough[0] / found.pairs) if len(enough) else float("inf")


def _counts(found: Contradictions) -> np.ndarray:
    """Contradictions in each third of the pairs, the least likely first."""
    return np.histogram(found.places, len(BANDS), (0, 1))[0]


def _bands(found: Contradictions) -> pd.DataFrame:
    pairs = found.pairs / len(BANDS)
    rates = _counts(found) / pairs
    times = found.classes - 1
    return bars(BANDS, times * rates, times * np.sqrt(rates * (1 - rates) / pairs))


DETECTOR = DetectorInfo(
    name="label_noise",
    title="Wrong labels",
    plain="Pictures are counted that are labelled as what they are least likely to be, by a judge of other pictures.",
    looked="Next to no picture is labelled as what it is least likely to be, beyond the network's own mistakes.",
    fixes=("labels_cleaned", "regularised"),
    measure=measure,
    order=100,
    floor=FLOOR,
    full=0.17,
    silenced=("label_confusion",),
)
