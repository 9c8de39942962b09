"""Any two maps of one picture beside each other: their difference, and how alike they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from core import attribution, render
from core.attribution.comparison import compare
from core.glossary import meaning
from pages.parts.attribution import compute
from pages.parts.attribution.maps import draw_map, tile
from pages.parts.attribution.question import Question
from pages.parts.shared import charts, controls, style
from pages.parts.shared.controls import spaced
from pages.parts.state.current_run import Opened

SIDE = 224
AS_ABOVE = "as above"


def draw(opened: Opened, question: Question, class_names: tuple[str, ...]) -> None:
    """The comparison, folded away."""
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
        with st.container(horizontal=True, gap="small"):
            one_map = _draw_one(opened, asked_first, first, titles[0])
            other_map = _draw_one(opened, asked_second, second, titles[1])
            if one_map is None or other_map is None:
                return
            _draw_difference([one_map, other_map], titles)
        st.markdown(sentence(titles, [one_map, other_map]), help=meaning("likeness"))


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


def _draw_one(opened: Opened, question: Question, name: str, title: str) -> np.ndarray | None:
    info = attribution.methods()[name]
    settings = question.methods.get(name) or controls.read(info.Settings, name)
    values = None
    with tile(f"**{title}**", info.plain, SIDE):
        values = compute.ours(opened, question, name, settings)
        draw_map(question, values, f"{title}, compared,", SIDE, signed=info.draws_signed(settings))
    return values


def _draw_difference(maps: list[np.ndarray], titles: list[str]) -> None:
    difference = compare(*maps).difference
    with tile("**Difference**", meaning("difference of maps"), SIDE):
        charts.hover_map(render.heatmap(difference, signed=True), difference, SIDE, "Difference of the two maps")
        style.small(f"Orange: {titles[0]} marks it more. Blue: {titles[1]} does.")


def sentence(titles: list[str], maps: list[np.ndarray]) -> str:
    """How alike two maps are, in words."""
    found = compare(*maps)
    kind = "much the same pixels" if found.spearman >= 0.7 else "partly the same pixels"
    kind = kind if found.spearman >= 0.3 else "different pixels"
    same = titles[0] == titles[1]
    who = f"The two maps by {titles[0]}" if same else f"{titles[0]} and {titles[1]}"
    return f"{who} mark {kind}: rank correlation {found.spearman:.2f}, structural similarity {found.ssim:.2f}."
