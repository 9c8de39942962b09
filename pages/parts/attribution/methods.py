"""Which methods are asked: a list, a choice by family with what each costs, and the dials of each."""

from __future__ import annotations

from typing import Any, get_args

import streamlit as st

from core import attribution
from core.attribution.base import Family, MethodInfo
from core.glossary import meaning
from core.settings import Settings
from pages.parts.markdown import literal
from pages.parts.shared import controls, style
from pages.parts.state import caches, old_titles
from pages.parts.state.current_run import Opened

STARTERS = ("grad_cam", "occlusion")


def draw(opened: Opened, layer: str | None) -> dict[str, Settings]:
    """The methods to show in the order of their families, with the settings of each."""
    known = attribution.methods()
    titles = {info.title: name for name, info in known.items()}
    old_titles.apply("methods", old_titles.METHODS, titles)
    names = st.multiselect(
        "Methods",
        list(known),
        [name for name in STARTERS if name in known],
        format_func=lambda name: known[name].title,
        key="methods",
        help="Each method answers the question in its own way. Trust them more where they agree.",
        wrap=True,
        bind="query-params",
    )
    with st.popover("Choose by family", icon=":material/category:", type="tertiary", key="families"):
        _draw_families(known, names)
    chosen = {}
    for name in [name for name in known if name in names]:
        with st.expander(literal(f"{known[name].title}: settings"), key=f"{name}_dials"):
            st.markdown(literal(known[name].plain))
            if known[name].caveat:
                style.small(known[name].caveat)
            place = st.empty()
            chosen[name] = controls.draw(known[name].Settings, name)
            with place:
                style.small(f"{cost(opened, known[name], chosen[name], layer)} {known[name].reference}".strip())
    return chosen


def _draw_families(known: dict[str, MethodInfo], names: list[str]) -> None:
    """One row a family. The list is what counts: each row follows it, and a press on one changes it."""
    for family in get_args(Family):
        members = [name for name in known if known[name].family == family]
        if not members:
            continue
        key = f"_family_{family}"
        st.session_state[key] = [name for name in members if name in names]
        st.pills(
            family.capitalize(),
            members,
            selection_mode="multi",
            format_func=lambda name: known[name].title,
            key=key,
            help=meaning(family),
            on_change=_take,
            args=(key, tuple(members), tuple(known)),
        )


def _take(key: str, members: tuple[str, ...], order: tuple[str, ...]) -> None:
    others = {name for name in st.session_state["methods"] if name not in members}
    wanted = others | set(st.session_state[key] or ())
    st.session_state["methods"] = [name for name in order if name in wanted]


def cost(opened: Opened, info: MethodInfo, settings: Settings, layer: str | None) -> str:
    """How much work one picture is, in words; empty where nobody has counted."""
    if info.cost is None:
        return ""
    number = info.cost(settings, opened.run.input_shape, map_count(opened, layer)).evaluations
    return f"About {number:,} {'evaluation' if number == 1 else 'evaluations'} of the network per picture."


def map_count(opened: Opened, layer: str | None) -> int:
    """How many maps a layer gives; the last convolution for None."""
    rows: list[Any] = [row for row in caches.layers(opened.run.key, opened.run) if row.spatial]
    named = [row for row in rows if row.path == layer]
    convolutions = [row for row in rows if "Conv" in row.kind]
    chosen = (named or convolutions or rows)[-1:]
    return int(chosen[0].shape[-1] or 1) if chosen else 1
