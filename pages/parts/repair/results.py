"""What a ladder found: the verdict, its rungs, all figures, the groups, and the way to adopt a network."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.repair import by_group
from pages.parts.repair import charts as repair_charts
from pages.parts.repair import lineage, pictures
from pages.parts.shared import charts, frame, style, words
from pages.parts.shared.progress import duration

if TYPE_CHECKING:
    from core.repair import Ladder

SHOWN = "shown_fix"
FIGURES = {
    "worst_group": "Worst group",
    "accuracy": "All pictures",
    "reversed": "Shortcut reversed",
    "mass": "On the object, times its share",
    "ece": "Calibration error",
    "gain": "Gain over training on",
}
SHARES = ("worst_group", "accuracy", "reversed", "gain")


def draw(found: Ladder, adopted: str, below: DeltaGenerator) -> None:
    """Everything that is known of a ladder: the verdict here, the evidence below.

    Args:
        adopted: key of the run that is the current one.
        below: where the evidence stands.
    """
    draw_verdict(found)
    name = draw_choice(found, adopted)
    with below:
        st.header("How far each comes", anchor=False, help=words.meaning("worst group"))
        draw_rungs(found)
        draw_figures(found)
        if name is None:
            return
        st.header("Group by group", anchor=False)
        charts.show(repair_charts.groups(by_group(found, name)))
        pictures.draw(found, name)


def draw_verdict(found: Ladder) -> None:
    """The box at the top."""
    if not found.symptoms:
        verdict, tone = "Nothing to fix", "good"
    elif found.best is not None:
        verdict, tone = "It helped", "good"
    else:
        verdict, tone = "Not beyond doubt", "bad"
    seeds = int(found.table["seeds"].max())
    small = f"{found.judge.limits} {len(found.judge.data):,} pictures, {seeds} seed{'s' if seeds > 1 else ''}."
    frame.answer(verdict, found.sentence, small, tone=tone)


def draw_choice(found: Ladder, adopted: str) -> str | None:
    """Which fix is looked at, and the button that adopts its network; None where only one thing was tried."""
    tried = found.table.loc[~found.table["control"], ["fix", "title"]]
    if tried.empty:
        return None
    titles = dict(zip(tried["fix"], tried["title"], strict=True))
    options = list(titles)
    top = found.best or max(options, key=lambda name: _value(found, name))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Look at",
            options,
            options.index(top),
            format_func=titles.__getitem__,
            key=SHOWN,
            help="Which fix the pictures and groups below are about.",
            width=340,
        )
        lineage.draw_adoption(found, name, adopted)
    return str(name)


def draw_rungs(found: Ladder) -> None:
    """The chart of all rungs."""
    charts.show(repair_charts.rungs(found.table, found.measure, found.best))


def draw_figures(found: Ladder) -> None:
    """Every figure with its interval, folded away."""
    with st.expander("All figures, with their intervals of 95%", key="figures"):
        st.dataframe(figures(found.table), hide_index=True)
        style.small(
            "Gain is over training on as before for as long, paired by seed and by picture; p is the larger of a test "
            "over pictures and one over seeds, corrected for the number of fixes (Holm)."
        )


def figures(table: pd.DataFrame) -> pd.DataFrame:
    """The table in words."""
    shown = pd.DataFrame({"": table["title"]})
    for name, title in FIGURES.items():
        shown[title] = [_spread(row, name) for row in table.to_dict("records")]
    shown["p, corrected"] = ["–" if math.isnan(p) else f"{p:.3f}" for p in table["p_corrected"]]
    shown["Elsewhere"] = ["–" if math.isnan(change) else f"{change:+.1%}" for change in table["elsewhere"]]
    shown["Training"] = [duration(seconds) for seconds in table["seconds"]]
    return shown


def _spread(row: dict[object, float], name: str) -> str:
    value, low, high = (row[key] for key in (name, f"{name}_low", f"{name}_high"))
    if math.isnan(value):
        return "–"
    style_of = "{:.0%}" if name in SHARES else "{:.2f}"
    if math.isnan(low):
        return style_of.format(value)
    return f"{style_of.format(value)} ({style_of.format(low)} to {style_of.format(high)})"


def _value(found: Ladder, name: str) -> float:
    return float(found.table.set_index("fix")[found.measure].astype(float)[name])
