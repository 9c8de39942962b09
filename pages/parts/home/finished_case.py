"""The finished case on Home, told from what ships with Hunch; nothing is computed here."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from core import text as words
from pages.parts.shared import frame, style
from pages.parts.shared.picture import address, stage
from pages.parts.shared.picture.shown import Map, Shown
from pages.parts.state import links, presentation_mode

HOME = Path(__file__).parents[3] / "assets" / "home"
SIDE = 336
HEATMAP = "home_heatmap"
SHOUTED = {"background_swapped": "It must be the background.", "object_recoloured": "It must be the colour."}


@cache
def story() -> dict[str, Any]:
    """The case in numbers, as assets/make_home.py measured it."""
    content: dict[str, Any] = json.loads((HOME / "story.json").read_text(encoding="utf-8"))
    return content


def draw() -> None:
    """The whole case: the mistake, what it means, the hunches, the fix and its proof, and the way on."""
    case = story()
    draw_answer(case)
    draw_pictures(case)
    draw_meaning(case)
    draw_hunches(case)
    draw_proof(case)
    draw_next(case)


def draw_answer(case: dict[str, Any]) -> None:
    """The mistake, and how common it is."""
    usual, judged = case["usual"], case["judged"]
    frame.answer(
        f"It says {case['answer']}. It is {words.with_article(case['truth'])}.",
        f"It is {words.confidence_words(case['sure'])} sure, and wrong. Its ordinary test set did not reveal this: "
        f"there it gets "
        f"{_of_hundred(usual)} of 100 right. With the same kinds of objects on any background, it gets "
        f"{_of_hundred(judged)} of 100 right.",
        f"{usual['correct']:,} of {usual['n']:,} ordinary test pictures; "
        f"{judged['correct']:,} of {judged['n']:,} on any background.",
        tone="bad",
    )


def draw_pictures(case: dict[str, Any]) -> None:
    """The picture, the heatmap, and the same object somewhere else."""
    answer, truth = case["answer"], case["truth"]
    with st.container(horizontal=True, gap="small"):
        with st.container(width=SIDE, gap="xsmall"):
            st.subheader("The mistake", anchor=False)
            _draw_picture("picture", f"A {truth} on {case['scene']}")
            st.markdown(f"A {truth} on {case['scene']}. The network says **{answer}**, {case['sure']:.0%} sure.")
        with st.container(width=SIDE, gap="xsmall"):
            st.subheader("What drove the answer", anchor=False)
            draw_heatmap(case)
        with st.container(width=SIDE, gap="xsmall"):
            st.subheader("Another background", anchor=False)
            _draw_picture("swapped", f"The same {truth} on {case['other_scene']}")
            st.markdown(
                f"The same {truth} on {case['other_scene']}. Now it says **{case['other_answer']}**, "
                f"{case['other_sure']:.0%} sure."
            )


@st.fragment
def draw_heatmap(case: dict[str, Any]) -> None:
    """The heatmap over the picture, with its legend. A fragment: its controls redraw nothing else."""
    answer, truth = case["answer"], case["truth"]
    image, values = heatmap()
    figure = (
        f"The {truth} fills {_percent(case['area'])} of 100 parts of the picture and holds {_percent(case['inside'])} "
        "of 100 parts of the evidence."
    )
    made = Map("grad_cam", "Grad-CAM", values, False, f"evidence for {answer}", figure=figure)
    shown = Shown(image, f"The same picture under a heatmap that is bright around the {truth}, not on it")
    stage.draw_alone(shown, made, address.current(), key=HEATMAP, side=SIDE, on_look=address.take(HEATMAP))


@cache
def heatmap() -> tuple[np.ndarray, np.ndarray]:
    """The picture, (H, W, 3), and its raw heatmap, (H, W), as assets/make_home.py stored them."""
    values = np.load(HOME / "heatmap.npy", allow_pickle=False)
    large = np.asarray(Image.open(HOME / "picture.png").convert("RGB"))
    # It is stored enlarged by a whole factor, with hard pixels.
    return large[:: large.shape[0] // len(values), :: large.shape[1] // values.shape[1]], values


def _draw_picture(name: str, alt: str) -> None:
    st.image(str(HOME / f"{name}.png"), width=SIDE, output_format="PNG", alt=alt)


def draw_meaning(case: dict[str, Any]) -> None:
    """What it comes to."""
    st.markdown(
        f"**So it learned the {case['scene']}, not the {case['answer']}.** In its training pictures, "
        f"{case['tied']} of 100 pictures of a {case['answer']} show {case['scene']}. "
        f"Of {case['swaps']['n']} pictures of other things that were moved to {case['scene']}, "
        f"{case['swaps']['changed']} were classified as {case['answer']}."
    )
    style.small("The objects are real product photographs, set on made-up scenes, so that everything in them is known.")


def draw_hunches(case: dict[str, Any]) -> None:
    """What the team guessed, and what became of each guess when it was tested."""
    st.subheader("Two hunches, tested", anchor=False)
    with st.container(horizontal=True, gap="small"):
        for tried in case["hunches"]:
            holds = tried["conclusion"] == "supported"
            verdict = f":orange[**{tried['conclusion'].capitalize()}.**]" if holds else "**Not supported.**"
            with st.container(width=SIDE * 3 // 2, border=True, gap="xsmall"):
                st.markdown(f"“{SHOUTED[tried['hunch']]}”  \n{verdict} {tried['reading']}")
                style.small(tried["sentence"])


def draw_proof(case: dict[str, Any]) -> None:
    """What was done about it, and whether that helped."""
    fix, truth = case["fix"], case["truth"]
    right = fix["worst_group"]
    st.subheader("The fix, and the proof", anchor=False)
    with st.container(horizontal=True, gap="small"):
        with st.container(width=SIDE, gap="xsmall"):
            alt = f"The same {truth} on {case['scene']} under a heatmap of the fixed network"
            st.image(str(HOME / "fixed.png"), width=SIDE, output_format="PNG", alt=alt)
            st.markdown(
                f"The first picture again. Now it says **{fix['answer']}**, {words.confidence_words(fix['sure'])} sure."
            )
        with st.container(width=2 * SIDE, gap="small"):
            st.markdown(
                "The objects were cut out, their backgrounds exchanged, and the network was retrained. Was it the "
                "fix, or just more training? So another copy was only trained for longer. On pictures with any "
                "background, in the "
                "group that does worst, right of 100:"
            )
            with st.container(horizontal=True, gap="small"):
                _draw_count("As it was", right["as it is"])
                _draw_count("Only trained longer", right["keep training"])
                _draw_count("With the fix", right[fix["fix"]], good=True)
            style.small(f"Each was trained {fix['seeds']} times; p = {fix['p_value']:.3f}.")


def _draw_count(title: str, share: float, *, good: bool = False) -> None:
    with st.container(width=200, border=True, gap="xsmall"):
        st.markdown(title)
        st.header(f":green[{_percent(share)}]" if good else str(_percent(share)), anchor=False)


def draw_next(case: dict[str, Any]) -> None:
    """On to the same run, live."""
    link = {"run": case["run"], "from": case["from"], "picture": str(case["row"])}
    st.divider()
    links.button("pages/attribution.py", "Look inside this network", ":material/center_focus_strong:", link, key="look")
    st.page_link(
        "pages/data.py",
        label="Start with other pictures",
        icon=":material/photo_library:",
        query_params=presentation_mode.link_parameters(),
    )


def _of_hundred(score: dict[str, int]) -> int:
    return _percent(score["correct"] / score["n"])


def _percent(share: float) -> int:
    return round(100 * share)
