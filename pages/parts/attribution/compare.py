"""Any two maps of one picture beside each other: their difference, and how alike they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from core import attribution
from core.attribution.comparison import compare
from core.glossary import meaning
from pages.parts.attribution import compute, maps
from pages.parts.attribution.question import Question
from pages.parts.markdown import literal
from pages.parts.shared import controls, frame, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.picture.shown import Map
from pages.parts.state.current_run import Opened

SIDE = 224
AS_ABOVE = "as above"


def draw(opened: Opened, question: Question, class_names: tuple[str, ...], pending: Sequence[str]) -> None:
    """The comparison, folded away.

    Args:
        pending: methods whose fine maps are still to come.
    """
    place = st.expander("Compare two maps", key="comparing", on_change="rerun", bind="query-params")
    if not place.open:
        return
    chosen = list(dict.fromkeys([*question.methods, *attribution.methods()]))
    with place:
        one, other = st.columns(2)
        with one:
            first, asked_first = _draw_side(question, class_names, "First", chosen[0])
        with other:
            second, asked_second = _draw_side(question, class_names, "Second", chosen[1])
        titles = [attribution.methods()[name].title for name in (first, second)]
        asked = ((first, asked_first), (second, asked_second))
        if any(name in pending and each.target == question.target for name, each in asked):
            style.small("Fine maps are compared, and one of these is not there yet.")
            return
        one_map = _made(opened, asked_first, class_names, first, "first")
        other_map = _made(opened, asked_second, class_names, second, "second")
        if one_map is None or other_map is None:
            return
        marks = (f"what {one_map.title} marks more", f"what {other_map.title} marks more")
        drawn = [one_map, other_map, difference(one_map, other_map, marks)]
        maps.draw_stage(question.picture, drawn, question.look, key="compared", side=SIDE)
        st.markdown(literal(sentence(titles, [one_map.values, other_map.values])), help=meaning("likeness"))


def _draw_side(question: Question, class_names: tuple[str, ...], label: str, default: str) -> tuple[str, Question]:
    """Which method, and which class it is asked about."""
    known, names = attribution.methods(), [spaced(name) for name in class_names]
    key = label.lower()
    method = st.selectbox(
        f"{label} map",
        list(known),
        None,
        format_func=lambda name: known[name].title,
        key=key,
        placeholder=known[default].title,
        help="Any method, with its dials as they are.",
        bind="query-params",
    )
    target = st.selectbox(
        f"{label} map speaks for",
        [AS_ABOVE, *names],
        key=f"{key}_for",
        help="Which class it is asked about.",
        bind="query-params",
    )
    asked = question if target == AS_ABOVE else replace(question, target=names.index(target))
    return method or default, asked


def _made(opened: Opened, question: Question, class_names: tuple[str, ...], name: str, key: str) -> Map | None:
    """The map of one side; None where it was stopped or failed."""
    info = attribution.methods()[name]
    settings = question.methods.get(name) or controls.read(info.Settings, name)
    made = None
    with frame.boundary(info.title):
        values = compute.ours(opened, question, name, settings)
        title = f"{info.title} for {maps.asked_about(question, class_names)}"
        made = maps.map_of(question, class_names, info, settings, values, name=key, title=title)
    return made


def difference(first: Map, second: Map, marks: tuple[str, str], *, name: str = "difference") -> Map:
    """The map of what the first marks more, less what the second marks more.

    Args:
        marks: what the bright and the dark end of its legend say.
        name: tells it from other maps on the screen.
    """
    values = compare(first.values, second.values).difference
    return Map(
        name, "Difference", values, True, *marks, badge="what is it?", reason=meaning("difference of maps")
    )  # fmt: skip


def sentence(titles: list[str], values: list[np.ndarray]) -> str:
    """How alike two maps are, in words."""
    kind, measures = likeness(values)
    same = titles[0] == titles[1]
    who = f"The two maps by {titles[0]}" if same else f"{titles[0]} and {titles[1]}"
    return f"{who} mark {kind}: {measures}"


def likeness(values: list[np.ndarray]) -> tuple[str, str]:
    """How alike two maps are: in words, and the measures behind them."""
    found = compare(*values)
    kind = "much the same pixels" if found.spearman >= 0.7 else "partly the same pixels"
    kind = kind if found.spearman >= 0.3 else "different pixels"
    return kind, f"rank correlation {found.spearman:.2f}, structural similarity {found.ssim:.2f}."
