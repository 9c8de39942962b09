"""Does it matter where the object stands?"""

from __future__ import annotations

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.exchange import NOBODY, shown, tied_points
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
    tied, points = tied_points(lost, lost.sure)
    whose = "their own class" if tied is None else subject.names[tied]
    return (
        f"Objects that stand where another class does lose {points:.0f} points of the probability of {whose}, "
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
