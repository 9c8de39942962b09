"""Do these methods help?: flawed and healthy networks, side by side, under every tool."""

from __future__ import annotations

import streamlit as st

from core.experiments.base import NOTHING_LEARNED
from pages.parts.shared import frame
from pages.parts.usefulness import compute as work
from pages.parts.usefulness import own, study

HERE = "pages/usefulness.py"


def main() -> None:
    """Draw the screen."""
    with frame.page(HERE, "Each tool has to tell flawed networks from healthy ones."):
        body()
        frame.next_step("pages/guide.py", "What is each of these tools?")


def body() -> None:
    """The answer, then one's own experiment. No fragment: in one, a press on "Stop" would wait."""
    with frame.boundary():
        place = st.container()
        plan = own.draw_own()
        found = work.run_plan(plan) if plan else None
        with place:
            if found is None:
                study.draw()
            elif found[1].empty:
                st.info(NOTHING_LEARNED)
            else:
                own.draw(*found, "Your own experiment.")


main()
