"""Altair charts in the look of the house: units on axes, direct labels, colours that everyone can tell apart.

Altair searches its whole schema for a channel given as text, and copies layered charts, data and all, several times: so
channels are objects (`x2=alt.X2("high:Q")`), and charts are laid over each other by `layer`.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from altair.utils import schemapi
from cachetools import LRUCache, cached

from core import render
from pages.parts.shared.style import colour

TICKS = 6
KEPT_BYTES = 16 * 2**20  # of pictures in pages
PictureUrl = Callable[[np.ndarray, int], str]


@dataclass(frozen=True)
class Chart:
    """Charts over each other."""

    charts: tuple[alt.Chart, ...]
    properties: dict[str, Any]

    def to_dict(self, *, validate: bool = True) -> dict[str, Any]:
        """The chart in Vega-Lite, with the data on top where all layers have the same."""
        data = self.charts[0].data
        shared = all(chart.data is data for chart in self.charts)
        drawn = [self._layer(chart, data, bare=shared and place > 0) for place, chart in enumerate(self.charts)]
        top = {"data": drawn[0].pop("data")} if shared else {}
        found = {"$schema": alt.SCHEMA_URL, **top, "layer": drawn, **self.properties}
        if validate:
            alt.LayerChart.validate(found)
        return found

    @staticmethod
    def _layer(chart: alt.Chart, data: Any, *, bare: bool) -> dict[str, Any]:
        if bare:
            chart = chart.copy(deep=False)
            chart.data = alt.Undefined
        found: dict[str, Any] = chart.to_dict(validate=False, context={"data": data, "top_level": False})
        return found


def layer(*charts: alt.Chart, **properties: Any) -> Chart:
    """Charts over each other, with properties of the whole, as `alt.layer` lays them, but without copying them.

    Args:
        charts: without parameters, which `alt.layer` would bring together.
        properties: of Vega-Lite, such as `height` and `description`.
    """
    return Chart(charts, properties)


def show(chart: Chart, *, key: str | None = None) -> None:
    """Draw a chart as wide as its place."""
    draw(chart, look=_look(), key=key)


def _look() -> dict[str, Any]:
    """Vega-Lite's configuration of the house. Altair would copy the whole chart, data and all, for each part of it."""
    axis: dict[str, Any] = {
        "tickCount": TICKS,
        "gridOpacity": 0.6,
        "gridColor": colour("border"),
        "domainColor": colour("neutral"),
        "tickColor": colour("neutral"),
        "labelColor": colour("text"),
        "titleColor": colour("text"),
    }
    return {"axis": axis, "view": {"strokeWidth": 0}}


def draw(chart: Any, *, look: dict[str, Any] | None = None, **options: Any) -> None:
    """Draw a chart as it is.

    Args:
        chart: any chart of Altair.
        look: Vega-Lite's configuration, in place of the chart's own.
        options: of `st.altair_chart`.
    """
    st.altair_chart(cast(alt.Chart, _Sent(chart, look)), **options)


@dataclass(frozen=True)
class _Sent:
    """A chart as Streamlit takes it. To check it against Vega-Lite's schema takes longer than all else that is done
    for it, under a lock that everybody shares; so it is checked in tests, and not where people wait for it.
    """

    chart: Any
    look: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = self.chart.to_dict(validate=schemapi.DEBUG_MODE)
        return found if self.look is None else {**found, "config": self.look}


def curves(points: pd.DataFrame, of: str, *, unit: str, epochs: int, height: int = 260) -> Chart:
    """Training and validation curves over epochs, each labelled at its end.

    Args:
        points: columns `epoch`, `of` (training) and `val_{of}` (validation, missing between epochs).
        of: "loss" or "accuracy".
        unit: what the vertical axis counts.
        epochs: where the horizontal axis ends.
    """
    long = points.melt("epoch", [of, f"val_{of}"], "part", "value").dropna()
    long["part"] = long["part"].map({of: "training", f"val_{of}": "validation"})
    colours = alt.Scale(domain=["training", "validation"], range=[colour("neutral"), colour("good")])
    style = "%" if of == "accuracy" else ".3~f"
    base = alt.Chart(long).encode(
        x=alt.X(
            "epoch:Q",
            title="epochs",
            scale=alt.Scale(domain=[0, epochs]),
            axis=alt.Axis(tickMinStep=1, format="d"),
        ),
        y=alt.Y("value:Q", title=unit, axis=alt.Axis(format=style), scale=alt.Scale(zero=of == "loss")),
        color=alt.Color("part:N", scale=colours, legend=None),
        tooltip=[
            alt.Tooltip("part:N", title=" "),
            alt.Tooltip("epoch:Q", format=".1f"),
            alt.Tooltip("value:Q", title=of, format=".1%" if of == "accuracy" else ".3f"),
        ],
    )
    ends = base.transform_window(
        rank="rank()", sort=[alt.SortField("epoch", order="descending")], groupby=["part"]
    ).transform_filter("datum.rank == 1")
    above = "validation" if of == "loss" else "training"
    words = [
        ends.transform_filter(f"(datum.part == '{above}') == {json.dumps(high)}")
        .transform_filter(f"(datum.epoch < {epochs / 3}) == {json.dumps(early)}")
        .mark_text(align="left" if early else "right", dx=6 if early else 0, dy=-12 if high else 14, fontSize=13)
        .encode(text=alt.Text("part:N"))
        for high in (True, False)
        for early in (True, False)
    ]
    return layer(
        base.mark_line(strokeWidth=2),
        ends.mark_point(filled=True, size=45),
        *words,
        height=height,
        title=of.capitalize(),
        description=f"{of} on the training and validation pictures over the epochs",
    )


def confusion(counts: pd.DataFrame) -> Chart:
    """A confusion matrix as a table of shaded cells with their counts.

    Args:
        counts: one row a pair, with the columns `truth`, `answer`, `pictures` and `share` of the truth's row.
    """
    right = alt.condition("datum.truth == datum.answer", alt.value(colour("good")), alt.value(colour("bad")))
    titles = {"truth": "what the picture shows", "answer": "what the network said"}
    return _grid(counts, "answer", "truth", titles, right, "Confusion matrix: pictures by truth and answer")


def spread(counts: pd.DataFrame, attribute: str) -> Chart:
    """How the values of an attribute spread over the classes, as a table of shaded cells with their counts.

    Args:
        counts: one row a pair, with the columns `level` of the attribute, `class`, `pictures` and `share` of the class.
        attribute: its name.
    """
    # A strange name would be read as a path or a type where a chart takes the name of a column.
    titles = {"level": attribute.replace("_", " "), "class": ""}
    fill = alt.value(colour("neutral"))
    return _grid(counts, "class", "level", titles, fill, f"Pictures by class and {attribute}")


def _grid(counts: pd.DataFrame, across: str, down: str, titles: dict[str, str], fill: Any, description: str) -> Chart:
    orders = {name: list(dict.fromkeys(counts[name])) for name in (across, down)}
    base = alt.Chart(counts).encode(
        x=alt.X(
            f"{across}:N",
            title=titles[across] or None,
            sort=orders[across],
            axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False),
        ),
        y=alt.Y(f"{down}:N", title=titles[down] or None, sort=orders[down], axis=alt.Axis(domain=False, ticks=False)),
        tooltip=[
            alt.Tooltip(f"{down}:N", title=titles[down] or down),
            alt.Tooltip(f"{across}:N", title=titles[across] or across),
            alt.Tooltip("pictures:Q"),
            alt.Tooltip("share:Q", format=".1%"),
        ],
    )
    cells = base.mark_rect(stroke=colour("paper"), strokeWidth=2).encode(
        color=fill,
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.06, 0.95]), legend=None),
    )
    dark = alt.condition("datum.share > 0.5", alt.value(colour("paper")), alt.value(colour("text")))
    numbers = base.mark_text(fontSize=13).encode(text=alt.Text("pictures:Q"), color=dark)
    return layer(cells, numbers, height=38 * len(orders[down]) + 64, description=description)


def show_shares(names: Sequence[str], values: Sequence[float], marked: str) -> None:
    """Horizontal bars of shares between 0 and 1, labelled at their ends, with one of them in colour."""
    table = pd.DataFrame({"name": names, "share": values})
    st.vega_lite_chart(table, deepcopy(_bars(tuple(names), marked, colour("paper"))))


@lru_cache(maxsize=256)
def _bars(names: tuple[str, ...], marked: str, paper: str) -> dict[str, Any]:  # noqa: ARG001 - the cache's key
    """The chart of any shares. To put one together takes longer than to draw it, and only the shares differ."""
    base = alt.Chart(alt.NamedData("shares")).encode(
        y=alt.Y("name:N", sort=list(names), title=None, axis=alt.Axis(domain=False, ticks=False)),
        x=alt.X("share:Q", scale=alt.Scale(domain=[0, 1.1]), axis=None),
        tooltip=[alt.Tooltip("name:N", title="class"), alt.Tooltip("share:Q", title="sure", format=".1%")],
    )
    fill = alt.condition(alt.datum.name == marked, alt.value(colour("good")), alt.value(colour("neutral")))
    numbers = base.mark_text(align="left", dx=5, fontSize=13, color=colour("text"))
    layers = (base.mark_bar(height=14).encode(color=fill), numbers.encode(text=alt.Text("share:Q", format=".0%")))
    chart = layer(*layers, height=26 * len(names) + 8, description="How sure the network is of each class")
    spec: dict[str, Any] = {**chart.to_dict(), "config": _look()}
    del spec["data"]  # which come with each drawing
    return spec


def _content(picture: np.ndarray, side: int) -> tuple[bytes, tuple[int, ...], int]:
    return hashlib.blake2b(np.ascontiguousarray(picture).data).digest(), picture.shape, side


def _keep_latest() -> Callable[[PictureUrl], PictureUrl]:
    """What was made of the latest pictures is kept: a screen that is drawn again shows the same ones."""
    return cached(LRUCache(KEPT_BYTES, getsizeof=len), key=_content, lock=threading.Lock())


@_keep_latest()
def data_url(picture: np.ndarray, side: int) -> str:
    """A picture, enlarged to about `side` pixels, as an address that holds it."""
    return render.data_url(render.enlarge(picture, side))


@_keep_latest()
def thumbnail_url(picture: np.ndarray, side: int) -> str:
    """A picture, about `side` pixels wide, as an address that holds it."""
    return render.data_url(render.thumbnail(picture, side))
