"""A few pictures before, after and under the control: drawn anew whenever a dial moves."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core import text as words
from core.hunches import HunchInfo
from core.render import as_rgb
from core.settings import Settings
from pages.parts.hunches import compute, rectangle
from pages.parts.hunches.compute import TestedRun
from pages.parts.hunches.parser import prefix
from pages.parts.hunches.rectangle import RectangleCoveredSettings
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import charts, style
from pages.parts.shared.controls import spaced

SIDE, SHOWN = 124, 5
ARMS = ("as it is", "changed", "control")


def draw(tested_run: TestedRun, info: HunchInfo, settings: Settings) -> None:
    """The pictures, with what the network says of each."""
    st.subheader("What is changed", anchor=False)
    seen, answers = compute.look(tested_run, info, settings, SHOWN)
    if not len(seen.pictures):
        st.markdown(f"There is no picture to show it on. {literal(seen.lacking)}")
        return
    if isinstance(settings, RectangleCoveredSettings):
        rectangle.draw_picture(as_rgb(seen.pictures[0]), settings, prefix(info.name))
    names = [spaced(name) for name in tested_run.data.class_names]
    with st.container(horizontal=True, gap="small"):
        for column in range(len(seen.pictures)):
            truth = names[tested_run.data.labels[seen.indices[column]]]
            arms = [shown[column] for shown in (seen.pictures, seen.changed, seen.controls)]
            _draw_column(arms, answers[:, column], names, truth)
    style.small(f"Top to bottom: as it is, changed, and the control. {info.control}: that is the control.")


def _draw_column(arms: list[np.ndarray], answers: np.ndarray, names: list[str], truth: str) -> None:
    with st.container(width=SIDE, gap="xxsmall"):
        for arm, image, sure in zip(ARMS, arms, answers, strict=True):
            said = names[sure.argmax()]
            # Inside the page: the next change would take a file away while the browser fetches it.
            inside = charts.data_url(as_rgb(image), 2 * SIDE)
            st.image(inside, width=SIDE, alt=f"{words.with_article(truth)}, {arm}: the network says {said}")
            shown = literal(said) if said == truth else f":orange[**{literal(said)}**]"
            style.small(Markdown(f"{shown}, {_sure(float(sure.max()))}"))


def _sure(share: float) -> str:
    return words.confidence_words(share).replace("more than", "over")
