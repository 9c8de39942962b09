"""The same thing for two kinds of picture: does it have the same effect?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.glossary import meaning
from core.insight import RIGHT, DriverSettings, Sample, groupings
from core.insight import sentences as say
from core.insight.attributes import CLASS
from core.insight.subgroups import LOWER, UPPER
from core.spreadsheets import csv_of
from pages.parts.insight import charts as insight_charts
from pages.parts.insight import compute as work
from pages.parts.insight.compute import Asked
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import charts, frame, style
from pages.parts.shared.controls import spaced

SHOWN = 8
HALVES = {LOWER: "the lower half", UPPER: "the upper half"}


def draw(asked: Asked, settings: DriverSettings) -> None:
    """The picker for the two groups, and what differs between them."""
    answers = work.sample(asked, settings)
    if answers is None:
        return
    by, groups, of = draw_picker(asked, answers)
    if len(groups) != 2:
        frame.answer("Nothing to compare", "There is only one kind of picture here.")
        return
    table = work.compared(answers, asked, by, (groups[0], groups[1]), of, settings)
    names = (group_name(by, groups[0]), group_name(by, groups[1]))
    draw_verdict(table, names, of, settings)
    if table.empty:
        return
    draw_chart(table, names, settings)
    draw_table(table)


def draw_picker(asked: Asked, answers: Sample) -> tuple[str, tuple[str, ...], str]:
    """What groups the pictures, the two groups, and whose score is looked at."""
    kinds = groupings(answers.view)
    with st.container(horizontal=True):
        by = st.selectbox(
            "Group pictures by", list(kinds),
            format_func=lambda name: "what it is" if name == CLASS else say.title(name),
            key="insight_by", bind="query-params", help=meaning("interaction"), width=230,
        )  # fmt: skip
        groups = kinds[by]
        for key in ("insight_first", "insight_second"):
            if st.session_state.get(key) not in (None, *groups):
                st.session_state[key] = None
        first = st.selectbox(
            "These", groups, 0, format_func=spaced, key="insight_first", bind="query-params", width=180,
            help="The first group of pictures.",
        )  # fmt: skip
        second = st.selectbox(
            "Beside those", groups, min(1, len(groups) - 1), format_func=spaced, key="insight_second",
            bind="query-params", width=180, help="The second group of pictures.",
        )  # fmt: skip
        of = st.selectbox(
            "Sure of", [RIGHT, *asked.data.class_names], format_func=spaced, key="insight_sure", bind="query-params",
            width=180, help="Whose score is looked at: of whatever is right for the picture, or of one answer.",
        )  # fmt: skip
    first, second = first or groups[0], second or groups[-1]
    if first == second:
        second = next((group for group in groups if group != first), first)
        style.small(f"The same group twice; shown beside {spaced(second)}.")
    return by, tuple(dict.fromkeys((first, second))), of


def group_name(by: str, group: str) -> str:
    """A group in a sentence."""
    if by == CLASS:
        return spaced(group)
    if group in HALVES:
        return f"{HALVES[group]} of {say.title(by)}"
    return say.having(by, group)


def draw_verdict(table: pd.DataFrame, names: tuple[str, str], of: str, settings: DriverSettings) -> None:
    """Whether anything differs, and the most telling difference."""
    if table.empty:
        frame.answer(
            "Cannot be compared",
            f"There are too few pictures of {names[0]} and {names[1]}, or nothing varies in both groups alike.",
            "A group needs at least a dozen pictures.",
        )
        return
    found = table[table["clear"] | (table["cause_p"] < 1 - settings.confidence)]
    top = (found if len(found) else table).iloc[0]
    sentence = say.comparison_sentence(top, names[0], names[1], settings.unit, of)
    count = int(table["clear"].sum())
    small = f"{count} of {len(table)} differences are more than chance, corrected for looking at so many (Holm)."
    frame.answer(
        "They differ" if len(found) else "No difference found", sentence, small, tone="bad" if len(found) else "plain"
    )


def draw_chart(table: pd.DataFrame, names: tuple[str, str], settings: DriverSettings) -> None:
    """Both groups' effects, the most telling first."""
    st.header("Side by side", anchor=False, help=meaning("interval"))
    shown = table.dropna(subset=["first", "second"]).head(SHOWN)
    if shown.empty:
        st.markdown(
            "In the pictures as they are, nothing varies in both groups. What is said above comes from changed ones."
        )
        return
    titles = [say.having(row["attribute"], row["level"]) for row in shown.to_dict("records")]
    shown = shown.assign(
        title=titles,
        unit=settings.unit,
        sentence=[say.comparison_sentence(row, names[0], names[1], settings.unit) for _, row in shown.iterrows()],
    )
    charts.show(insight_charts.two_groups(shown, settings.unit))
    first, second = (literal(name) for name in names)
    style.small(
        Markdown(
            f":green[●] {first}. :orange[◇] {second}. Right of the line the network gets surer, left of it less sure. "
            "Bars that overlap may differ by chance alone."
        )
    )


def draw_table(table: pd.DataFrame) -> None:
    """All numbers."""
    with st.expander("All numbers", key="insight_group_numbers"):
        numbers = [
            str(name) for name in table if pd.api.types.is_float_dtype(table[name]) and "p" not in str(name).split("_")
        ]
        forms = {name: st.column_config.NumberColumn(format="%.1f") for name in numbers}
        st.dataframe(table.replace({np.inf: None, -np.inf: None}), hide_index=True, column_config=forms)
        st.download_button("CSV", csv_of(table), "groups.csv", "text/csv", key="insight_group_csv",
                           icon=":material/download:")  # fmt: skip
        style.small(
            "difference: first less second, with its interval. cause: the same difference when the thing is changed on "
            "purpose. Each group has a regression of its own, on the levels that both have."
        )
