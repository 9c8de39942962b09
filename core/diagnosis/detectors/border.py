"""Does the edge of the picture decide?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.exchanges import CHANCE, Exchanges
from core.diagnosis.shortcut_evidence import FLOOR, NOBODY, WORTH, found


def measure(context: DiagnosisContext) -> Finding | str:
    """The effect of the outermost ring, beyond that of the ring just inside of it, which shows as much background."""
    exchanges = context.evidence(Exchanges)
    if not exchanges.possible:
        return NOBODY
    if exchanges.sparing and exchanges.quiet:
        everywhere = exchanges.off_objects
        return found(context, everywhere, exchanges.p_values(everywhere), "Exchanging all that lies off the object")
    frame = exchanges.frame_exchange
    sure = frame.sure()
    if not exchanges.sparing or (sure.max() >= FLOOR and exchanges.p_values(frame).min() <= CHANCE):
        sure = sure - np.maximum(exchanges.inside_frame.sure(), 0)
    what, p_values = "Exchanging the edge of the picture", exchanges.p_values(frame)
    everywhere = exchanges.off_objects
    return found(context, frame, p_values, what, sure=sure, mask=exchanges.frame, everywhere=everywhere)


DETECTOR = DetectorInfo(
    name="border",
    title="Frame tied to a class",
    plain="The picture's outermost ring is exchanged between classes, beside rings of its class and a ring inside.",
    looked="The edges of pictures were exchanged between classes: the answers stayed.",
    fixes=("border_cropped", "region_removed", "more_pictures"),
    measure=measure,
    hunch="border_covered",
    order=150,
    floor=FLOOR,
    worth=WORTH,
    explained={"background": 0.5, "sticker": 0.5, "shortcut": 0.3},
)
