"""Does something decide that no other detector has a name for?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.class_loss import Exchange
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.exchanges import CHANCE, Exchanges, Mark
from core.diagnosis.shortcut_evidence import FLOOR, NOBODY, WORTH, found, printed

BEYOND_PLACES = 1.2  # a strip is one only where it does so much more than the best window, which may lie in it
SAME_STRIP = "Exchanging a strip that looks the same in all pictures"


def measure(context: DiagnosisContext) -> Finding | str:
    """The largest effect of what is left: a strip, marks, traces of JPEG; or, as a leaning, light and shading.

    A strip is looked for beside the objects, whatever it shows, and across them, where it looks the same in all
    pictures of one class.
    """
    exchanges = context.evidence(Exchanges)
    if not exchanges.possible:
        return NOBODY
    kinds = [
        kind
        for kind in (
            printed(context, exchanges, exchanges.printed.strips, SAME_STRIP),
            _strip(context, exchanges),
            *_marks(context, exchanges),
            _jpeg(context, exchanges),
        )
        if kind
    ]
    best = max(kinds, key=lambda kind: kind.statistic, default=None)
    if best is not None and best.statistic >= FLOOR:
        return best
    light = _light(context, exchanges)
    if exchanges.sparing and light.statistic >= FLOOR and exchanges.p_values(exchanges.light).min() <= CHANCE:
        return light
    return max((light, _shading(context, exchanges)), key=lambda kind: kind.statistic)


def _strip(context: DiagnosisContext, exchanges: Exchanges) -> Finding | None:
    if exchanges.quiet or not exchanges.may_search_strips:
        return None
    window = exchanges.window.exchange
    if exchanges.sparing and not _beyond(exchanges.off_objects, window).any():
        return None
    strip = exchanges.strip
    label = int(strip.sure.argmax())
    if strip.exchange.effects()[label] < BEYOND_PLACES * window.effects()[label]:
        return None
    what = "Exchanging one strip across the picture, beside the object,"
    p_values = exchanges.p_values(strip.exchange)
    everywhere = exchanges.off_objects
    return found(context, strip.exchange, p_values, what, sure=strip.sure, mask=strip.mask, everywhere=everywhere)


def _beyond(everywhere: Exchange, window: Exchange) -> np.ndarray:
    """Of which classes all places together have so much more effect than the best window that a strip may, (K,)."""
    effects: np.ndarray = everywhere.effects()
    return (effects >= FLOOR) & (effects >= BEYOND_PLACES * window.effects())


def _marks(context: DiagnosisContext, exchanges: Exchanges) -> list[Finding]:
    return [_marked(context, exchanges, name, mark) for name, mark in exchanges.marks]


def _marked(context: DiagnosisContext, exchanges: Exchanges, name: str, mark: Mark) -> Finding:
    """A finding about details that lie anywhere."""
    label = int(mark.sure.argmax())
    kept = 100 * float(np.nan_to_num(mark.kept.mean(0)[label]))
    more = f" Laid over at another place, narrow {name} details keep up the probability of their class by {kept:.0f}."
    return found(
        context,
        mark.drawn,
        np.minimum(exchanges.p_values(mark.drawn), exchanges.p_values(mark.kept)),
        f"Exchanging narrow {name} details",
        sure=mark.sure,
        mask=np.ones(exchanges.shape, bool),
        more=more,
    )


def _jpeg(context: DiagnosisContext, exchanges: Exchanges) -> Finding | None:
    exchange = exchanges.jpeg
    if exchange is None:
        return None
    whole = np.ones(exchanges.shape, bool)
    return found(context, exchange, exchanges.p_values(exchange), "Exchanging the traces that JPEG leaves", mask=whole)


def _light(context: DiagnosisContext, exchanges: Exchanges) -> Finding:
    light, whole = exchanges.light, np.ones(exchanges.shape, bool)
    what = "Exchanging light and colour of the whole picture"
    return found(context, light, exchanges.p_values(light), what, mask=whole, leaning=True)


def _shading(context: DiagnosisContext, exchanges: Exchanges) -> Finding:
    shading, whole = exchanges.shading, np.ones(exchanges.shape, bool)
    what = "Exchanging the slow changes of light over the picture"
    return found(context, shading, exchanges.p_values(shading), what, mask=whole, leaning=True)


DETECTOR = DetectorInfo(
    name="shortcut",
    title="Another shortcut",
    plain="Overall light and colour, shading, traces of JPEG, marks and strips are exchanged or moved.",
    looked="Light, shading, traces of JPEG, marks and strips were exchanged: the answers stayed.",
    fixes=("colour_jitter", "region_removed", "more_pictures"),
    measure=measure,
    order=170,
    floor=FLOOR,
    worth=WORTH,
    explained={"background": 1.0, "border": 1.0, "sticker": 1.0, "place": 1.0},
)
