"""Does the object's colour decide?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.exchange import NOBODY, found
from core.diagnosis.subject import Subject


def measure(subject: Subject) -> Finding | str:
    """The pull of the object's colour."""
    pulls = subject.pulls
    if pulls.material.colourless:
        return "Grey pictures have no colours to exchange."
    if not pulls.possible:
        return NOBODY
    mask = np.mean(pulls.material.objects, axis=0) >= 0.5
    return found(subject, pulls.tint, pulls.tint.sure, "Exchanging the object's colour", mask)


DETECTOR = DetectorInfo(
    name="tint",
    title="Colour tied to the class",
    plain="Objects get the colour of an object of another class, beside the colour of another of their own class.",
    looked="Objects were given the colours of other classes: the answers stayed.",
    fixes=("colour_jitter", "more_pictures"),
    measure=measure,
    hunch="object_recoloured",
)
