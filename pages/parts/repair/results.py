"""What a ladder found: the verdict, its rungs, all figures, the groups, and the way to adopt a network."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.glossary import meaning
from core.repair import KEEP_TRAINING, by_group
from pages.parts.repair import charts as repair_charts
from pages.parts.repair import lineage, pictures, proof_check
from pages.parts.shared import charts, frame, style
from pages.parts.shared.progress import duration

if TYPE_CHECKING:
    from core.repair import Ladder
    from core.repair.history import Proof
    from pages.parts.state.current_run import Opened

TITLES = repair_charts.TITLES
SHOWN = "shown_fix"
FIGURES = {
    "worst_group": "Worst group",
    "accuracy": "All pictures",
    "reversed": "Shortcut reversed",
    "mass": "On the object, times its share",
    "ece": "Calibration error",
    "gain": "Gain over more training",
}
SHARES = ("worst_group", "accuracy", "reversed", "gain")


def draw(proof: Proof, ladder: Ladder | None, opened: Opened, below: DeltaGenerator) -> None:
    """Everything that is known of a ladder: the verdict here, the evidence below.

    Args:
        proof: its verdict and figures.
        ladder: the same with all answers, for groups and pictures; None while these are not at hand.
        opened: the current run.
        below: where the evidence stands.
    """
    draw_verdict(proof)
    name = draw_choice(proof, opened)
    proof_check.draw(proof, opened)
    with below:
        st.header("Results", anchor=False, help=meaning("worst group"))
        draw_rungs(proof)
        draw_figures(proof)
        if name is None or ladder is None:
            return
        st.header("Group by group", anchor=False)
        charts.show(repair_charts.groups(by_group(ladder, name)))
        pictures.draw(ladder, name)


def draw_verdict(found: Proof) -> None:
    """The box at the top."""
    seeds = int(found.table["seeds"].max())
    if not found.symptoms:
        verdict, tone = "Nothing to fix", "good"
    elif found.best is not None:
        verdict, tone = ("It helped" if seeds > 1 else "It helped in one training"), "good"
    else:
        verdict, tone = "Not beyond doubt", "bad"
    small = f"{found.limits} {found.pictures:,} pictures, {seeds} seed{'s' if seeds > 1 else ''}."
    frame.answer(verdict, found.sentence, small, tone=tone)


def draw_so_far(partial: Ladder) -> None:
    """What the trainings that are finished say; not yet the proof."""
    tried = partial.table.loc[~partial.table["control"]]
    controls = partial.table.set_index("fix")[partial.measure].astype(float)
    if tried.empty or KEEP_TRAINING not in controls:
        frame.answer("So far", "The first fix is being trained. The first results appear here shortly.")
        return
    top = tried.sort_values(partial.measure, ascending=False, kind="stable").iloc[0]
    seeds = int(top["seeds"])
    frame.answer(
        "So far",
        f"{top['title']}: {top[partial.measure]:.0%} {TITLES[partial.measure]}, against "
        f"{controls[KEEP_TRAINING]:.0%} with more training alone.",
        f"From {seeds} training{'s' if seeds > 1 else ''}. More trainings show whether that is luck.",
    )


def draw_choice(found: Proof, opened: Opened) -> str | None:
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
            help="The fix shown in the groups and pictures below.",
            width=340,
        )
        lineage.draw_adoption(found, name, opened)
    return str(name)


def draw_rungs(found: Proof | Ladder) -> None:
    """The chart of all rungs."""
    charts.show(repair_charts.rungs(found.table, found.measure, found.best))


def draw_figures(found: Proof) -> None:
    """Every figure with its interval, folded away."""
    with st.expander("All figures, with their intervals of 95%", key="figures"):
        st.dataframe(figures(found.table), hide_index=True)
        style.small(
            "Gain is over training for just as long without a fix, paired by seed and by picture; p "
            "is the larger of a test "
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


def _value(found: Proof, name: str) -> float:
    return float(found.table.set_index("fix")[found.measure].astype(float)[name])
