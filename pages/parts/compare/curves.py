"""How two networks came to learn: their curves in one chart."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from core.glossary import meaning
from pages.parts.compare.other_run import Pair
from pages.parts.shared import charts, style
from pages.parts.shared.charts import Chart, layer
from pages.parts.shared.style import colour


def draw(pair: Pair) -> None:
    """Accuracy on the validation pictures over the epochs."""
    st.subheader("How they learned", anchor=False, help=meaning("validation"))
    runs = {name: opened.run for name, opened in zip(pair.names, pair.both, strict=True)}
    parts = [
        run.history[["epoch", "val_accuracy"]].assign(network=name).dropna()
        for name, run in runs.items()
        if len(run.history)
    ]
    if parts:
        charts.show(chart(pd.concat(parts), pair.names))
    for name in [name for name, run in runs.items() if not len(run.history)]:
        style.small(f"{name} was trained elsewhere, so how it learned is not known.")


def chart(points: pd.DataFrame, names: tuple[str, str]) -> Chart:
    """Validation accuracy over epochs, a line each.

    Args:
        points: columns epoch, val_accuracy and network.
        names: what the two are called, the current one first.
    """
    scale = alt.Scale(domain=list(names), range=[colour("good"), colour("neutral")])
    dashes = alt.Scale(domain=list(names), range=[[1, 0], [5, 3]])
    base = alt.Chart(points).encode(
        x=alt.X("epoch:Q", title="epochs", axis=alt.Axis(tickMinStep=1, format="d")),
        y=alt.Y(
            "val_accuracy:Q",
            title="right answers on validation pictures",
            axis=alt.Axis(format="%"),
            scale=alt.Scale(zero=False),
        ),
        color=alt.Color("network:N", scale=scale, legend=alt.Legend(title=None, orient="top", labelLimit=400)),
        strokeDash=alt.StrokeDash("network:N", scale=dashes, legend=None),
        tooltip=[
            alt.Tooltip("network:N"),
            alt.Tooltip("epoch:Q"),
            alt.Tooltip("val_accuracy:Q", title="right", format=".1%"),
        ],
    )
    line = base.mark_line(strokeWidth=2, point=True)
    return layer(line, height=280, description="Validation accuracy of both networks over the epochs")
