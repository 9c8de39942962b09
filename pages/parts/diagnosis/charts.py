"""Charts of the screen about flaws: what was measured for a suspect, and how often the diagnosis is right."""

from __future__ import annotations

import altair as alt
import pandas as pd

from pages.parts.shared.charts import Chart, layer
from pages.parts.shared.interval_charts import dots, rows, told_ends
from pages.parts.shared.style import colour

ROW = 26


def evidence(data: pd.DataFrame, axis: str, threshold: float, *, raised: bool, description: str) -> Chart:
    """What was measured: a dot a row, with its interval where there is one.

    Args:
        data: columns label, value, low and high; low and high may be missing.
        axis: what the values are.
        threshold: from where on a suspect is raised; drawn where it lies within reach of the values.
        raised: whether this one is.
        description: for whoever cannot see it.
    """
    told = [
        alt.Tooltip("label:N", title=" "),
        alt.Tooltip("value:Q", title=axis, format=".3~f"),
        *told_ends(".3~f"),
    ]
    base = rows(data, "label", told, color=alt.value(colour("bad" if raised else "neutral")))
    layers = dots(base, "value", title=axis)
    if _within_reach(data, threshold):
        layers.insert(0, _line(threshold))
    return layer(*layers, height=ROW * len(data) + 48, description=description)


def _line(threshold: float) -> alt.Chart:
    what = pd.DataFrame({"at": [threshold], "what": ["threshold"]})
    rule = alt.Chart(what).mark_rule(color=colour("neutral"), strokeDash=[4, 4])
    tooltip = [alt.Tooltip("what:N", title=" "), alt.Tooltip("at:Q", title="threshold", format=".3~f")]
    chart: alt.Chart = rule.encode(x=alt.X("at:Q"), tooltip=tooltip)
    return chart


def _within_reach(data: pd.DataFrame, threshold: float) -> bool:
    low, high = float(data["value"].min()), float(data["value"].max())
    room = max(high - low, abs(high), 1e-9)
    return low - room <= threshold <= high + room
