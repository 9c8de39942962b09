"""Does it matter where the object stands?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.exchange import NOBODY, shown, tied_class
from core.diagnosis.pulls import Pull
from core.diagnosis.subject import Subject


def measure(subject: Subject) -> Finding | str:
    """What a class loses when its objects stand where those of another class do."""
    pulls = subject.pulls
    if not pulls.possible:
        return NOBODY
    lost = pulls.place
    return shown(subject, lost, lost.sure, _evidence(subject, lost), "Probability that the class loses")


def _evidence(subject: Subject, lost: Pull) -> str:
    label = tied_class(lost.sure)
    whose = "their own class" if label is None else subject.names[label]
    points = lost.mean[np.isfinite(lost.error)].mean() if label is None else lost.mean[label]
    return (
        f"Objects that stand where another class does lose {100 * points:.0f} points of the probability of {whose}, "
        "beyond what moving them within their class does."
    )


DETECTOR = DetectorInfo(
    name="place",
    title="Place tied to the class",
    plain="Objects are moved to where objects of another class stand, beside where others of their own class stand.",
    looked="Objects were moved to where other classes stand: the answers stayed.",
    fixes=("random_shift", "more_pictures"),
    measure=measure,
    hunch="object_moved",
)
