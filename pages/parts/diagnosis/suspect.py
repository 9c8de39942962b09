"""One suspect: what was found, where, in which pictures, and what can be done about it."""

from __future__ import annotations

import json

import numpy as np
import streamlit as st

from core import render
from core import text as words
from core.datasets import Dataset
from core.diagnosis import Suspect
from core.hunches import hunch_info
from core.hunches.mask_edits import draw_outline
from core.repair import fixes, settings_for
from pages.parts.diagnosis import charts as diagnosis_charts
from pages.parts.hunches.parser import HUNCH, prefix
from pages.parts.markdown import literal
from pages.parts.shared import charts, controls, gallery, study_advice, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile
from pages.parts.state import links
from pages.parts.state.current_run import Opened, recipe_of

HUNCHES, REPAIR = "pages/hunches.py", "pages/repair.py"
SIDE, SHOWN, BARS = 108, 8, 12
MOST = 0.5
LINE = (210, 105, 30)


def draw(opened: Opened, suspect: Suspect, *, first: bool) -> None:
    """A suspect that is accused, in full.

    Args:
        first: whether it is the likeliest, which the answer has told already, and whose fix is the next step.
    """
    if first:
        draw_steps(opened, suspect, first=True)
        st.header("Evidence", anchor=False)
        draw_found(opened, suspect)
        return
    with st.container(border=True, key=f"suspect_{suspect.flaw}"):
        st.header(literal(suspect.title), anchor=False)
        st.markdown(literal(suspect.evidence))
        style.small(strength(suspect))
        draw_steps(opened, suspect, first=False)
        draw_found(opened, suspect)


def draw_found(opened: Opened, suspect: Suspect) -> None:
    """The pictures, what was measured, and how well such a flaw is told at all."""
    draw_pictures(opened, suspect)
    draw_chart(suspect)
    study_advice.draw_flaw(suspect.flaw, links.parameters(links.format_recipe(recipe_of(opened.run))))


def strength(suspect: Suspect) -> str:
    """What it costs, how sure it is, and what else is about the same pixels, in plain sentences."""
    cost = suspect.harm.sentence if suspect.harm is not None else ""
    sure = ""
    if suspect.p_value is not None:
        value = "below 0.001" if suspect.p_value < 0.001 else f"{suspect.p_value:.3f}"
        sure = f"p {value}, corrected for all detectors."
    strong = f"Score {suspect.score:.2f} of 1; 0.50 is the smallest effect worth a word."
    return " ".join(filter(None, (cost, sure, strong)))


def draw_steps(opened: Opened, suspect: Suspect, *, first: bool) -> None:
    """The ways on: mend it, or see the hunch that would confirm it."""
    recipe = links.format_recipe(recipe_of(opened.run))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if suspect.fixes:
            told = links.parameters(recipe, **mending(suspect))
            if first:
                links.button(REPAIR, "Fix it", ":material/build:", told, key="fix_it")
            else:
                st.page_link(REPAIR, label="Fix it", icon=":material/build:", query_params=told)
        if suspect.hunch:
            told = links.parameters(recipe, **confirming(suspect))
            label = literal(f"Test the hunch: {hunch_info(suspect.hunch).title}")
            st.page_link(HUNCHES, label=label, icon=":material/experiment:", query_params=told)
    names = [fixes()[name].title for name in suspect.fixes if name in fixes()]
    if names:
        style.small(f"Possible fixes: {', '.join(names)}.")


def mending(suspect: Suspect) -> dict[str, str]:
    """What a link to the screen about fixes carries: the best-suited fix, with what was found as its settings."""
    ready = settings_for(suspect)
    name = next(iter(ready), "")
    return {"fixes": json.dumps({name: ready[name]}, separators=(",", ":"))} if name else {}


def confirming(suspect: Suspect) -> dict[str, str]:
    """What a link to the screen about hunches carries: the hunch and its dials."""
    info = hunch_info(suspect.hunch)
    dials = controls.in_link(info.Settings.of(**suspect.settings), prefix(info.name))
    return {HUNCH: info.title, **{name: value for name, value in dials.items() if isinstance(value, str)}}


def draw_pictures(opened: Opened, suspect: Suspect) -> None:
    """Pictures that show it best, with the place draw_outline where there is one."""
    data: Dataset = getattr(opened.planted.splits, suspect.part)
    rows = np.asarray(suspect.indices)[:SHOWN]
    if not len(rows):
        return
    tiles = [Tile(_seen(data.images[row], suspect), _alt(data, row, suspect), _caption(data, row)) for row in rows]
    gallery.show(tiles, side=SIDE, key=f"examples_{suspect.flaw}")
    place = " The outline shows where." if _small(suspect) else ""
    style.small(f"The {suspect.part} pictures that show it best.{place}")


def _seen(image: np.ndarray, suspect: Suspect) -> np.ndarray:
    picture = render.as_rgb(image)
    if suspect.mask is None or not _small(suspect):
        return picture
    return draw_outline(picture, suspect.mask, 2 * SIDE, LINE)


def _small(suspect: Suspect) -> bool:
    """Whether it is at a place that a line can show, rather than all over the picture."""
    return suspect.mask is not None and 0 < suspect.mask.mean() < MOST


def _caption(data: Dataset, row: int) -> str:
    return f"labelled {spaced(data.class_names[data.labels[row]])}"


def _alt(data: Dataset, row: int, suspect: Suspect) -> str:
    name = words.with_article(spaced(data.class_names[data.labels[row]]))
    return f"Picture {row}, labelled as {name}, an example of {suspect.title.lower()}"


def draw_chart(suspect: Suspect) -> None:
    """What was measured."""
    if not len(suspect.data):
        return
    shown = suspect.data.head(BARS)
    charts.show(
        diagnosis_charts.evidence(
            shown,
            suspect.axis,
            suspect.threshold,
            raised=suspect.raised,
            description=f"{suspect.title}: {suspect.axis}",
        )
    )
    if len(shown) < len(suspect.data):
        style.small(f"The first {len(shown)} of {len(suspect.data)} rows.")
