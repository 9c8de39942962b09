"""Charts of the screen about attribution."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.trust.perturbation_curves import Curves
from pages.parts.shared.charts import Chart, layer
from pages.parts.shared.interval_charts import dots, rows, told_ends
from pages.parts.shared.style import colour

ORDERS = {"map": "the map's order", "random": "random order", "edges": "the picture's edges"}
DASHES = {"map": [1, 0], "random": [1, 0], "edges": [5, 4]}


def trust_curves(curves: Curves, title: str, across: str) -> Chart:
    """The answer while a picture is emptied or filled, along three orders of its pixels.

    Args:
        curves: means over pictures.
        title: of the chart.
        across: what the horizontal axis counts.
    """
    table = pd.DataFrame({"share": curves.shares, "map": curves.map, "random": curves.random, "edges": curves.edges})
    long = table.melt("share", list(ORDERS), "order", "sure").replace({"order": ORDERS})
    names = list(ORDERS.values())
    colours = [colour("good"), colour("neutral"), colour("bad")]
    x: Any = alt.X("share:Q", title=across, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(long).encode(
        x=x,
        y=alt.Y("sure:Q", title="confidence", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
        color=alt.Color(
            "order:N",
            scale=alt.Scale(domain=names, range=colours),
            legend=None,
        ),
        strokeDash=alt.StrokeDash("order:N", scale=alt.Scale(domain=names, range=list(DASHES.values())), legend=None),
        tooltip=[
            alt.Tooltip("order:N", title="order"),
            alt.Tooltip("share:Q", title=across, format=".0%"),
            alt.Tooltip("sure:Q", title="confidence", format=".0%"),
        ],
    )
    return layer(
        base.mark_line(strokeWidth=2),
        height=240,
        title=title,
        description=f"{title}: the network's confidence for three orders of the pixels",
    )


def multiples(classes: pd.DataFrame, region: str) -> Chart:
    """How much evidence lies on a region, class by class, with intervals and chance.

    Args:
        classes: one row a class: name, n, multiple, low, high; 1 is chance.
        region: what it is called.
    """
    # One picture alone has an interval without ends.
    ends = classes["high"].where(classes["high"] < float("inf"), classes["multiple"])
    bounded = classes.assign(low=classes["low"].clip(lower=0), high=ends)
    told = [
        alt.Tooltip("name:N", title="class"),
        alt.Tooltip("multiple:Q", title="times its share", format=".2f"),
        *told_ends(".2f", low="interval from"),
        alt.Tooltip("n:Q", title="pictures"),
    ]
    title = f"evidence on the {region}, times its share"
    base = rows(bounded, "name", told, color=alt.value(colour("good")))
    marks = dots(base, "multiple", title=title, scale=alt.Scale(zero=True))
    chance = (
        alt.Chart(pd.DataFrame({"multiple": [1.0]}))
        .mark_rule(color=colour("neutral"), strokeWidth=2)
        .encode(x=alt.X("multiple:Q"))
    )
    return layer(
        chance,
        *marks,
        height=34 * len(classes) + 70,
        description=f"Evidence on the {region} as a multiple of its share, by class",
    )


def film_masses(masses: pd.DataFrame, region: str, epoch: int) -> Chart:
    """How much evidence lies on a region while a network learns, with chance and the epoch that is looked at.

    Args:
        masses: epoch, multiple, low, high; 1 is chance.
        region: what it is called.
        epoch: the one that is looked at.
    """
    base = alt.Chart(masses).encode(
        x=alt.X("epoch:Q", title="epochs", axis=alt.Axis(tickMinStep=1, format="d")),
        tooltip=[alt.Tooltip("epoch:Q"), alt.Tooltip("multiple:Q", title="times its share", format=".2f")],
    )
    # One picture alone has an interval without ends.
    bounded = masses[masses["high"] < float("inf")]
    band = (
        alt.Chart(bounded)
        .mark_area(color=colour("good"), opacity=0.15)
        .encode(x=alt.X("epoch:Q"), y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
    )
    line = base.mark_line(color=colour("good"), strokeWidth=2, point=alt.OverlayMarkDef(color=colour("good"))).encode(
        y=alt.Y("multiple:Q", title="times its share", scale=alt.Scale(zero=True))
    )
    chance = (
        alt.Chart(pd.DataFrame({"multiple": [1.0]})).mark_rule(color=colour("neutral")).encode(y=alt.Y("multiple:Q"))
    )
    now = (
        alt.Chart(pd.DataFrame({"epoch": [epoch]}))
        .mark_rule(color=colour("bad"), strokeWidth=2)
        .encode(x=alt.X("epoch:Q"))
    )
    return layer(
        chance,
        band,
        line,
        now,
        height=220,
        title=f"Evidence on the {region}",
        description=f"Evidence on the {region} as a multiple of its share, over the epochs",
    )
