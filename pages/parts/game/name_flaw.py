"""Naming the flaw: twenty cards, and how it happens in real life on each."""

from __future__ import annotations

import streamlit as st

from core import flaws
from pages.parts.game.case import GIVEN_UP, Play, name
from pages.parts.markdown import literal
from pages.parts.shared import style

WIDTH = 226
GROUPS = {
    "data": "In the data",
    "specs": "In the network or its training",
    "serving": "In how pictures are served",
    "nothing": "Or nothing at all",
}


def draw(current: Play) -> None:
    """The cards, by where the flaw would sit."""
    st.header("Name the flaw", anchor=False)
    st.markdown("A wrong answer costs 20 points.")
    left = set(current.case.candidates) if "three" in current.hints else set(flaws.names())
    for place, title in GROUPS.items():
        infos = [flaws.info(each) for each in flaws.names() if flaws.info(each).place == place and each in left]
        if not infos:
            continue
        st.markdown(f"**{title}**")
        with st.container(horizontal=True, gap="small"):
            for info in infos:
                out = info.name in current.tries
                with st.container(border=True, width=WIDTH, height="stretch", gap="xxsmall", key=f"card_{info.name}"):
                    st.markdown(f"~~{literal(info.title)}~~" if out else f"**{literal(info.title)}**")
                    style.small("It was not this." if out else info.help)
                    st.button(
                        "This is it", key=f"name_{info.name}", disabled=out, on_click=name, args=(current, info.name)
                    )
    st.button("Give up and see the answer", key="give_up", type="tertiary", on_click=name, args=(current, GIVEN_UP))
