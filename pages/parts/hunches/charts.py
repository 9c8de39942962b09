"""Charts of the screen about hunches: dots with whiskers, beside their controls."""

from __future__ import annotations

import altair as alt
import pandas as pd

from pages.parts.shared.charts import Chart, layer
from pages.parts.shared.interval_charts import dots, rows, told_ends
from pages.parts.shared.style import colour

ROW = 40
TITLE = "fall of the true class's probability"


def whiskers(table: pd.DataFrame, title: str, threshold: float | None, description: str, *, row: int = ROW) -> Chart:
    """Effects with their intervals, a row each, in the order of the table.

    Args:
        table: columns name, value, low, high (both may be missing), tone ("good", "bad" or "neutral"), said (what the
            mark is labelled with), and detail (for the tooltip).
        title: of the horizontal axis.
        threshold: the smallest effect that counts; None for shares of right answers, which have none.
        description: for whoever cannot see it.
    """
    tones = alt.Scale(domain=["good", "bad", "neutral"], range=[colour("good"), colour("bad"), colour("neutral")])
    least, most = float(table[["value", "low"]].min().min()), float(table[["value", "high"]].max().max())
    ends = [0.0, 1.0] if threshold is None else [min(-0.05, least), max(threshold + 0.05, most) * 1.12]
    scale = alt.Scale(domain=ends, nice=False)
    told = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("value:Q", title="effect", format="+.3f"),
        *told_ends("+.3f"),
        alt.Tooltip("detail:N", title=" "),
    ]
    base = rows(table, "name", told, label=260, color=alt.Color("tone:N", scale=tones, legend=None))
    known = base.transform_filter("isValid(datum.low)")
    ticks = [known.mark_tick(thickness=2, size=10).encode(x=alt.X(f"{end}:Q", scale=scale)) for end in ("low", "high")]
    marks = dots(base, "value", title=title, scale=scale)
    words = base.mark_text(dy=-13, fontSize=12).encode(x=alt.X("value:Q", scale=scale), text=alt.Text("said:N"))
    lines = [] if threshold is None else [_lines(threshold, scale)]
    layers = [*lines, *ticks, *marks] if row < ROW else [*lines, *ticks, *marks, words]
    return layer(*layers, height=row * len(table) + 46, description=description)


def _lines(threshold: float, scale: alt.Scale) -> alt.Chart:
    lines = pd.DataFrame({"at": [0.0, threshold], "what": ["no effect", "smallest effect that counts"]})
    return (
        alt.Chart(lines)
        .mark_rule(color=colour("neutral"), strokeDash=[4, 4])
        .encode(x=alt.X("at:Q", scale=scale), tooltip=[alt.Tooltip("what:N", title=" "), alt.Tooltip("at:Q")])
    )
