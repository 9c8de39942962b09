"""Charts of the experiment: every tool on every flaw, and the readings of one tool."""

from __future__ import annotations

import altair as alt
import pandas as pd

from pages.parts.shared.charts import Chart, layer
from pages.parts.shared.style import colour

ROW = 26


def grid(cells: pd.DataFrame) -> Chart:
    """How often each tool tells the flawed network, as a table of shaded cells.

    Args:
        cells: one row a cell: tool (its title), flaw (in a word), planted (its title), times (of 100), range, n,
            seconds, said.
    """
    flaws, tools = (list(dict.fromkeys(cells[name])) for name in ("flaw", "tool"))
    base = alt.Chart(cells).encode(
        x=alt.X(
            "flaw:N",
            title=None,
            sort=flaws,
            axis=alt.Axis(labelAngle=-40, orient="top", domain=False, ticks=False, labelLimit=150, labelOverlap=False),
        ),
        y=alt.Y(
            "tool:N",
            title=None,
            sort=tools,
            axis=alt.Axis(domain=False, ticks=False, labelLimit=170, labelOverlap=False),
        ),
        tooltip=[
            alt.Tooltip("tool:N", title=" "),
            alt.Tooltip("planted:N", title="flaw"),
            alt.Tooltip("times:Q", title="told, of 100", format=".0f"),
            alt.Tooltip("range:N", title="95% interval"),
            alt.Tooltip("n:Q", title="pairs of networks"),
            alt.Tooltip("seconds:Q", title="seconds a network", format=".1f"),
            alt.Tooltip("said:N", title="so it"),
        ],
    )
    scale = alt.Scale(domain=[0, 50, 100], range=[colour("bad"), colour("paper"), colour("good")], interpolate="rgb")
    squares = base.mark_rect(stroke=colour("paper"), strokeWidth=2).encode(
        color=alt.Color("times:Q", scale=scale, legend=None)
    )
    strong = alt.condition(
        "datum.times > 75 || datum.times < 25", alt.value(colour("paper")), alt.value(colour("text"))
    )
    numbers = base.mark_text(fontSize=12).encode(text=alt.Text("times:Q", format=".0f"), color=strong)
    return layer(
        squares,
        numbers,
        height=ROW * len(tools) + 110,
        description="How often of 100 times each tool tells the flawed network from the healthy one, for each flaw",
    )


def readings(points: pd.DataFrame, unit: str) -> Chart:
    """What one tool read on each network of one flaw.

    Args:
        points: one row a network: network ("flawed" or "healthy"), reading, pair.
        unit: what the readings count.
    """
    tone = alt.Scale(domain=["flawed", "healthy"], range=[colour("bad"), colour("good")])
    base = alt.Chart(points).encode(
        x=alt.X("reading:Q", title=unit),
        y=alt.Y("network:N", title=None, sort=["flawed", "healthy"], axis=alt.Axis(domain=False, ticks=False)),
        color=alt.Color("network:N", scale=tone, legend=None),
        tooltip=[alt.Tooltip("network:N"), alt.Tooltip("pair:Q", title="pair"), alt.Tooltip("reading:Q", format=".2f")],
    )
    ticks = base.mark_tick(thickness=2, size=26, opacity=0.9)
    dots = base.mark_point(filled=True, size=70, opacity=0.8)
    return layer(ticks, dots, height=130, description=f"{unit}, of flawed and of healthy networks")
