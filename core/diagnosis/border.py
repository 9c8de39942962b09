"""Does the edge of the picture decide?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.exchange import NOBODY, found
from core.diagnosis.subject import Subject


def measure(subject: Subject) -> Finding | str:
    """The pull of the outermost ring, beyond that of the ring just inside of it, which shows as much background."""
    pulls = subject.pulls
    if not pulls.possible:
        return NOBODY
    beyond = pulls.border.sure - np.maximum(pulls.inside_border.sure, 0)
    return found(subject, pulls.border, beyond, "Exchanging the edge of the picture", pulls.frame)


DETECTOR = DetectorInfo(
    name="border",
    title="Frame tied to a class",
    plain="The picture's outermost ring is exchanged between classes, beside rings of its class and a ring inside.",
    looked="The edges of pictures were exchanged between classes: the answers stayed.",
    fixes=("border_cropped", "region_removed", "more_pictures"),
    measure=measure,
    hunch="border_covered",
)
