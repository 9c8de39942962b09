"""What the study advises, small, with the ways on: to the study, and to the heatmap that it advises."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from core import attribution
from core.errors import HunchError
from core.experiments.study.conclusions.advice_file import StudyAdvice, read_advice
from core.experiments.study.conclusions.recommend import Recommendation, on_method, on_silence, recommend
from pages.parts.shared import style

STUDY, ATTRIBUTION = "pages/usefulness.py", "pages/attribution.py"


def draw_flaw(flaw: str, carried: Mapping[str, str]) -> None:
    """The advice on one flaw.

    Args:
        flaw: a name of `core.flaws` or of a detector.
        carried: what the links carry, as `links.parameters` gives it.
    """
    _draw(lambda study: recommend(flaw, study), carried)


def draw_silence(carried: Mapping[str, str]) -> None:
    """What it says to somebody whose network shows no flaw; see `draw_flaw`."""
    _draw(on_silence, carried)


def draw_method(method: str, carried: Mapping[str, str]) -> None:
    """What it says of an attribution method; see `draw_flaw`."""
    _draw(lambda study: on_method(method, study), carried)


@st.cache_data(show_spinner=False)
def _study() -> StudyAdvice:
    return read_advice()


def _draw(advise: Callable[[StudyAdvice], Recommendation], carried: Mapping[str, str]) -> None:
    try:
        found = advise(_study())
    except HunchError as error:
        style.small(error.sentence)
        return
    style.small(found.text)
    if not found.note:
        return
    style.small(found.note)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.page_link(STUDY, label="Do these methods help?", icon=":material/balance:", query_params=dict(carried))
        if found.heatmap:
            title = attribution.methods()[found.heatmap].title
            st.page_link(
                ATTRIBUTION, label=f"Look with {title}", icon=":material/center_focus_strong:",
                query_params={**carried, "methods": title},
            )  # fmt: skip
