"""One picture, and which of its pixels drove the answer of each network."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core import attribution
from core import text as words
from core.glossary import meaning
from core.paired_answers import PairedAnswers
from pages.parts.attribution import compare as map_comparison
from pages.parts.attribution import compute
from pages.parts.attribution import maps as attribution_maps
from pages.parts.attribution import picture as attribution_picture
from pages.parts.attribution.picture import Picture
from pages.parts.attribution.question import Question
from pages.parts.compare.other_run import Pair, spaced_classes
from pages.parts.markdown import literal
from pages.parts.shared import controls, frame
from pages.parts.shared.controls import DECIDE
from pages.parts.shared.picture import address
from pages.parts.shared.picture.shown import Map
from pages.parts.state.current_run import Opened

SIDE = 168
FIRST_METHOD = "grad_cam"
TRUE_CLASS, OWN_ANSWER = "the true class", "its own answer"


@dataclass(frozen=True)
class Asked:
    """What the dials say: which picture, which class, by which method."""

    row: int
    about: str
    method: str


def draw_dials(pair: Pair, source: str, found: PairedAnswers) -> Asked:
    """Which picture, which class, which method."""
    data, _ = pair.pictures(source)
    if (st.session_state.get("both_picture") or 0) >= len(data):
        st.session_state["both_picture"] = None
    number = st.number_input(
        "Picture", 0, len(data) - 1, None, 1, key="both_picture", placeholder=DECIDE, bind="query-params",
        help="Its number. Leave it empty for one on which only one of the two is right.",
    )  # fmt: skip
    about = st.selectbox(
        "Explain", [TRUE_CLASS, OWN_ANSWER, *spaced_classes(data)], key="both_about", bind="query-params",
        help="Which answer's evidence to show, of both networks.",
    )  # fmt: skip
    known = attribution.methods()
    method = st.selectbox(
        "Method", list(known), list(known).index(FIRST_METHOD), format_func=lambda name: known[name].title,
        key="both_method", help="With its dials as they are under “Why this answer?”.", bind="query-params",
    )  # fmt: skip
    row = _telling(found) if number is None else int(number)
    return Asked(row, str(about), str(method))


def _telling(found: PairedAnswers) -> int:
    """The picture on which one is right, the better one, and the other not; the first where they never differ."""
    rows = found.lost if len(found.lost) > len(found.gained) else found.gained
    return int(rows[0]) if len(rows) else 0


def draw(pair: Pair, source: str, asked: Asked) -> None:
    """The answers of both to one picture, and their maps over it."""
    data, _ = sets = pair.pictures(source)
    pictures = [
        attribution_picture.of_row(opened, each, asked.row) for opened, each in zip(pair.both, sets, strict=True)
    ]
    names = spaced_classes(data)
    st.subheader("One picture, both networks", anchor=False)
    said = [
        f"{who} says **{literal(_answer(picture, opened))}**, {words.confidence_words(float(picture.sure.max()))} sure"
        for who, picture, opened in zip(("This network", "the other"), pictures, pair.both, strict=True)
    ]
    st.markdown(
        f"Picture {asked.row} is {literal(words.with_article(names[data.labels[asked.row]]))}. {'; '.join(said)}."
    )
    made = [_map(pair, number, pictures[number], asked) for number in (0, 1)]
    shown = [each for each in made if each is not None]
    if len(shown) == 2:
        marks = ("what this network's map marks more", "what the other's marks more")
        shown.append(map_comparison.difference(shown[0], shown[1], marks, name="both_difference"))
    attribution_maps.draw_stage(pictures[0], shown, address.current(), key="both_maps", side=SIDE)
    if len(shown) == 3:
        kind, measures = map_comparison.likeness([each.values for each in shown[:2]])
        st.markdown(f"The two networks use {kind}, by this method: {measures}", help=meaning("likeness"))


def _answer(picture: Picture, opened: Opened) -> str:
    return controls.spaced(opened.run.class_names[picture.answer])


def _map(pair: Pair, number: int, picture: Picture, asked: Asked) -> Map | None:
    opened = pair.both[number]
    names = opened.run.class_names
    info = attribution.methods()[asked.method]
    settings = controls.read(info.Settings, asked.method)
    question = Question(picture, _target(asked, picture, names), None, {}, address.current(), compare=False)
    made = None
    with frame.boundary(f"{info.title} of {pair.names[number]}"):
        values = compute.ours(opened, question, asked.method, settings)
        title = f"{('This network', 'The other')[number]}: {info.title}"
        made = attribution_maps.map_of(question, names, info, settings, values, name=f"both_{number}", title=title)
    return made


def _target(asked: Asked, picture: Picture, names: tuple[str, ...]) -> int | None:
    if asked.about == OWN_ANSWER:
        return None
    spaced = [controls.spaced(name) for name in names]
    return spaced.index(asked.about) if asked.about in spaced else picture.truth
