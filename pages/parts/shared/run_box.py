"""The current run, as the sidebar of every screen shows it, and opening another one by its link."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import streamlit as st

from core.errors import HunchError
from core.networks.training.run import RunInfo
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import access_notes, style
from pages.parts.state import links


def draw() -> None:
    """The current run, in the sidebar."""
    style.small(Markdown("**Current run**"))
    with st.container(border=True, gap="xsmall"):
        try:
            info = links.current_info()
            st.markdown(_described(info))
            if info is not None:
                access_notes.draw_run(info.key)
        except HunchError as error:
            # One bad run, or a store that is away, must not break a screen.
            st.error(literal(error.sentence), icon=":material/error:")
        with st.popover("Open a run", icon=":material/swap_horiz:", type="tertiary"):
            st.text_input("A link to it", key="_key", on_change=_open_typed, help="Copied under “Copy link”.")
            style.small("Past runs are listed under Train.")
        links.copy_button("copy_link")


def _open_typed() -> None:
    """Open the run of a pasted link; a key alone will do."""
    typed = st.session_state["_key"].strip()
    named = parse_qs(urlsplit(typed).query).get(links.RUN, [typed])
    links.open_run(named[0])


def _described(info: RunInfo | None) -> Markdown:
    if not links.current():
        return Markdown("None is open")
    if info is None:
        return Markdown("This run is not on this server, or its owner has not published it")
    return Markdown(f"{literal(info.about.get('title', 'Own run'))}  \n{info.accuracy:.1%} right on test")
