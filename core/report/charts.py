"""The charts of a report, in any palette: on screen that of the theme, in the file that of the reader."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.report.facts import AccuracyScore
from core.report.layout import Drawing, Palette

WIDTH, SIZE = 420, 13
"""Narrow enough that its words can still be read on a phone."""


def scores(rows: list[tuple[str, AccuracyScore]], palette: Palette) -> Drawing:
    """Accuracy with intervals, one line each, the first set apart.

    Args:
        rows: title and score of each line.
        palette: colours.
    """
    table = pd.DataFrame(
        [
            {"name": name, "share": 100 * score.share, "low": 100 * score.low, "high": 100 * score.high, "n": score.n}
            for name, score in rows
            if score.n
        ]
    )
    table["all"] = np.arange(len(table)) == 0
    base = alt.Chart(table).encode(
        y=alt.Y(
            "name:N", sort=list(table["name"]), title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=170)
        ),
        color=alt.condition("datum.all", alt.value(palette["good"]), alt.value(palette["neutral"])),
        tooltip=[alt.Tooltip("name:N"), alt.Tooltip("share:Q", format=".0f", title="right of 100"), alt.Tooltip("n:Q")],
    )
    across = alt.Scale(domain=[0, 100])
    lines = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", scale=across, title="right of 100, with its range"), x2=alt.X2("high:Q")
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(x=alt.X("share:Q", scale=across))
    return apply_style(alt.layer(lines, points, width=WIDTH - 120, height=alt.Step(26)), palette)


def reliability(before: pd.DataFrame, after: pd.DataFrame | None, palette: Palette) -> Drawing:
    """How often predictions are right, by confidence, with the line on which both agree.

    Args:
        before: bins of the network as it is.
        after: bins after temperature scaling; None without it.
        palette: colours.
    """
    ends = pd.DataFrame({"x": [0, 100], "y": [0, 100]})
    scale = alt.Scale(domain=[0, 100])
    line = (
        alt.Chart(ends)
        .mark_line(strokeDash=[4, 4], color=palette["neutral"])
        .encode(x=alt.X("x:Q", scale=scale, title="how sure it is, in %"), y=alt.Y("y:Q", scale=scale))
    )
    words = (
        alt.Chart(pd.DataFrame({"x": [99], "y": [6], "words": ["dashed: as sure as right"]}))
        .mark_text(align="right", color=palette["text"], fontSize=SIZE - 1)
        .encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text=alt.Text("words:N"))
    )
    parts = [line, words, *_bins(before, "as it is", "neutral" if after is not None else "good", palette)]
    if after is not None:
        parts += _bins(after, "corrected", "good", palette)
        parts.append(_legend(palette))
    return apply_style(alt.layer(*parts, width=WIDTH - 60, height=280), palette)


def apply_style(chart: Drawing, palette: Palette) -> Drawing:
    """The chart with axes in the report's colours."""
    colours: dict[str, Any] = {
        "gridColor": palette["border"],
        "domainColor": palette["neutral"],
        "tickColor": palette["neutral"],
        "labelColor": palette["text"],
        "titleColor": palette["text"],
    }
    axis: dict[str, Any] = {
        "labelFontSize": SIZE,
        "titleFontSize": SIZE,
        "titleFontWeight": "normal",
        "tickCount": 5,
        **colours,
    }
    # The first of these calls starts the configuration anew, so it comes first.
    plain = chart.configure(background="transparent", font="sans-serif")
    return plain.configure_axis(gridOpacity=0.6, **axis).configure_view(stroke=None)


def _bins(table: pd.DataFrame, name: str, colour: str, palette: Palette) -> list[alt.Chart]:
    used = table[table["count"] > 0]
    points = pd.DataFrame(
        {
            "sure": 100 * used["confidence"],
            "right": 100 * used["accuracy"],
            "low": 100 * used["accuracy_low"],
            "high": 100 * used["accuracy_high"],
            "pictures": used["count"],
            "which": name,
        }
    )
    base = alt.Chart(points).encode(
        x=alt.X("sure:Q", scale=alt.Scale(domain=[0, 100])),
        color=alt.value(palette[colour]),
        tooltip=[
            alt.Tooltip("which:N", title=" "),
            alt.Tooltip("sure:Q", format=".0f", title="says %"),
            alt.Tooltip("right:Q", format=".0f", title="right of 100"),
            alt.Tooltip("pictures:Q"),
        ],
    )
    title = "how often it is right, of 100"
    return [
        base.mark_rule(strokeWidth=2).encode(y=alt.Y("low:Q", title=title), y2=alt.Y2("high:Q")),
        base.mark_point(filled=True, opacity=1).encode(
            y=alt.Y("right:Q"), size=alt.Size("pictures:Q", scale=alt.Scale(range=[30, 260]), legend=None)
        ),
    ]


def _legend(palette: Palette) -> alt.Chart:
    """Which colour is which, beside the points and not in a box of its own."""
    table = pd.DataFrame({"x": [4, 4], "y": [96, 88], "words": ["● as it is", "● corrected"], "which": [0, 1]})
    colour = alt.condition("datum.which == 1", alt.value(palette["good"]), alt.value(palette["neutral"]))
    return (
        alt.Chart(table)
        .mark_text(align="left", fontSize=SIZE, fontWeight="bold")
        .encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text=alt.Text("words:N"), color=colour)
    )
