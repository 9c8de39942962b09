"""Does it matter where the object stands?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.exchanges import Exchanges
from core.diagnosis.shortcut_evidence import FLOOR, NO_OBJECTS, NOBODY, WORTH, found


def measure(context: DiagnosisContext) -> Finding | str:
    """What a class loses when its objects stand where those of another class do."""
    exchanges = context.evidence(Exchanges)
    if not exchanges.possible:
        return NOBODY
    if not exchanges.ground.apart:
        return NO_OBJECTS
    moved = exchanges.place
    if not len(moved.rows):
        return NOBODY
    lost = replace(moved, draw=np.zeros(len(moved.rows)), caught=np.zeros(len(moved.rows)))
    return found(context, lost, exchanges.p_values(lost), "Exchanging an object's place")


DETECTOR = DetectorInfo(
    name="place",
    title="Place tied to the class",
    plain="Objects are moved to where objects of another class stand, beside where others of their own class stand.",
    looked="Objects were moved to where other classes stand: the answers stayed.",
    fixes=("random_shift", "more_pictures"),
    measure=measure,
    hunch="object_moved",
    order=140,
    floor=FLOOR,
    worth=WORTH,
    explained={"background": 0.4, "border": 0.4, "sticker": 0.4},
)
