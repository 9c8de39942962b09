"""Charts of the screen about features."""

from __future__ import annotations

import json

import altair as alt
import pandas as pd

from pages.parts.shared.charts import Chart, layer
from pages.parts.shared.interval_charts import dots, rows, told_ends
from pages.parts.shared.style import colour

ROW = 34


def answers_by_class(counts: pd.DataFrame, marked: str) -> Chart:
    """A histogram a class, one above the other on the same scale, with one of them in colour.

    Args:
        counts: columns class, low, high, count, share.
        marked: the class in colour; empty for none.
    """
    names = list(dict.fromkeys(counts["class"]))
    most = float(counts["share"].max())
    floor = f"indexof({json.dumps(names)}, datum['class'])"
    fill = alt.condition(alt.datum["class"] == marked, alt.value(colour("good")), alt.value(colour("neutral")))
    labels = alt.Axis(
        values=list(range(len(names))), labelExpr=f"{json.dumps(names)}[datum.value]", domain=False, ticks=False,
        grid=False,
    )  # fmt: skip
    bars = (
        alt.Chart(counts)
        .transform_calculate(floor=floor, top=f"{floor} - 0.9 * datum.share / {most}")
        .mark_rect(stroke=colour("paper"), strokeWidth=0.5)
        .encode(
            x=alt.X("low:Q", title="strongest answer in a picture", scale=alt.Scale(nice=False, zero=False)),
            x2=alt.X2("high:Q"),
            y=alt.Y("floor:Q", title=None, axis=labels, scale=alt.Scale(domain=[len(names) - 0.9, -1], nice=False)),
            y2=alt.Y2("top:Q"),
            color=fill,
            tooltip=[
                alt.Tooltip("class:N"),
                alt.Tooltip("low:Q", title="answer from", format=".3g"),
                alt.Tooltip("high:Q", title="to", format=".3g"),
                alt.Tooltip("count:Q", title="pictures"),
                alt.Tooltip("share:Q", title="of its class", format=".0%"),
            ],
        )
    )
    return layer(
        bars, height=44 * (len(names) + 1) + 40, description="How strongly the unit answers pictures of each class"
    )


def selectivity(table: pd.DataFrame, marked: int) -> Chart:
    """Every live unit as a mark: a row for the class that it prefers, and how much it prefers it.

    Args:
        table: columns unit, selectivity, prefers, sparsity, peak.
        marked: the unit in colour.
    """
    rows = sorted(set(table["prefers"]))
    fill = alt.condition(alt.datum.unit == marked, alt.value(colour("bad")), alt.value(colour("good")))
    return layer(
        alt.Chart(table)
        .mark_point(filled=True, size=90, opacity=0.65)
        .encode(
            x=alt.X("selectivity:Q", title="class selectivity", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("prefers:N", title=None, sort=rows, axis=alt.Axis(domain=False, ticks=False)),
            color=fill,
            tooltip=[
                alt.Tooltip("unit:Q"),
                alt.Tooltip("prefers:N", title="answers most"),
                alt.Tooltip("selectivity:Q", format=".2f"),
                alt.Tooltip("sparsity:Q", title="silent at", format=".0%"),
                alt.Tooltip("peak:Q", title="strongest answer", format=".3g"),
            ],
        ),
        height=ROW * max(len(rows), 1) + 50,
        description="Class selectivity of every unit, by preferred class",
    )


def class_means(table: pd.DataFrame) -> Chart:
    """Mean answers of units to classes, as a table of shaded cells.

    Args:
        table: one row a pair: unit, class, mean; units in the order of their rows.
    """
    units = list(dict.fromkeys(table["unit"]))
    cells = (
        alt.Chart(table)
        .mark_rect(stroke=colour("paper"), strokeWidth=1)
        .encode(
            x=alt.X("unit:O", sort=units, title="unit", axis=alt.Axis(labelAngle=0, domain=False, ticks=False,
                    labelOverlap=True)),
            y=alt.Y("class:N", title=None, sort=None,
                    axis=alt.Axis(domain=False, ticks=False, labelOverlap=False)),
            color=alt.Color("mean:Q", scale=alt.Scale(scheme="cividis"), title="mean answer",
                            legend=alt.Legend(orient="top", gradientLength=160, labelColor=colour("text"),
                                              titleColor=colour("text"))),
            tooltip=[alt.Tooltip("unit:O"), alt.Tooltip("class:N"), alt.Tooltip("mean:Q", format=".3g")],
        )
    )  # fmt: skip
    return layer(
        cells, height=28 * table["class"].nunique() + 140, description="Mean answer of each unit to each class"
    )


def speakers(table: pd.DataFrame, unit: str) -> Chart:
    """What each of some units adds to a class's score, as bars about zero.

    Args:
        table: columns unit and adds, the largest first.
        unit: what the horizontal axis counts.
    """
    order = [str(name) for name in table["unit"]]
    fill = alt.condition(alt.datum.adds > 0, alt.value(colour("good")), alt.value(colour("bad")))
    bars = (
        alt.Chart(table.assign(unit=order))
        .mark_bar(height=14)
        .encode(
            x=alt.X("adds:Q", title=unit),
            y=alt.Y("unit:N", sort=order, title="unit", axis=alt.Axis(domain=False, ticks=False)),
            color=fill,
            tooltip=[alt.Tooltip("unit:N"), alt.Tooltip("adds:Q", title="adds", format="+.3g")],
        )
    )
    return layer(bars, height=24 * len(table) + 50, description="What units add to the class's score")


def spoken_for(table: pd.DataFrame) -> Chart:
    """What a unit adds to the score of each class, with intervals, about zero.

    Args:
        table: columns class, adds, low, high, the largest first.
    """
    told = [alt.Tooltip("class:N"), alt.Tooltip("adds:Q", format="+.3g"), *told_ends("+.3g")]
    # What may as well be nothing is neutral.
    tone = (
        alt.when(alt.datum.low > 0).then(alt.value(colour("good")))
        .when(alt.datum.high < 0).then(alt.value(colour("bad")))
        .otherwise(alt.value(colour("neutral")))
    )  # fmt: skip
    marks = dots(rows(table, "class", told, color=tone), "adds", title="added to the score (logit)")
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=colour("neutral")).encode(x=alt.X("zero:Q"))
    return layer(zero, *marks, height=28 * len(table) + 50, description="What the unit adds to the score of each class")


def over_depth(table: pd.DataFrame, title: str, chance: float, deepest: int) -> Chart:
    """One question over the depth of the network: trained in colour, untrained beside, chance dashed.

    Args:
        table: columns network, layer, depth, score, low, high.
        title: the question.
        chance: the level that guessing reaches.
        deepest: where the horizontal axis ends.
    """
    colours = alt.Scale(domain=["trained", "untrained"], range=[colour("good"), colour("neutral")])
    base = alt.Chart(table).encode(
        x=alt.X("depth:Q", title="depth", scale=alt.Scale(domain=[0, deepest]),
                axis=alt.Axis(tickMinStep=1, format="d")),
        color=alt.Color("network:N", scale=colours, legend=None),
        tooltip=[
            alt.Tooltip("network:N"),
            alt.Tooltip("layer:N"),
            alt.Tooltip("score:Q", format=".0%"),
            alt.Tooltip("low:Q", title="from", format=".0%"),
            alt.Tooltip("high:Q", title="to", format=".0%"),
        ],
    )  # fmt: skip
    height = alt.Y("score:Q", title=None, scale=alt.Scale(domain=[min(0.0, float(table["low"].min())), 1]),
                   axis=alt.Axis(format="%"))  # fmt: skip
    band = base.mark_area(opacity=0.18).encode(y=alt.Y("low:Q", title=None), y2=alt.Y2("high:Q"))
    line = base.mark_line(strokeWidth=2, point=alt.OverlayMarkDef(filled=True, size=40)).encode(y=height)
    guess = (
        alt.Chart(pd.DataFrame({"chance": [chance]}))
        .mark_rule(strokeDash=[4, 4], color=colour("neutral"))
        .encode(y=alt.Y("chance:Q"), tooltip=[alt.Tooltip("chance:Q", title="by guessing", format=".0%")])
    )
    return layer(band, guess, line, height=240, title=title, description=f"{title}, over depth")


def accuracies(table: pd.DataFrame, marked: str) -> Chart:
    """Accuracy of some classifiers with 95% intervals, one of them in colour.

    Args:
        table: columns classifier, accuracy, low, high, correct, n.
        marked: the one in colour.
    """
    told = [
        alt.Tooltip("classifier:N"),
        alt.Tooltip("correct:Q", title="right"),
        alt.Tooltip("n:Q", title="of"),
        *told_ends(".1%"),
    ]
    tone = alt.condition(alt.datum.classifier == marked, alt.value(colour("good")), alt.value(colour("neutral")))
    base = rows(table.sort_values("accuracy", ascending=False), "classifier", told, color=tone)
    axis = alt.Axis(format="%")
    marks = dots(base, "accuracy", title="right answers", axis=axis, scale=alt.Scale(domain=[0, 1]))
    numbers = base.mark_text(dy=-12, fontSize=13).encode(
        x=alt.X("accuracy:Q"), text=alt.Text("accuracy:Q", format=".0%")
    )
    return layer(
        *marks,
        numbers,
        height=48 * len(table) + 40,
        description="Right answers of the network and of hand-made features",
    )
