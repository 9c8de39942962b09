"""The runs that were made before, the latest first."""

from __future__ import annotations

import streamlit as st

from core.access import published_keys
from core.networks import RunInfo
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import style
from pages.parts.state import access, current_run, links

LISTED = 10


def draw() -> None:
    """The runs that are kept, the latest first."""
    published = published_keys(access.store().whole)
    past = current_run.listed_runs()
    with st.expander(f"Past runs ({len(past)})", icon=":material/history:", key="past"):
        for info in past[:LISTED]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    "Open", key=f"open_{info.key}", on_click=_open, args=(info,), disabled=info.key == links.current()
                )
                _draw_comparison(info)
                st.markdown(_past_words(info, info.key in published), width="stretch")
        if len(past) > LISTED:
            style.small(f"{len(past) - LISTED} older ones are kept too; open them by their links.")


def _draw_comparison(info: RunInfo) -> None:
    """The way to a comparison of the current run with this one."""
    if links.current() in ("", info.key):
        return
    carried = links.parameters(links.recipe_text(), **{links.WITH: info.key})
    st.page_link("pages/compare.py", label="Compare", icon=":material/compare:", query_params=carried)


def _open(info: RunInfo) -> None:
    links.open_run(info.key)
    if links.MATERIAL in info.about and "game" in info.about[links.MATERIAL]:
        links.write_recipe(current_run.recipe_of(info))
        return
    links.write_recipe({**current_run.recipe_of(info), links.TRAINING: info.training_spec.model_dump(mode="json")})


def _past_words(info: RunInfo, published: bool) -> Markdown:
    stopped = ", stopped" if info.cancelled else ""
    when = info.made[:16].replace("T", " ")
    shared = ", published" if published else ""
    title = literal(f"{info.about.get('title', 'Own data')}:")
    return Markdown(f"{title} **{info.accuracy:.1%}** right{stopped} :small[{literal(when + shared)}]")
