"""Does it matter where the object stands?"""

from __future__ import annotations

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.exchange import NOBODY, found
from core.diagnosis.subject import Subject


def measure(subject: Subject) -> Finding | str:
    """The pull of the object's place."""
    pulls = subject.pulls
    if not pulls.possible:
        return NOBODY
    return found(subject, pulls.place, pulls.place.sure, "Moving the object to the place of another class")


DETECTOR = DetectorInfo(
    name="place",
    title="Place tied to the class",
    plain="Objects are moved to where objects of another class stand, beside where others of their own class stand.",
    looked="Objects were moved to where other classes stand: the answers stayed.",
    fixes=("random_shift", "more_pictures"),
    measure=measure,
    hunch="object_moved",
)
