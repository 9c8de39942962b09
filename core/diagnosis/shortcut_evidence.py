"""What detectors of shortcuts share: from exchanges to findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.diagnosis.base import Finding, Harm, bars
from core.diagnosis.class_loss import DRAW, LOSS, Exchange
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.exchanges import Exchanges

NOBODY = "There were not enough pictures of two classes to exchange anything between them."
NO_OBJECTS = (
    "The middle of these pictures looks like their edge, as in textures and surfaces, so there is no object to tell "
    "from a background."
)
AXIS = "Probability that moves with it"
FLOOR, WORTH = 0.1, 0.08  # of healthy networks of nine data sets, effects stay below .1
Z = 1.96
NESTED = 0.65  # of a place's effect, what exchanging everything off the objects, that place too, has at least
SEAM = (
    "Exchanging everything off the objects, which takes that place along, changes the answers less: so it may be the "
    "seam of the exchange, and not what lies there."
)
ENOUGH = 12  # pictures of a class from which on an effect on it alone can be beyond doubt, all others considered


def found(
    context: DiagnosisContext,
    exchange: Exchange,
    p_values: np.ndarray,
    what: str,
    *,
    sure: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    settings: Mapping[str, Any] | None = None,
    leaning: bool = False,
    together: bool = False,
    everywhere: Exchange | None = None,
    doubt: str = "",
    more: str = "",
) -> Finding:
    """A finding about the class on which an exchange has the surest effect.

    Args:
        context: the network and its pictures.
        exchange: what was measured.
        p_values: of each class, (K,).
        what: was exchanged, to begin a sentence: "Exchanging the background".
        sure: what counts of it for each class, (K,); a standard error below the mean where None.
        mask: where it is.
        settings: of the hunch that would confirm it.
        leaning: whether the network may be right to rest on it.
        together: whether what it costs is counted on all classes together, as it has to be where pictures are few.
        everywhere: the exchange of a larger region that takes this one along; None for none.
        doubt: why it is not raised however large it is.
        more: a further sentence of evidence.
    """
    counted = exchange.sure() if sure is None else sure
    label = int(counted.argmax())
    way = exchange.direction(label)
    part, rows = context.probed
    return Finding(
        statistic=float(counted[label]),
        evidence=f"{_sentence(context, exchange, what, label, way)}{more}{_limits(context, exchange)}",
        data=bars(context.names, exchange.effects(), exchange.error(way)),
        axis=AXIS,
        class_index=tied_class(counted),
        mask=mask,
        part=part,
        indices=rows[_examples(exchange, label, way)],
        settings=settings or {},
        p_value=float(p_values[label]),
        harm=_harm_of_all(exchange) if together else _harm(context, exchange, label, way),
        leaning=leaning,
        doubt=doubt or (SEAM if everywhere is not None and is_seam(exchange, everywhere, label) else ""),
    )


def printed(context: DiagnosisContext, exchanges: Exchanges, places: np.ndarray, what: str) -> Finding | None:
    """A finding about what is printed at the places (K, H, W) of each class; None where nothing is printed.

    Args:
        context: the network and its pictures.
        exchanges: of that network.
        places: some of those of `exchanges.printed`.
        what: was exchanged, to begin a sentence; " of one class" follows.
    """
    exchange = exchanges.print_exchange(places)
    if exchange is None:
        return None
    # What other classes lose by the print of one is that one's draw, so only classes that have a print count.
    sure = np.where(places.any(axis=(1, 2)), exchange.sure(), 0.0)
    mask = np.any(places[sure >= min(FLOOR, float(sure.max()))], axis=0)
    return found(context, exchange, exchanges.p_values(exchange), f"{what} of one class", sure=sure, mask=mask)


def is_seam(exchange: Exchange, everywhere: Exchange, label: int) -> bool:
    """Whether a region that takes a place along has so much less effect on a class that the place cannot decide.

    What a picture keeps of its own ground makes a pasted place stand out, which an exchange of all the ground does not.
    Within a class that shares its ground it does not stand out, so the control has nothing of the kind.
    """
    larger = float(np.nanmax([everywhere.mean(way)[label] for way in (LOSS, DRAW)], initial=-np.inf))
    return bool(np.isfinite(larger)) and larger < NESTED * float(exchange.effects()[label])


def _limits(context: DiagnosisContext, exchange: Exchange) -> str:
    """What so few pictures cannot tell, where the network is so large that it is asked about few; else nothing."""
    count = len(exchange.rows)
    if exchange.first_look:
        return f" That is a first look at {count} pictures; it showed nothing beyond chance, and was left at that."
    each = float(np.median(np.bincount(exchange.labels, minlength=context.classes)))
    if not context.sparing or each >= ENOUGH:
        return ""
    return f" With {each:.0f} pictures of a class, an effect on one class alone is hardly told from chance."


def tied_class(sure: np.ndarray) -> int | None:
    """The one class that is affected; None where several are, so that it is about all of them."""
    order = np.sort(sure)[::-1]
    alone = len(order) == 1 or order[1] < 0.5 * order[0]
    return int(sure.argmax()) if alone else None


def _sentence(context: DiagnosisContext, exchange: Exchange, what: str, label: int, way: int) -> str:
    name, points = context.names[label], 100 * float(np.nan_to_num(exchange.mean(way)[label])) + 0.0
    if not np.isfinite(exchange.mean(way)[label]):  # too few pictures of each class to speak of one
        lost = 100 * float(exchange.loss.mean())
        return (
            f"{what} for that of another class lowers the probability of the right class by {lost:.0f} points more "
            "than exchanging it within the class, all classes together."
        )
    if way == LOSS:
        return (
            f"{what} for that of another class lowers the probability of {name} by {points:.0f} points more than "
            "exchanging it within the class."
        )
    return (
        f"{what} for that of {name} raises the probability of {name} in pictures of other classes by {points:.0f} "
        "points more than exchanging it within their class."
    )


def _harm(context: DiagnosisContext, exchange: Exchange, label: int, way: int) -> Harm:
    values, errors = exchange.harm(way)
    value, half = float(np.nan_to_num(values[label])), Z * float(np.nan_to_num(errors[label]))
    name = context.names[label]
    unit = f"of the right answers for {name}" if way == LOSS else f"of other pictures, which become {name},"
    return Harm(value, value - half, value + half, unit)


def _harm_of_all(exchange: Exchange) -> Harm:
    value = float(exchange.cost.mean())
    half = Z * float(exchange.cost.std(ddof=1) / np.sqrt(len(exchange.cost)))
    return Harm(value, value - half, value + half, "of the right answers, all classes together")


def _examples(exchange: Exchange, label: int, way: int) -> np.ndarray:
    """Rows of the probed pictures of this class, those that show most first."""
    values, whose = (exchange.loss, exchange.labels) if way == LOSS else (exchange.draw, exchange.towards)
    rows = exchange.rows if way == LOSS else exchange.sources
    mine = np.flatnonzero(whose == label)
    return rows[mine[np.argsort(-values[mine], kind="stable")]]
