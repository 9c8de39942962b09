"""The evidence of a case: what customers complain of, the tools to look with, and the hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core import game, render
from core import text as words
from core.datasets import Dataset
from core.game import SITS, Hint
from pages.parts.game.case import Play, ask, data_source, right, truth
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import frame, gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile
from pages.parts.state import caches, links

if TYPE_CHECKING:
    from core.networks import Run

SIDE, SHOWN, SEEN = 112, 12, 4
METHOD = "grad_cam"
TOOLS = (
    ("pages/data.py", "Look at the pictures", "The training pictures, class by class."),
    ("pages/train.py", "Read its training curves", "How training went, and which classes it mixes up."),
    ("pages/attribution.py", "Ask why", "Which pixels spoke for an answer."),
    ("pages/features.py", "Look inside", "What activates its units."),
    ("pages/hunches.py", "Test a hunch", "Change one thing, and count the answers that flip."),
    ("pages/diagnosis.py", "Search for flaws", "Runs every detector at once. Takes a while."),
)


def draw_wall(current: Play, run: Run) -> None:
    """The surest of the wrong answers that customers sent in."""
    planted = truth(current)
    names, answers = _answers(run, planted.judge)
    rows = game.confident_mistakes(planted.judge.labels, answers, SHOWN)
    st.header("Exhibit A: what customers complain of", anchor=False)
    if not len(rows):
        st.markdown("Nothing at all. Not one wrong answer came in.")
        return
    wrong = int((answers.argmax(axis=1) != planted.judge.labels).sum())
    st.markdown(
        f"Of {len(planted.judge):,} pictures that customers sent in, it got {wrong:,} wrong. "
        "Here are the ones with the highest confidence: the answer, the confidence, and the truth."
    )
    tiles = []
    for row in rows:
        said, is_ = names[answers[row].argmax()], names[planted.judge.labels[row]]
        sure = words.confidence_words(float(answers[row].max())).replace("more than", "over")
        caption = f":orange[**{literal(said)}**], {sure}"
        alt = f"{words.with_article(is_)}, which the network calls {said}"
        true = literal(words.with_article(is_))
        tiles.append(Tile(planted.judge.images[row], alt, Markdown(f"{caption}  \nis {true}")))
    with st.container(key="wall"):
        gallery.show(tiles, side=SIDE, key="complaint")


def draw_tools(current: Play) -> None:
    """The other screens, on this network."""
    st.header("Investigate", anchor=False)
    st.markdown(
        "Every tool of Hunch works on this network. None of them knows the answer. Come back when "
        "you have found the flaw."
    )
    carried = links.parameters(links.format_recipe({links.MATERIAL: data_source(current).plain()}))
    with st.container(horizontal=True, gap="small"):
        for file, title, what in TOOLS:
            if (frame.ROOT / file).is_file():
                with st.container(border=True, width=226, height="stretch", gap="xxsmall"):
                    st.page_link(file, label=f"**{title}**", icon=_icon(file), query_params=carried)
                    style.small(what)


def draw_hints(current: Play, run: Run) -> None:
    """The hints, from the weakest to the strongest."""
    st.header("Hints", anchor=False)
    with st.container(horizontal=True, gap="small"):
        for hint in game.HINTS:
            with st.container(border=True, width=226, height="stretch", gap="xsmall", key=f"hint_{hint.name}"):
                st.markdown(f"**{hint.title}**")
                if hint.name in current.hints or current.over:
                    style.small(_told(current, hint))
                else:
                    st.button(
                        f"Ask for {hint.cost} points", key=f"ask_{hint.name}", on_click=ask, args=(current, hint.name)
                    )
    if "heatmap" in current.hints:
        draw_heatmaps(current, run)


def draw_heatmaps(current: Play, run: Run) -> None:
    """What the network looked at in the first complaints."""
    judge = truth(current).judge
    names, answers = _answers(run, judge)
    rows = game.confident_mistakes(judge.labels, answers, SEEN)
    maps = _maps(run.key, f"{judge.key} {rows.tolist()}", run, judge.images[rows])
    tiles = []
    for row, heat in zip(rows, maps, strict=True):
        image, said = judge.images[row], names[answers[row].argmax()]
        alt = f"Where the network looked when it said {said}"
        tiles.append(Tile(render.overlay(render.as_rgb(image), np.maximum(heat, 0), 0.55, signed=False), alt, said))
    with st.container(horizontal=True, gap="small"):
        gallery.show(tiles, side=SIDE, key="heat")
    style.small("Grad-CAM for the wrong answer: bright is what spoke for it.")


@st.cache_resource(max_entries=8, show_spinner="Computing the heatmap")
def _maps(key: str, pictures: str, _run: Run, _images: np.ndarray) -> np.ndarray:  # noqa: ARG001 - the cache's key
    from core import attribution

    with caches.lock(key):
        return attribution.explain(_run.model, _images, None, method=METHOD)


def _told(current: Play, hint: Hint) -> str:
    if hint.name == "place":
        return SITS[current.case.info.place]
    if hint.name == "class":
        return spaced(game.class_hint(truth(current)))
    if hint.name == "three":
        titles = [game.flaws.info(name).title for name in current.case.candidates]
        return f"It is one of these: {'; '.join(titles)}."
    return "Below: where it looked when it went wrong."


def _answers(run: Run, data: Dataset) -> tuple[list[str], np.ndarray]:
    return [spaced(name) for name in data.class_names], right(run, data.images, data.key)


def _icon(file: str) -> str:
    return next(screen.icon for section in frame.SECTIONS.values() for screen in section if screen.file == file)
