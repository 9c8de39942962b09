"""Does the background decide?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.class_loss import Exchange
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.exchanges import Exchanges, Place
from core.diagnosis.shortcut_evidence import FLOOR, NO_OBJECTS, NOBODY, WORTH, found

CLEAR = 0.1  # effect with a margin round the objects that there must be as well
HALF = 0.5  # share of the whole effect from which on a part of the ground may be all of it
HELD = 0.5  # share of right answers that must be left on backgrounds of the own class, or the masks do not hold
EXCHANGED = "Exchanging the background"
SAME_GROUND = "All pictures have the same plain background, so there is nothing to exchange."
NO_MASKS = "Objects could not be cut out well enough: even on backgrounds of their own class they are not recognised."
NO_STRIPS = " Strips that differ from picture to picture were not told apart from it: that takes more pictures."
FRINGE = "With a margin round the objects little of it is left, so it may be the fringe of the masks."


def measure(context: DiagnosisContext) -> Finding | str:
    """What a class loses on backgrounds of another class, or draws by its own, beyond backgrounds of its own class.

    Where the frame, a window or a strip has most of the effect, and the background has not without it, it is theirs.
    Both exchanges must be beyond chance: that of the whole background, on a class or on all together; and that with a
    margin round the objects on all classes together, for it only has to show that the ground itself counts.
    """
    exchanges = context.evidence(Exchanges)
    if not exchanges.possible:
        return NOBODY
    if not exchanges.ground.apart:
        return NO_OBJECTS
    whole = exchanges.background_look
    if exchanges.ground.same_ground and whole.effects().max() < CLEAR:
        return SAME_GROUND
    if whole.damage > HELD * exchanges.accuracy:
        return NO_MASKS
    mask = np.mean(~exchanges.ground.objects, axis=0) >= 0.5
    if whole.first_look:
        return found(context, whole, _of_class_or_all(exchanges, whole), EXCHANGED, mask=mask)
    clear = exchanges.clear_ground
    label = int((whole.sure() + clear.sure()).argmax())
    rest = _without_its_parts(exchanges, clear if exchanges.sparing else whole, label)
    sure = np.where(
        np.arange(context.classes) == label, np.fmax(rest.sure(), 0), np.minimum(rest.sure(), rest.sure()[label])
    )
    p_values = np.maximum(_of_class_or_all(exchanges, rest), exchanges.overall_p_value(clear))
    points = 100 * float(clear.effects()[label])
    strips = "" if exchanges.quiet or exchanges.may_search_strips else NO_STRIPS
    return found(
        context,
        rest,
        p_values,
        EXCHANGED,
        sure=sure,
        mask=mask,
        together=exchanges.sparing,
        doubt=FRINGE if clear.effects()[label] < CLEAR else "",
        more=f" With a margin round the objects, which no mask's fringe reaches, it is {points:.0f}.{strips}",
    )


def _without_its_parts(exchanges: Exchanges, whole: Exchange, label: int) -> Exchange:
    """The background's exchange, less the frame, window or strip that has half of its effect or more."""
    if exchanges.sparing and whole.sure()[label] < FLOOR:
        return exchanges.background
    kept = np.zeros(exchanges.shape, bool)
    effect = HALF * float(whole.effects()[label])
    if exchanges.frame_exchange.effects()[label] >= effect:
        kept |= exchanges.frame
    for place in () if exchanges.quiet else _places(exchanges):
        if place.exchange.effects()[label] >= effect:
            kept |= place.mask
    if not exchanges.quiet and not exchanges.may_search_strips:
        kept |= exchanges.printed.strips.any(axis=0)
    return exchanges.background_but(kept) if kept.any() else exchanges.background


def _places(exchanges: Exchanges) -> Iterator[Place]:
    """The window and the strip that do most; the latter where there are looks left to search for it."""
    yield exchanges.window
    if exchanges.may_search_strips:
        yield exchanges.strip


def _of_class_or_all(exchanges: Exchanges, exchange: Exchange) -> np.ndarray:
    """p-values of each class, (K,): the smaller of its own and that of all classes together, doubled for being two."""
    return np.minimum(1, 2 * np.minimum(exchanges.p_values(exchange), exchanges.overall_p_value(exchange)))


DETECTOR = DetectorInfo(
    name="background",
    title="Background tied to the class",
    plain="Objects are cut out and set on backgrounds of another class, beside other backgrounds of their own class.",
    looked="Backgrounds were exchanged between classes: the answers stayed with the objects.",
    fixes=("background_randomised", "right_reasons", "more_pictures"),
    measure=measure,
    hunch="background_swapped",
    order=120,
    floor=FLOOR,
    full=0.8,
    worth=WORTH,
    explained={"place": 0.7, "border": 0.5, "sticker": 0.5, "shortcut": 0.4},
)
