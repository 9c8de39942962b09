"""Charts of a ladder: its rungs with their intervals, and its groups before and after."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from pages.parts.shared.charts import Chart, layer
from pages.parts.shared.interval_charts import dots, rows, told_ends
from pages.parts.shared.style import colour

ROW = 34
TITLES = {"worst_group": "right answers in the worst group", "accuracy": "right answers"}


def rungs(table: pd.DataFrame, measure: str, best: str | None) -> Chart:
    """Each rung's value with its interval, the best in colour, controls in grey.

    Args:
        table: of a ladder.
        measure: "worst_group" or "accuracy".
        best: the fix that helps beyond doubt; None for none.
    """
    shown = table.assign(
        value=table[measure],
        low=table[f"{measure}_low"],
        high=table[f"{measure}_high"],
        role=["best" if row == best else "other" for row in table["fix"]],
    )[["title", "value", "low", "high", "role"]]
    shades = alt.Scale(domain=["best", "other"], range=[colour("good"), colour("neutral")])
    scale = alt.Scale(domain=[0, 1])
    told = [
        alt.Tooltip("title:N", title=" "),
        alt.Tooltip("value:Q", title="right", format=".1%"),
        *told_ends(".1%", low="at least", high="at most"),
    ]
    base = rows(shown, "title", told, label=190, color=alt.Color("role:N", scale=shades, legend=None))
    marks = dots(base, "value", title=TITLES[measure], scale=scale, axis=alt.Axis(format="%"))
    words = base.mark_text(dy=-12, fontSize=12).encode(
        x=alt.X("value:Q", scale=scale), text=alt.Text("value:Q", format=".0%")
    )
    return layer(
        *marks,
        words,
        height=ROW * len(shown) + 50,
        description=f"Each fix and control: {TITLES[measure]}, with its interval",
    )


def groups(table: pd.DataFrame) -> Chart:
    """Each group before and after, joined by a line.

    Args:
        table: one row a group, with the columns group, pictures, before and after.
    """
    scale = alt.Scale(domain=[0, 1])
    told: list[Any] = [
        "group:N",
        "pictures:Q",
        alt.Tooltip("before:Q", format=".1%"),
        alt.Tooltip("after:Q", format=".1%"),
    ]
    base = rows(table, "group", told)
    lines = base.mark_rule(strokeWidth=2, color=colour("neutral")).encode(
        x=alt.X("before:Q", title="right answers", scale=scale, axis=alt.Axis(format="%")), x2=alt.X2("after:Q")
    )
    long = table.melt(["group", "pictures"], ["before", "after"], "when", "share")
    shades = alt.Scale(domain=["before", "after"], range=[colour("bad"), colour("good")])
    each = rows(
        long,
        "group",
        ["group:N", "when:N", "pictures:Q", alt.Tooltip("share:Q", format=".1%")],
        color=alt.Color("when:N", scale=shades, legend=None),
    ).encode(x=alt.X("share:Q", scale=scale))
    points = each.mark_point(filled=True, size=90, opacity=1)
    first = each.transform_filter(alt.datum.group == table["group"].iloc[0])
    words = first.mark_text(dy=-12, fontSize=12).encode(text=alt.Text("when:N"))
    return layer(
        lines,
        points,
        words,
        height=ROW * len(table) + 50,
        description="Right answers in each group before and after the fix",
    )
