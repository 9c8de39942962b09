"""Does the object's colour decide? It may be right to: so this is told, and never raised."""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.exchanges import Exchanges
from core.diagnosis.shortcut_evidence import FLOOR, NO_OBJECTS, NOBODY, WORTH, found


def measure(context: DiagnosisContext) -> Finding | str:
    """The effect of the object's colour."""
    exchanges = context.evidence(Exchanges)
    if exchanges.batch.is_grey:
        return "Grey pictures have no colours to exchange."
    if not exchanges.possible or not len(exchanges.colour.rows):
        return NOBODY
    if not exchanges.ground.apart:
        return NO_OBJECTS
    mask = np.mean(exchanges.ground.objects, axis=0) >= 0.5
    colour = exchanges.colour
    return found(context, colour, exchanges.p_values(colour), "Exchanging the object's colour", mask=mask, leaning=True)


DETECTOR = DetectorInfo(
    name="tint",
    title="Colour tied to the class",
    plain="Objects get the colour of an object of another class, beside the colour of another of their own class.",
    looked="Objects were given the colours of other classes: the answers stayed.",
    fixes=("colour_jitter", "more_pictures"),
    measure=measure,
    hunch="object_recoloured",
    order=130,
    floor=FLOOR,
    worth=WORTH,
)
