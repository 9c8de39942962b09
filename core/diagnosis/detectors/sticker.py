"""Does a small thing beside the object decide?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.exchanges import Exchanges
from core.diagnosis.place_search import window_mask
from core.diagnosis.shortcut_evidence import FLOOR, NO_OBJECTS, NOBODY, WORTH, found, printed

ALL = 0.8  # of what all places off the objects do together, from which on nothing is left for others than one place
ALIKE = 0.1  # correlation beyond that of two classes from which on the small things of a class are the same thing
LEFT_OUT = (
    " Places that differ from picture to picture were not searched: it would take more looks than this search has."
)
SAME_AREA = "Exchanging a small area that looks the same in all pictures"


def measure(context: DiagnosisContext) -> Finding | str:
    """The effect of a label that looks the same in all pictures of one class, where there is one that does something.

    Else of the best window of all places, or of each picture's own most telling window where those of a class show the
    same thing, whichever is larger.
    """
    exchanges = context.evidence(Exchanges)
    if not exchanges.possible:
        return NOBODY
    same = printed(context, exchanges, exchanges.printed.labels, SAME_AREA)
    if same is not None and same.statistic >= FLOOR:
        return same
    fixed = _at_place(context, exchanges)
    if exchanges.quiet or fixed.statistic >= ALL * float(exchanges.off_objects.sure().max()):
        return fixed
    if not exchanges.may_search_each:
        return replace(fixed, evidence=fixed.evidence + LEFT_OUT)
    roaming = _roaming(context, exchanges) if exchanges.ground.apart else NO_OBJECTS
    return roaming if isinstance(roaming, Finding) and roaming.statistic > fixed.statistic else fixed


def _at_place(context: DiagnosisContext, exchanges: Exchanges) -> Finding:
    """A finding about one place; where nothing off the objects has an effect, about all of them at once."""
    if exchanges.quiet:
        everywhere = exchanges.off_objects
        return found(context, everywhere, exchanges.p_values(everywhere), "Exchanging all that lies off the object")
    window = exchanges.window
    what = "Exchanging one small area off the object"
    p_values = exchanges.p_values(window.exchange)
    everywhere = exchanges.off_objects
    return found(context, window.exchange, p_values, what, sure=window.sure, mask=window.mask, everywhere=everywhere)


def _roaming(context: DiagnosisContext, exchanges: Exchanges) -> Finding | str:
    """A finding whose place differs from picture to picture: the boxes of those that pull most."""
    exchange, rows, boxes, alike = exchanges.anywhere
    if not len(exchange.rows):
        return NOBODY
    sure = np.where(np.nan_to_num(alike, nan=0.0) >= ALIKE, exchange.sure_of(1), 0.0)
    label = int(sure.argmax())
    mask = np.zeros(exchanges.shape, bool)
    for box in boxes[exchanges.labels[rows] == label]:
        mask |= window_mask(exchanges.shape, box)
    what = "Exchanging each picture's most telling small area off the object"
    return found(context, exchange, exchanges.p_values(exchange), what, sure=sure, mask=mask)


DETECTOR = DetectorInfo(
    name="sticker",
    title="Label tied to a class",
    plain="Small places off the object are exchanged between classes: the same in all pictures, and each one's own.",
    looked="Small places beside the objects were exchanged between classes, all over the picture: the answers stayed.",
    fixes=("region_removed", "random_erasing", "more_pictures"),
    measure=measure,
    hunch="labels_removed",
    order=160,
    floor=FLOOR,
    worth=WORTH,
    explained={"background": 0.7, "border": 0.5, "shortcut": 0.3},
)
