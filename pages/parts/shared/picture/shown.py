"""What a stage shows: a picture, the maps over it, how they look, and what is asked about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np

from core import render
from core.errors import InputError
from core.settings import digest
from pages.parts.shared.picture import encode

View = Literal["side", "wipe", "erase"]
Tone = Literal["good", "bad", "plain"]
PLAIN = "picture"


@dataclass(frozen=True, eq=False)
class Map:
    """One map over the picture.

    Args:
        name: tells it from the other maps of the picture.
        title: what a person calls it.
        values: raw values (h, w), on any grid over the same picture.
        signed: whether it is drawn about zero.
        bright: what is marked, as it stands after "Bright: ", such as "evidence for boot".
        dark: what values below zero mark, alike; only for signed maps.
        figure: how much of the evidence lies on the object, as a sentence; empty where nobody knows the object.
        badge: a word on whether to trust it; may be empty.
        tone: of the badge.
        reason: why it has this badge; may be empty.
        group: the heading that it stands under; empty for none.
    """

    name: str
    title: str
    values: np.ndarray
    signed: bool
    bright: str
    dark: str = ""
    figure: str = ""
    badge: str = ""
    tone: Tone = "plain"
    reason: str = ""
    group: str = ""


@dataclass(frozen=True)
class Look:
    """How the maps are drawn; what the address tells.

    Args:
        overlay: how much of a map is laid over the picture, 0..1.
        colours: a name from `core.render.COLORMAPS`; "auto" for what suits each map.
        view: maps side by side, two of them wiped across, or the picture to erase parts of.
        left, right: the maps that are wiped across, by name; `PLAIN` for the picture alone, None for the first map.
        wipe: where one ends and the other begins, as a share of the width.
        number: how many times the browser has told its look; the address does not tell it.
    """

    overlay: float = 0.55
    colours: str = "auto"
    view: View = "side"
    left: str = PLAIN
    right: str | None = None
    wipe: float = 0.5
    number: int = 0

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Look:
        """The look that a browser or an address tells; what is no look is passed over."""
        known, number = cls(), given.get("number")
        return cls(
            overlay=_share(given.get("overlay"), known.overlay),
            colours=_known(given.get("colours"), render.COLORMAPS, known.colours),
            view=_known(given.get("view"), get_args(View), known.view),
            left=given["left"] if isinstance(given.get("left"), str) else known.left,
            right=given["right"] if isinstance(given.get("right"), str) else known.right,
            wipe=_share(given.get("wipe"), known.wipe),
            number=number if isinstance(number, int) else 0,
        )


@dataclass(frozen=True)
class Box:
    """A rectangle in a picture, as shares of its width and height.

    Args:
        x, y: its left and upper edge, 0..1.
        width, height: its sides, above 0.
    """

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def of(cls, given: Any) -> Box:
        """The rectangle that a browser tells.

        Raises:
            InputError: when it is none.
        """
        try:
            made = cls(**{name: float(given[name]) for name in ("x", "y", "width", "height")})
        except (KeyError, TypeError, ValueError):
            raise InputError("A rectangle should have an edge and a side each way", f"{given}"[:60]) from None
        if not (0 <= made.x < made.x + made.width <= 1.001 and 0 <= made.y < made.y + made.height <= 1.001):
            raise InputError("A rectangle should lie in the picture", f"{given}"[:120])
        return made


@dataclass(frozen=True, eq=False)
class Asking:
    """What can be asked by erasing.

    Args:
        classes: the network's classes, in words.
        truth: the picture's class; None where nobody said.
        becomes: name -> words of what an erased part may become.
        said: the answer to the picture as it is, as a sentence.
        before: how sure the network is of each class, (K,).
        object: bool (H, W), where the object is; None where nobody knows.
    """

    classes: tuple[str, ...]
    truth: int | None
    becomes: Mapping[str, str]
    said: str
    before: np.ndarray
    object: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What the network says of the changed picture.

    Args:
        number: of the question, as the browser counts them.
        changed: the changed picture, (H, W, C); None where nothing was changed.
        before, after: how sure the network is of each class, (K,); `after` is None where nothing was asked.
        said: the answer, or what went wrong, as a sentence.
        note: what to keep in mind, as a sentence; may be empty.
    """

    number: int
    changed: np.ndarray | None
    before: np.ndarray
    after: np.ndarray | None
    said: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class Shown:
    """The picture of a stage.

    Args:
        image: (H, W, C), as the network takes it: the grid of masks and painted regions.
        alt: what it shows, for whoever cannot see it.
        title: its heading beside its maps; empty to leave it out there.
        photo: the photograph that it was made from, cut alike, in more pixels; None where there is none.
    """

    image: np.ndarray
    alt: str
    title: str = "The picture"
    photo: np.ndarray | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """Tells one picture from another."""
        return digest([encode.picture(self.image), self.photo is not None])


def _known(given: Any, names: Sequence[Any], default: Any) -> Any:
    return given if given in names else default


def _share(given: Any, default: float) -> float:
    try:
        return min(max(float(given), 0.0), 1.0)
    except (TypeError, ValueError):
        return default
