"""Where a network comes from: data, network, fix, fix; adopting one, and undoing that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.networks.training.run import REPAIRED, RunInfo, run_info
from pages.parts.markdown import literal
from pages.parts.repair import examination
from pages.parts.shared import style
from pages.parts.state import links
from pages.parts.state.current_run import Opened

if TYPE_CHECKING:
    from core.repair.history import Proof

LONGEST = 12


def draw(opened: Opened) -> None:
    """The line from the data to the current run, and a way back where it was repaired."""
    ancestors = lineage(opened.run)
    if len(ancestors) < 2:
        return
    names = [opened.training_data.sentence, *(_named(info, number) for number, info in enumerate(ancestors))]
    steps = [literal(name) for name in names]
    with st.container(border=True, key="lineage"):
        st.markdown(" → ".join([*steps[:-1], f"**{steps[-1]}**"]))
        before = ancestors[-2]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                "pages/compare.py",
                label="Compare before and after",
                icon=":material/compare:",
                query_params=links.parameters(links.recipe_text(), **{links.WITH: before.key}),
            )
            st.button(
                "Undo: back to the network before",
                key="undo_fix",
                icon=":material/undo:",
                on_click=links.open_run,
                args=(before.key,),
            )


def lineage(info: RunInfo) -> list[RunInfo]:
    """The runs that led to this one, the first first; those that are not on this server end it."""
    found = [info]
    while len(found) < LONGEST:
        key = str(found[0].about.get(REPAIRED, ""))
        store = links.store_of(key)
        if store is None:
            break
        found.insert(0, run_info(key, store))
    return found


def draw_adoption(found: Proof, name: str, opened: Opened) -> None:
    """The button that makes a fix's network the current run."""
    key = found.runs[name]
    if key == opened.run.key:
        style.small("This network is the current run now.")
        return
    st.button(
        "Adopt this network",
        key="adopt",
        icon=":material/check:",
        type="primary" if found.best == name else "secondary",
        help="It becomes the current run on every screen, and is examined. You can go back to the one before.",
        on_click=examination.adopt,
        args=(key,),
    )


def _named(info: RunInfo, number: int) -> str:
    title = "Network" if number == 0 else str(info.about.get("title", "Fix"))
    return f"{title} ({info.accuracy:.0%} right on test)"
