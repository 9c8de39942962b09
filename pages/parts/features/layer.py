"""A whole layer over the whole set: dead, silent and selective units, as charts, a table and a sheet of pictures."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core import text as words
from core.features import Visualization, VisualizeSettings
from core.glossary import meaning
from pages.parts.features import charts as features_charts
from pages.parts.features import compute as work
from pages.parts.features import pictures
from pages.parts.features.compute import Asked
from pages.parts.shared import charts, frame, long_work, style
from pages.parts.shared.controls import spaced

TABLE = "feature_table"
UNITS = 24
PICKY = 0.5  # of the class selectivity index: three times as strong as the rest


def draw(
    asked: Asked, table: pd.DataFrame, order: list[int], marked: int, making: VisualizeSettings,
    sheet: list[int] | None,
) -> None:  # fmt: skip
    """The layer's survey.

    Args:
        order: the units from first to last.
        marked: the unit that the dials name.
        sheet: the units that pictures are made for; None for the layer as a whole.
    """
    table = table.assign(prefers=table["prefers"].map(spaced))
    draw_answer(asked, table)
    with frame.boundary():
        draw_sheet(asked, sheet, table, making)
    live = table[~table["dead"]]
    if live["selectivity"].notna().any():
        st.header("Which class each unit prefers", anchor=False, help=meaning("selectivity"))
        charts.show(features_charts.selectivity(live[["unit", "selectivity", "prefers", "sparsity", "peak"]], marked))
        style.small(
            f"0: all classes alike, 1: one class alone. Each mark is a unit; unit {marked} is in orange. Point at one "
            "to see its numbers."
        )
        st.header("Mean answer to each class", anchor=False)
        charts.show(features_charts.class_means(means(table, order[:UNITS])))
        style.small(f"The first {min(UNITS, len(order))} of {len(table)} units, in the order that was chosen.")
    draw_table(table, order)


def draw_answer(asked: Asked, table: pd.DataFrame) -> None:
    """How many units are alive, and how many care for one class."""
    dead, units = int(table["dead"].sum()), len(table)
    picky = int((table["selectivity"] >= PICKY).sum())
    alive = "All units are alive" if not dead else f"{dead} of {units} units are dead"
    frame.answer(
        alive,
        f"{picky} of {units} units answer one class at least three times as strongly as the others. On average a unit "
        f"is silent at {words.confidence_words(table['sparsity'].mean())} of all places.",
        f"{asked.layer} over {len(asked.data):,} pictures.",
        tone="bad" if dead else "good",
    )


def draw_sheet(asked: Asked, units: list[int] | None, table: pd.DataFrame, making: VisualizeSettings) -> None:
    """Pictures made for several units in one go, or for all units together."""
    title = "What activates the whole layer most" if units is None else "What activates the first units most"
    st.header(title, anchor=False, help=meaning("feature visualisation"))
    place = st.empty()
    prefers = dict(zip(table["unit"], table["prefers"], strict=True))
    each = [f"unit {unit}" + (f", {prefers[unit]}" if prefers[unit] else "") for unit in units or ()]
    captions = [caption for caption in each or ["the whole layer"] for _ in range(making.variants)]
    what = "the layer" if units is None else f"{len(units)} units"

    def show(seen: Visualization) -> None:
        pictures.show_made(
            place, seen, captions, side=pictures.LARGE if units is None else pictures.SMALL, mattered=False
        )

    of: dict[str, Any] = {"layer": asked.layer, "units": units}
    wanted = f"_sheet_{work.made_key(asked, making, of)}"
    if not st.session_state.get(wanted) and work.finished_pictures(asked, making, of) is None:
        style.small("A progress bar shows the time left. You can stop at any time.")
        st.button(
            f"Visualise {what}",
            key="feature_sheet_go",
            icon=":material/brush:",
            on_click=long_work.request,
            args=(wanted,),
        )
        return
    seen = work.pictures(asked, making, of, f"Visualising {what}", show)
    if seen is not None:
        pictures.downloads(seen, f"{asked.layer}_units".replace("/", "_"), "feature_sheet")


def means(table: pd.DataFrame, units: list[int]) -> pd.DataFrame:
    """Mean answers as one row a pair: unit, class, mean."""
    columns = {name: spaced(name.removeprefix("mean of ")) for name in map(str, table) if name.startswith("mean of ")}
    chosen = table.set_index("unit").loc[units, list(columns)].rename(columns=columns).reset_index()
    return chosen.melt("unit", var_name="class", value_name="mean")


def draw_table(table: pd.DataFrame, order: list[int]) -> None:
    """Every unit with its numbers; a click on a row chooses the unit."""
    st.header("All units", anchor=False)
    shown = table.set_index("unit").loc[order].reset_index()
    st.session_state["_feature_rows"] = order
    st.dataframe(
        shown,
        hide_index=True,
        height=320,
        key=TABLE,
        on_select=choose,
        selection_mode="single-row",
        column_config={
            "unit": st.column_config.NumberColumn(help=meaning("unit"), pinned=True),
            "mean": st.column_config.NumberColumn(format="%.3g"),
            "peak": st.column_config.NumberColumn("strongest", format="%.3g"),
            "sparsity": st.column_config.ProgressColumn("silent at", help=meaning("sparsity"), format="percent",
                                                        min_value=0, max_value=1),
            "dead": st.column_config.CheckboxColumn(help=meaning("dead unit")),
            "selectivity": st.column_config.NumberColumn(help=meaning("selectivity"), format="%.2f"),
        },
    )  # fmt: skip
    style.small("Choose a row to make it the current unit; it opens under One unit.")


def choose() -> None:
    """Make the unit of the selected row the current one."""
    rows = st.session_state[TABLE].selection.rows
    if rows:
        st.session_state["feature_unit"] = int(st.session_state["_feature_rows"][rows[0]])
