"""Values on their intervals, a row each: what charts of effects, fixes, classes and classifiers are made of."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

LABEL = 220  # pixels that a row's name may take


def rows(table: pd.DataFrame, name: str, tooltip: list[Any], *, label: int = LABEL, **encoding: Any) -> alt.Chart:
    """A row for each name, in the order in which the table first has them.

    Args:
        table: what is drawn.
        name: its column of names.
        tooltip: what is told under the pointer.
        label: pixels that a name may take.
        encoding: anything else that all marks share.
    """
    axis = alt.Axis(domain=False, ticks=False, labelLimit=label, labelOverlap=False)
    y = alt.Y(f"{name}:N", sort=list(dict.fromkeys(table[name])), title=None, axis=axis)
    chart: alt.Chart = alt.Chart(table).encode(y=y, tooltip=tooltip, **encoding)
    return chart


def told_ends(style: str, low: str = "from", high: str = "to") -> list[alt.Tooltip]:
    """What is told of an interval's ends, in this number format."""
    return [alt.Tooltip("low:Q", title=low, format=style), alt.Tooltip("high:Q", title=high, format=style)]


def dots(base: alt.Chart, value: str, **axis: Any) -> list[Any]:
    """A dot for each value, on a line over its interval where there is one.

    Args:
        base: rows of a table with the columns `low` and `high`, which may be missing.
        value: the column of values.
        axis: of the horizontal axis: title, scale and so on.
    """
    known = base.transform_filter("isValid(datum.low)")
    spans = known.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", **axis), x2=alt.X2("high:Q"))
    marks = base.mark_point(filled=True, size=90, opacity=1).encode(x=alt.X(f"{value}:Q", **axis))
    return [spans, marks]
