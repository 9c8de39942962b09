"""Charts of the study: every tool on every flaw, the readings of one tool, and what acting on it brought."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from pages.parts.shared.charts import Chart, layer
from pages.parts.shared.interval_charts import dots, rows
from pages.parts.shared.style import colour

ROW = 26
MEASURES = {
    "names": "names it, without a hint",
    "power": "detects it, at 5 false alarms in 100",
    "auc": "reads higher than on a healthy network",
}


def grid(cells: pd.DataFrame, measure: str) -> Chart:
    """Tools by flaws, as shaded cells.

    Args:
        cells: one row a cell: tool and condition, titles; value, low and high, 0..1; n, networks; reading; of, the
            number of readings that it was picked from; seconds.
        measure: a key of MEASURES.
    """
    shown = cells.assign(
        times=100 * cells["value"],
        range=[_range(low, high) for low, high in zip(cells["low"], cells["high"], strict=True)],
    )
    tools, conditions = (list(dict.fromkeys(shown[name])) for name in ("tool", "condition"))
    axis: dict[str, Any] = {"domain": False, "ticks": False, "labelOverlap": False}
    base = alt.Chart(shown).encode(
        x=alt.X(
            "condition:N",
            title=None,
            sort=conditions,
            axis=alt.Axis(labelAngle=-40, orient="top", labelLimit=150, **axis),
        ),
        y=alt.Y("tool:N", title=None, sort=tools, axis=alt.Axis(labelLimit=190, **axis)),
        tooltip=[
            alt.Tooltip("tool:N", title=" "),
            alt.Tooltip("condition:N", title="networks"),
            alt.Tooltip("times:Q", title=f"{MEASURES[measure]}, of 100", format=".0f"),
            alt.Tooltip("range:N", title="95% interval"),
            alt.Tooltip("n:Q", title="number of networks"),
            alt.Tooltip("reading:N", title="by"),
            alt.Tooltip("of:Q", title="picked from"),
            alt.Tooltip("seconds:Q", title="CPU seconds a network", format=".1f"),
        ],
    )
    chance = measure == "auc"
    scale = alt.Scale(
        domain=[0, 50, 100] if chance else [0, 100],
        range=[colour("bad"), colour("paper"), colour("good")] if chance else [colour("paper"), colour("good")],
        interpolate="rgb",
    )
    dark = "datum.times > 75 || datum.times < 25" if chance else "datum.times > 60"
    squares = base.mark_rect(stroke=colour("border"), strokeWidth=1).encode(
        color=alt.Color("times:Q", scale=scale, legend=None)
    )
    numbers = base.mark_text(fontSize=12).encode(
        text=alt.Text("times:Q", format=".0f"),
        color=alt.condition(dark, alt.value(colour("paper")), alt.value(colour("text"))),
    )
    return layer(
        squares,
        numbers,
        height=ROW * len(tools) + 110,
        description=f"Of 100 networks, in how many each tool {MEASURES[measure]}, for each flaw",
    )


def readings(points: pd.DataFrame, unit: str) -> Chart:
    """What one tool read on each network.

    Args:
        points: one row a network: planted ("flawed" or "healthy"), value, about (its data, network and block).
        unit: what the readings count.
    """
    tone = alt.Scale(domain=["flawed", "healthy"], range=[colour("bad"), colour("good")])
    base = alt.Chart(points).encode(
        x=alt.X("value:Q", title=unit, scale=alt.Scale(zero=False)),
        y=alt.Y("planted:N", title=None, sort=["flawed", "healthy"], axis=alt.Axis(domain=False, ticks=False)),
        color=alt.Color("planted:N", scale=tone, legend=None),
        tooltip=[
            alt.Tooltip("planted:N", title="network"),
            alt.Tooltip("about:N", title="which"),
            alt.Tooltip("value:Q", title="reading", format=".3f"),
        ],
    )
    ticks = base.mark_tick(thickness=2, size=26, opacity=0.9)
    dots_ = base.mark_point(filled=True, size=70, opacity=0.8)
    return layer(ticks, dots_, height=130, description=f"{unit}, of flawed and of healthy networks")


def gains(table: pd.DataFrame) -> Chart:
    """What each policy brings the worst group, with its interval.

    Args:
        table: one row a policy: title, gain, low, high, n, harmed, minutes.
    """
    told = [
        alt.Tooltip("title:N", title=" "),
        alt.Tooltip("gain:Q", title="gain of the worst group", format="+.1%"),
        alt.Tooltip("low:Q", title="at least", format="+.1%"),
        alt.Tooltip("high:Q", title="at most", format="+.1%"),
        alt.Tooltip("n:Q", title="networks"),
        alt.Tooltip("harmed:Q", title="share that it harmed", format=".0%"),
        alt.Tooltip("minutes:Q", title="CPU minutes a network", format=".1f"),
    ]
    base = rows(table.assign(value=table["gain"]), "title", told, label=260, color=alt.value(colour("good")))
    marks = dots(base, "value", title="gain of the worst group's accuracy", axis=alt.Axis(format="+%"))
    zero = alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=colour("neutral"), strokeDash=[4, 4])
    return layer(
        zero.encode(x=alt.X("at:Q")),
        *marks,
        height=30 * len(table) + 50,
        description="What acting on each tool brings the worst group, with its interval",
    )


def _range(low: float, high: float) -> str:
    if low != low:
        return "too few groups to say"
    return f"{100 * low:.0f} to {100 * high:.0f}" if high > low else "the same in every group"
