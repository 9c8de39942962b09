"""The charts of what was learned: marks with their intervals, and a tree of questions."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import pandas as pd

from core.insight.surrogate import Node
from pages.parts.shared.charts import Chart, layer
from pages.parts.shared.interval_charts import rows
from pages.parts.shared.style import Colour, colour

ROW = 30
LABEL = 190
"""Widest label in pixels: what a phone has room for."""
AXIS = {"points": "points of 100", "log odds": "steps of odds", "logits": "points of the network's own score"}


def strengths(table: pd.DataFrame, unit: str) -> Chart:
    """How far each thing moves the answer: as the pictures are, and changed on purpose.

    Args:
        table: rows with `title`, `strength`, `cause_strength` (NaN where unknown) and `truth` (the object itself).
        unit: of the strengths.
    """
    told = [
        alt.Tooltip("title:N", title=" "),
        alt.Tooltip("strength:Q", title="as they are", format=".1f"),
        alt.Tooltip("cause_strength:Q", title="changed on purpose", format=".1f"),
    ]
    base = rows(table, "title", told, label=LABEL)
    fill = alt.condition("datum.truth", alt.value(colour("neutral")), alt.value(colour("good")))
    bars = base.mark_bar(height=12).encode(x=alt.X("strength:Q", title=AXIS[unit]), color=fill)
    marks = base.mark_point(shape="diamond", size=90, strokeWidth=2, color=colour("bad"), filled=False).encode(
        x=alt.X("cause_strength:Q")
    )
    return layer(
        bars,
        marks,
        height=ROW * len(table) + 40,
        description="How far each thing moves the answer in a typical picture",
    )


def forest(table: pd.DataFrame, unit: str) -> Chart:
    """Effects with their intervals; beside each, the same when the thing is changed on purpose.

    Args:
        table: rows with `title`, `effect`, `low`, `high`, `cause`, `cause_low`, `cause_high` and `sentence`.
        unit: of the effects.
    """
    pairs = (("effect", "low", "high", "circle", -5), ("cause", "cause_low", "cause_high", "diamond", 6))
    layers: list[Any] = [_zero()]
    tones: dict[str, Colour] = {"effect": "good", "cause": "bad"}
    for middle, low, high, shape, shift in pairs:
        if table[middle].notna().any():
            layers += _interval(table, middle, low, high, colour(tones[middle]), shape, shift)
    return layer(
        *layers, height=(ROW + 8) * len(table) + 50, description=f"Effects with their intervals, in {AXIS[unit]}"
    )


def two_groups(table: pd.DataFrame, unit: str) -> Chart:
    """Two groups' effects with their intervals, one above the other.

    Args:
        table: rows with `title`, `first`, `first_low`, `first_high`, the same of `second`, and `sentence`.
        unit: of the effects.
    """
    layers: list[Any] = [_zero()]
    marks: tuple[tuple[str, Colour, str, int], ...] = (("first", "good", "circle", -5), ("second", "bad", "diamond", 6))
    for name, tone, shape, shift in marks:
        layers += _interval(table, name, f"{name}_low", f"{name}_high", colour(tone), shape, shift)
    return layer(*layers, height=(ROW + 8) * len(table) + 50, description=f"Effects in both groups, in {AXIS[unit]}")


def ideas(table: pd.DataFrame) -> Chart:
    """How far each idea moves each class's score, beside what random pictures reach.

    Args:
        table: rows with `title`, `sensitivity`, `low`, `high`, `clear`, `sentence`.
    """
    base = rows(table, "title", [alt.Tooltip("sentence:N", title=" ")], label=LABEL)
    band = base.mark_bar(height=14, opacity=0.35, color=colour("neutral")).encode(
        x=alt.X("low:Q", title=AXIS["logits"]), x2=alt.X2("high:Q")
    )
    tone = alt.condition("datum.clear", alt.value(colour("good")), alt.value(colour("neutral")))
    marks = base.mark_point(filled=True, size=110, opacity=1).encode(x=alt.X("sensitivity:Q"), color=tone)
    return layer(
        _zero(),
        band,
        marks,
        height=ROW * len(table) + 50,
        description="How far each idea moves the score of each class",
    )


def weights(table: pd.DataFrame) -> Chart:
    """The points that each thing gives to one answer.

    Args:
        table: rows with `title` and `points`.
    """
    told = [alt.Tooltip("title:N", title=" "), alt.Tooltip("points:Q", format="+.2f")]
    fill = alt.condition("datum.points > 0", alt.value(colour("good")), alt.value(colour("bad")))
    bars = rows(table, "title", told, label=LABEL).mark_bar(height=12).encode(
        x=alt.X("points:Q", title="points for this answer (below zero: against it)"), color=fill
    )  # fmt: skip
    return layer(_zero(), bars, height=ROW * len(table) + 50, description="Points for one answer")


def tree(nodes: tuple[Node, ...]) -> Chart:
    """A tree of questions, from left to right: yes goes up, no goes down."""
    rows = _placed(nodes)
    table = pd.DataFrame(rows)
    lines = table.dropna(subset=["x2"])
    depth = int(table["depth"].max())
    x = alt.X("depth:Q", axis=None, scale=alt.Scale(domain=[-0.15, depth + 0.75]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(reverse=True))
    edges = (
        alt.Chart(lines)
        .mark_rule(strokeWidth=1.5, color=colour("neutral"))
        .encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
    )
    sides = (
        alt.Chart(lines)
        .transform_calculate(mx="0.55 * datum.depth + 0.45 * datum.x2", my="0.55 * datum.y + 0.45 * datum.y2")
        .encode(x=alt.X("mx:Q", axis=None), y=alt.Y("my:Q", axis=None), text=alt.Text("side:N"))
    )
    tips = [alt.Tooltip("text:N", title=" "), alt.Tooltip("n:Q", title="pictures"), alt.Tooltip("answer:N"),
            alt.Tooltip("share:Q", title="that get it", format=".0%")]  # fmt: skip
    base = alt.Chart(table).encode(x=x, y=y, tooltip=tips)
    tone = alt.condition("datum.end", alt.value(colour("good")), alt.value(colour("neutral")))
    dots = base.mark_point(filled=True, opacity=1).encode(
        color=tone, size=alt.Size("n:Q", scale=alt.Scale(range=[30, 260]), legend=None)
    )
    named = base.encode(text=alt.Text("label:N"))
    # Each text twice: a rim in the colour of the paper keeps the lines out of it.
    rim: dict[str, Any] = {"stroke": colour("paper"), "strokeWidth": 5}
    look: dict[str, Any] = {"align": "left", "dx": 11, "fontSize": 12.5, "lineBreak": "\n", "lineHeight": 14,
                            "baseline": "middle"}  # fmt: skip
    texts = [
        sides.mark_text(fontSize=12, **rim), sides.mark_text(fontSize=12, color=colour("text")),
        named.mark_text(**look, **rim), named.mark_text(**look, color=colour("text")),
    ]  # fmt: skip
    height = 46 * int(table["end"].sum()) + 30
    return layer(
        edges,
        dots,
        *texts,
        height=height,
        width=max(300, 205 * (depth + 1)),
        description="The rules as a tree of questions",
    )


def _placed(nodes: tuple[Node, ...]) -> list[dict[str, Any]]:
    """Each node with its place: ends one below the other, questions midway between theirs."""
    height: dict[int, float] = {}
    for row, node in enumerate(node for node in nodes if not node.question):
        height[node.number] = float(row)
    for node in reversed(nodes):
        below = [height[child.number] for child in nodes if child.parent == node.number]
        if below:
            height[node.number] = sum(below) / len(below)
    rows = []
    for node in nodes:
        end = not node.question
        text = f"{node.answer.replace('_', ' ')} ({node.share:.0%} of {node.n})" if end else f"{node.question}?"
        rows.append(
            {
                "depth": node.depth, "y": height[node.number], "n": node.n, "share": node.share, "end": end,
                "answer": node.answer.replace("_", " "), "text": text, "label": "\n".join(textwrap.wrap(text, 24)),
                "x2": None if node.parent is None else nodes[node.parent].depth,
                "y2": None if node.parent is None else height[node.parent], "side": "yes" if node.yes else "no",
            }
        )  # fmt: skip
    return rows


def _interval(table: pd.DataFrame, middle: str, low: str, high: str, tone: str, shape: str, shift: int) -> list[Any]:
    """A mark on its interval, a little above or below the row's middle."""
    named = rows(table, "title", [alt.Tooltip("sentence:N", title=" ")], label=LABEL)
    base = named.transform_filter(f"isValid(datum.{middle})")
    title = AXIS[str(table["unit"].iloc[0])]
    lines = base.mark_rule(strokeWidth=2.5, color=tone, yOffset=shift).encode(
        x=alt.X(f"{low}:Q", title=title), x2=f"{high}:Q"
    )
    marks = base.mark_point(shape=shape, size=80,
        filled=shape == "circle", fill=tone if shape == "circle" else colour("paper"),
                            stroke=tone, strokeWidth=2, opacity=1, yOffset=shift).encode(x=f"{middle}:Q")  # fmt: skip
    return [lines, marks]


def _zero() -> Any:
    return (
        alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=colour("neutral"), strokeDash=[4, 3]).encode(x=alt.X("x:Q"))
    )
