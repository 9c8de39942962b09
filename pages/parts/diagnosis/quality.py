"""How good is this diagnosis? Measured on networks whose flaws were planted and kept from it."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from core import flaws
from core.diagnosis import benchmark
from core.glossary import meaning
from pages.parts.shared import charts, style
from pages.parts.shared.charts import Chart, layer
from pages.parts.shared.style import colour

CELL = 26


def draw() -> None:
    """The shipped results, folded away."""
    with st.expander("How good is this diagnosis?", key="quality", icon=":material/rule:"):
        try:
            found = benchmark()
        except FileNotFoundError:
            st.markdown("It was not measured in this copy of Hunch: run `python -m tests.benchmarks.diagnosis`.")
            return
        st.markdown(
            "Flaws were planted in networks, and the diagnosis was not told which. These figures are from before the "
            "detectors were rebuilt to stay silent on other people's data; they are measured anew from time to time."
        )
        draw_sections(found)
        st.markdown("**The planted flaw, and the flaw named first**", help=meaning("confusion matrix"))
        charts.show(confusion(_cells(found)))
        for sentence in found.get("misses", []):
            style.small(sentence)


def draw_sections(found: dict[str, Any]) -> None:
    """One line a question, each with its interval."""
    table = pd.DataFrame(found["sections"])
    shares = table["right"] / table["n"].clip(lower=1)
    shown = pd.DataFrame(
        {
            "Cases": table["section"],
            "Measured": table["measure"],
            "Of": table["n"],
            "Share": shares,
            "95% interval": [f"{low:.0%} to {high:.0%}" for low, high in zip(table["low"], table["high"], strict=True)],
            "Target": table["wanted"].astype(str),
        }
    )
    share = st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)
    st.dataframe(shown, hide_index=True, height="content", column_config={"Share": share})
    seconds = found["seconds"]
    style.small(
        f"A diagnosis took {seconds['median']:.0f} seconds in the median case, {seconds['largest']:.0f} at most. "
        f"Measured on {found['made']}."
    )


def confusion(cells: pd.DataFrame) -> Chart:
    """Cases by what was planted and what was named first.

    Args:
        cells: columns planted, named, count, and share of the planted row.
    """
    order = [name for name in flaws.names() if name in set(cells["planted"]) | set(cells["named"])]
    order += sorted((set(cells["planted"]) | set(cells["named"])) - set(order))
    labels = alt.Axis(labelAngle=-55, orient="top", domain=False, ticks=False, labelLimit=140, labelOverlap=False)
    plain = alt.Axis(domain=False, ticks=False, labelLimit=140, labelOverlap=False)
    base = alt.Chart(cells).encode(
        x=alt.X("named:N", title="named first", sort=order, scale=alt.Scale(domain=order), axis=labels),
        y=alt.Y("planted:N", title="planted", sort=order, scale=alt.Scale(domain=order), axis=plain),
        tooltip=[
            alt.Tooltip("planted:N"),
            alt.Tooltip("named:N"),
            alt.Tooltip("count:Q", title="cases"),
            alt.Tooltip("share:Q", format=".0%"),
        ],
    )
    right = alt.condition("datum.planted == datum.named", alt.value(colour("good")), alt.value(colour("bad")))
    opacity = alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.1, 0.95]), legend=None)
    squares = base.mark_rect(stroke=colour("paper"), strokeWidth=2).encode(color=right, opacity=opacity)
    dark = alt.condition("datum.share > 0.5", alt.value(colour("paper")), alt.value(colour("text")))
    numbers = base.mark_text(fontSize=12).encode(text=alt.Text("count:Q"), color=dark)
    return layer(
        squares,
        numbers,
        height=CELL * len(order) + 120,
        description="Cases by the planted flaw and the flaw that was named first",
    )


def _cells(found: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(found["confusion"])
    table["share"] = table["count"] / table.groupby("planted")["count"].transform("sum")
    return table
