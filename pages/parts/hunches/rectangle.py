"""A rectangle that is dragged over a picture, or set by two sliders."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from core.hunches.changes.rectangle_covered import RectangleCoveredSettings
from pages.parts.shared import charts, controls, style
from pages.parts.shared.controls import Position
from pages.parts.shared.style import colour

NAME = "rectangle_covered"
SIDE = 230
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
    st.altair_chart(
        _chart(picture, settings), key=key, width="content", theme=None, selection_mode="drag",
        on_select=lambda: _dragged(key, prefix),
    )  # fmt: skip
    style.small("Drag over the picture to place the rectangle.")


def _chart(picture: np.ndarray, settings: RectangleCoveredSettings) -> charts.Chart:
    tall = round(SIDE * picture.shape[0] / picture.shape[1])
    (left, right), (top, bottom) = _spans(settings)
    seen = (
        alt.Chart(pd.DataFrame({"here": [0]}))
        .mark_image(width=SIDE, height=tall, align="center", baseline="middle")
        .encode(x=alt.value(SIDE / 2), y=alt.value(tall / 2), url=alt.value(charts.data_url(picture, 2 * SIDE)))
    )
    brush = alt.selection_interval(
        name="drag", mark=alt.BrushConfig(fill=colour("bad"), fillOpacity=0.25, stroke=colour("bad"))
    )
    placed = (
        alt.Chart(pd.DataFrame({"left": [left], "right": [right], "top": [top], "bottom": [bottom]}))
        .mark_rect(fill=colour("bad"), fillOpacity=0.12, stroke=colour("bad"), strokeWidth=2.5)
        .encode(
            x=alt.X("left:Q", scale=alt.Scale(domain=[0, 1], nice=False, zero=False), axis=None),
            x2="right:Q",
            y=alt.Y("top:Q", scale=alt.Scale(domain=[1, 0], nice=False, zero=False), axis=None),
            y2="bottom:Q",
        )
        .add_params(brush)
    )
    return (
        alt.layer(seen, placed)
        .properties(
            width=SIDE,
            height=tall,
            padding=charts.NO_PADDING,
            description="A picture with the rectangle that is covered on it",
        )
        .configure_view(stroke=None)
        .configure(background="transparent")
    )


def _dragged(key: str, prefix: str) -> None:
    """Move the sliders to where a rectangle was dragged."""
    selected: Any = st.session_state[key].selection.get("drag") or {}
    for field, name in (("left", "across"), ("top", "down")):
        if field not in selected:
            return
        low, high = (round(min(max(float(end), 0.0), 1.0), 2) for end in sorted(selected[field]))
        st.session_state[_key(prefix, name)] = (low, high)


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
