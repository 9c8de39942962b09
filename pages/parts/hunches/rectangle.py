"""A rectangle that is dragged over a picture, or set by two sliders."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.hunches.changes.rectangle_covered import RectangleCoveredSettings
from pages.parts.shared import controls, style
from pages.parts.shared.controls import Position
from pages.parts.shared.picture import stage
from pages.parts.shared.picture.shown import Box, Shown

NAME = "rectangle_covered"
SIDE = 260
SHORTEST = 0.02
PLACED = ("x", "y", "width", "height")


def draw(prefix: str) -> RectangleCoveredSettings:
    """The sliders of the rectangle, and what covers it.

    Raises:
        InputError: when the link says numbers that make no rectangle.
    """
    _take(prefix)
    place = RectangleCoveredSettings()
    left, right = st.slider(
        "From left to right", 0.0, 1.0, (place.x, place.x + place.width), 0.01, key=_key(prefix, "across"),
        help="Left and right edge, as shares of the picture's width.", bind="query-params",
    )  # fmt: skip
    top, bottom = st.slider(
        "From top to bottom", 0.0, 1.0, (place.y, place.y + place.height), 0.01, key=_key(prefix, "down"),
        help="Upper and lower edge, as shares of the picture's height.", bind="query-params",
    )  # fmt: skip
    rest = controls.draw(RectangleCoveredSettings, prefix, skip=PLACED)
    x, width = _side(left, right)
    y, height = _side(top, bottom)
    return RectangleCoveredSettings.of(rest, x=x, y=y, width=width, height=height)


def _take(prefix: str) -> None:
    """Move what a link says of the rectangle's four numbers, as other screens write it, into the two sliders."""
    given = {name: controls.key(prefix, name) for name in PLACED if controls.key(prefix, name) in st.query_params}
    if not given:
        return
    texts = {name: st.query_params[key] for name, key in given.items()}
    for key in given.values():
        del st.query_params[key]
    chosen = RectangleCoveredSettings.of(**texts)
    wanted = keys(prefix)
    st.session_state.update({move.key: move.shown for move in positions(chosen, prefix) if move.key in wanted})


def positions(settings: RectangleCoveredSettings, prefix: str) -> list[Position]:
    """Where the widgets stand at these settings; see `controls.put`."""
    default = RectangleCoveredSettings()
    spans = {name: _spans(each) for name, each in (("chosen", settings), ("default", default))}
    found = []
    for number, name in enumerate(("across", "down")):
        span = spans["chosen"][number]
        in_link = None if span == spans["default"][number] else [f"{end:g}" for end in span]
        found.append(Position(_key(prefix, name), span, in_link))
    others = {controls.key(prefix, name) for name in PLACED}
    return found + [move for move in controls.positions(settings, prefix) if move.key not in others]


def keys(prefix: str) -> set[str]:
    """The keys of the two sliders."""
    return {_key(prefix, "across"), _key(prefix, "down")}


def draw_picture(picture: np.ndarray, settings: RectangleCoveredSettings, prefix: str) -> None:
    """A picture with the rectangle, on which another one can be dragged."""
    key = f"_{prefix}_drag"
    (left, right), (top, bottom) = _spans(settings)
    box = Box(left, top, right - left, bottom - top)
    shown = Shown(picture, "A picture with the rectangle that is covered on it", title="")
    with st.container(width=SIDE):
        stage.draw_box(shown, box, key=key, large=SIDE, on_box=lambda: _dragged(key, prefix))
    style.small("Drag over the picture to place the rectangle.")


def _dragged(key: str, prefix: str) -> None:
    """Move the sliders to where a rectangle was dragged."""
    box = stage.boxed(key)
    for name, start, length in (("across", box.x, box.width), ("down", box.y, box.height)):
        st.session_state[_key(prefix, name)] = (round(start, 2), round(min(1.0, start + length), 2))


def _spans(settings: RectangleCoveredSettings) -> tuple[tuple[float, float], tuple[float, float]]:
    return (
        (settings.x, round(min(1.0, settings.x + settings.width), 2)),
        (settings.y, round(min(1.0, settings.y + settings.height), 2)),
    )


def _side(low: float, high: float) -> tuple[float, float]:
    """Start and length of one side, as long as the shortest one at least."""
    start = min(low, 1 - SHORTEST)
    return round(start, 2), round(max(SHORTEST, high - start), 2)


def _key(prefix: str, name: str) -> str:
    return controls.key(prefix, name)
