"""What was erased from one image, as hunches that can be tested on many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from core.errors import InputError
from core.hunches.registry import hunch_info
from core.images.erase import Becomes
from core.images.masks import dilate_masks

Part = Literal["brush", "rectangle", "object", "background"]
MOSTLY = 0.6  # share of a part that must be erased before the erasure is taken to mean all of it
SPARED = 0.2  # largest share of the object that may go with the background, and the other way round
SHORTEST = 0.02  # side of the smallest rectangle that a hunch covers, as a share of the image's
_SWAPPED = " There the background of another class takes its place: a control of the same class is the fairest."
_BACKGROUND: dict[Becomes, str] = {
    "blurred": "background_blurred",
    "grey": "background_flat",
    "inpainted": "background_flat",
}
"""What else a changed background may be about than the whole of it."""


@dataclass(frozen=True)
class Generalisation:
    """A hunch that asks of many images what an erasure asked of one.

    Args:
        hunch: its name, as `test_hunch` calls it.
        settings: its settings.
        sentence: what is tested.
        exact: whether every image is changed as this one was, at the same place or in the same part.
    """

    hunch: str
    settings: Mapping[str, Any]
    sentence: str
    exact: bool = True


def generalisations(
    region: np.ndarray,
    becomes: Becomes,
    *,
    part: Part = "brush",
    object: np.ndarray | None = None,
    stickers: np.ndarray | None = None,
) -> list[Generalisation]:
    """The hunches that an erasure stands for, the likeliest meaning first.

    An erasure that covers a sticker is about stickers, wherever they are; one that covers most of the background, or
    of the object, is about all of it; any other is about its place, as the rectangle around it.

    Args:
        region: bool (H, W), what was erased.
        becomes: what became of it, as in `core.images.erase.erase_region`.
        part: how it was chosen: with a brush, as a rectangle, or as a whole part.
        object: bool (H, W), where the object is; None where unknown.
        stickers: bool (H, W), where printed stickers are; None where unknown.

    Returns:
        one or two; none where nothing was erased.

    Raises:
        InputError: for an unknown part or filling.
    """
    if part not in get_args(Part) or becomes not in get_args(Becomes):
        raise InputError(
            f"Parts are {', '.join(get_args(Part))}, and become {', '.join(get_args(Becomes))}",
            f"{part!r}, {becomes!r}",
        )
    region = np.asarray(region, bool)
    if not region.any():
        return []
    whole = part if part in ("object", "background") else _meant(region, object)
    if whole == "background":
        return _background(becomes)
    if whole == "object":
        return [_object(becomes)]
    place = _rectangle(region, becomes, exact=part == "rectangle")
    return [_of("labels_removed", {}), place] if _covers(region, stickers) else [place]


def _meant(region: np.ndarray, object: np.ndarray | None) -> str:
    if object is None or not object.any() or object.all():
        return ""
    on, off = float(region[object].mean()), float(region[~object].mean())
    if off >= MOSTLY and on <= SPARED:
        return "background"
    return "object" if on >= MOSTLY and off <= SPARED else ""


def _covers(region: np.ndarray, stickers: np.ndarray | None) -> bool:
    """Whether most of a sticker is erased, and little else."""
    if stickers is None or not stickers.any():
        return False
    around = dilate_masks(np.asarray(stickers, bool)[None], 0.1)[0]
    return bool(region[stickers].mean() >= MOSTLY and around[region].mean() >= MOSTLY)


def _background(becomes: Becomes) -> list[Generalisation]:
    """Swapping first, whatever was seen here: only there the control is as large and of the same kind."""
    if becomes == "another":
        return [_of("background_swapped", {})]
    return [_of("background_swapped", {}, _SWAPPED), _of(_BACKGROUND[becomes], {})]


def _object(becomes: Becomes) -> Generalisation:
    if becomes == "another":
        return _of("object_replaced", {"by": "another object"})
    note = "" if becomes == "inpainted" else f" Here the object was {becomes}; there it is painted over."
    return _of("object_replaced", {"by": "nothing"}, note)


def _rectangle(region: np.ndarray, becomes: Becomes, *, exact: bool) -> Generalisation:
    height, width = region.shape
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    x, wide = _side(columns[0] / width, (columns[-1] + 1) / width)
    y, high = _side(rows[0] / height, (rows[-1] + 1) / height)
    fill = "grey" if becomes == "grey" else "its surroundings"
    notes = [] if exact else ["It is the rectangle around what you painted."]
    if becomes in ("blurred", "another"):
        notes.append("There it is painted over from its surroundings.")
    settings = {"x": x, "y": y, "width": wide, "height": high, "fill": fill}
    return _of("rectangle_covered", settings, "".join(f" {note}" for note in notes))


def _side(low: float, high: float) -> tuple[float, float]:
    """Start and length of one side in hundredths, as long as the shortest one at least."""
    start = min(round(low, 2), 1 - SHORTEST)
    return round(start, 2), round(max(SHORTEST, min(high, 1.0) - start), 2)


def _of(name: str, settings: Mapping[str, Any], note: str = "") -> Generalisation:
    info = hunch_info(name)
    return Generalisation(
        name, info.Settings.of(**settings).model_dump(), f"{info.title}. {info.plain}{note}", not note
    )
