"""Which picture is asked about: one of the run's, or one's own; what the network said of it, and others to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st

from core import text as words
from core.datasets import Dataset
from core.glossary import meaning
from core.settings import digest
from pages.parts.shared import charts, frame, gallery, style
from pages.parts.shared.controls import DECIDE, spaced
from pages.parts.state import caches, photographs
from pages.parts.state.current_run import OLD_SOURCES, SOURCES, Opened

SHOWN = 12
OFFERED = ("judge", "test", "validation")
RUN_SHOWN = "_run_shown"
ORDERS = ("wrong answers first", "right answers first", "as they come")


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture, and what the network says of it.

    Args:
        image: (H, W, C), as the network takes it.
        key: digest of it.
        sure: how sure the network is of each class, (K,).
        truth: its class; None where nobody said.
        title: what to call it.
        scene: where its object stands; empty where that is not known.
        masks: name -> bool (H, W), what is known of where things are in it.
        photo: the photograph that it was made from, cut alike, in more pixels; None where there is none.
    """

    image: np.ndarray
    key: str
    sure: np.ndarray
    truth: int | None
    title: str
    scene: str = ""
    masks: Mapping[str, np.ndarray] = field(default_factory=dict, repr=False)
    photo: np.ndarray | None = field(default=None, repr=False)

    @property
    def answer(self) -> int:
        """The class that the network says."""
        return int(self.sure.argmax())


def set_from_link(opened: Opened) -> None:
    """On arrival, and once another run is open, the picture is what the link says, or nobody's choice.

    A dial that was drawn before would keep its own value: the picture of the run that was looked at then.
    """
    if not frame.arrived() and st.session_state.get(RUN_SHOWN) == opened.run.key:
        return
    st.session_state[RUN_SHOWN] = opened.run.key
    number, source = st.query_params.get("picture", ""), st.query_params.get("from", "")
    st.session_state["picture"] = int(number) if number.isdigit() else None
    sources = list(opened.pictures(*OFFERED))
    named = (name for name in sources if source in (name, SOURCES[name]) or OLD_SOURCES.get(source) == name)
    st.session_state["from"] = next(named, sources[0])


def draw_source(opened: Opened) -> Dataset:
    """Which pictures to choose from."""
    sources = opened.pictures(*OFFERED)
    helps = "Test pictures are like those it was trained on."
    if "judge" in sources:
        helps = "In the evaluation set the flaw is removed, so it shows what the network really learned. " + helps
    name = st.selectbox(
        "Pictures from",
        list(sources),
        format_func=lambda source: SOURCES[source],
        key="from",
        help=helps,
        bind="query-params",
    )
    return sources[name]


def answers_table(opened: Opened, data: Dataset) -> pd.DataFrame:
    """What the network says about each picture: row, truth, answer, sure (0..1), wrong."""
    sure = caches.answers(opened.run.key, data.key, opened.run, data.images)
    table = pd.DataFrame({"truth": data.labels, "answer": sure.argmax(axis=1), "sure": sure.max(axis=1)})
    table["wrong"] = table["truth"] != table["answer"]
    return table


def draw_number(table: pd.DataFrame) -> int:
    """The number of the picture that is looked at."""
    if (st.session_state.get("picture") or 0) >= len(table):
        # It was chosen among the pictures of another run.
        st.session_state["picture"] = None
    chosen = st.number_input(
        "Picture",
        0,
        len(table) - 1,
        None,
        1,
        key="picture",
        placeholder=DECIDE,
        help="Its number. Leave it empty for the most confident wrong answer, or choose one below.",
        bind="query-params",
    )
    return int(ordered(table, ORDERS[0]).index[0] if chosen is None else min(chosen, len(table) - 1))


def of_row(opened: Opened, data: Dataset, row: int) -> Picture:
    """One of the run's own pictures."""
    sure = caches.answers(opened.run.key, data.key, opened.run, data.images)[row]
    known = data.attributes is not None and "scene" in data.attributes
    scene = str(data.attributes["scene"].iloc[row]) if data.attributes is not None and known else ""
    truth = int(data.labels[row])
    masks = {name: mask[row] for name, mask in (data.masks or {}).items()}
    photo = photographs.of_row(opened.training_data, data, row)
    return Picture(data.images[row], digest([data.key, row]), sure, truth, f"Picture {row}", scene, masks, photo)


def ordered(table: pd.DataFrame, order: str) -> pd.DataFrame:
    """The pictures in one of the `ORDERS`; the most confident first where answers are sorted."""
    if order == ORDERS[2]:
        return table
    return table.sort_values(["wrong", "sure"], ascending=[order == ORDERS[1], False], kind="stable")


def draw_answer(class_names: tuple[str, ...], picture: Picture, table: pd.DataFrame) -> None:
    """What the network said of this picture, and whether it was right."""
    names = [spaced(name) for name in class_names]
    sentence = f"It is {words.confidence_words(float(picture.sure.max()))} sure."
    if picture.truth is None:
        small = f"{picture.title}. It only knows {words.join_words(names)}: it must choose one of these, whatever the "
        "picture shows."
        frame.answer(f"It says {names[picture.answer]}.", sentence, small)
        return
    wrong = picture.truth != picture.answer
    wrongs = int(table["wrong"].sum())
    frame.answer(
        f"It says {names[picture.answer]}. "
        + (f"It is {words.with_article(names[picture.truth])}." if wrong else "It is right."),
        sentence + (f" The picture is set on {picture.scene}." if picture.scene else ""),
        f"{picture.title}. {wrongs:,} of {len(table):,} pictures get a wrong answer.",
        tone="bad" if wrong else "good",
    )


def draw_sureness(class_names: tuple[str, ...], picture: Picture) -> None:
    """How sure the network is of each class, with the true one marked."""
    names = [spaced(name) for name in class_names]
    marked = names[picture.answer if picture.truth is None else picture.truth]
    st.subheader("How sure it is of each class", anchor=False, help=meaning("confidence"))
    charts.show_shares(names, picture.sure.tolist(), marked)
    style.small("Its answer is in colour." if picture.truth is None else "The true class is in colour.")


def draw_others(data: Dataset, table: pd.DataFrame) -> None:
    """Other pictures to look at, a page at a time."""
    st.subheader("Choose another picture", anchor=False)
    order = st.selectbox(
        "Order", ORDERS, key="order", help="Wrong answers are the most informative.", bind="query-params"
    )
    pages = -(-len(table) // SHOWN)
    page = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
    names = [spaced(name) for name in data.class_names]
    tiles = []
    shown = ordered(table, order).iloc[(page - 1) * SHOWN : page * SHOWN]
    for row, entry in zip(shown.index.tolist(), shown.to_dict("records"), strict=True):
        said, true = names[entry["answer"]], names[entry["truth"]]
        caption = f"says {said}, is {true}" if entry["wrong"] else said
        tiles.append(gallery.Tile(data.images[row], words.with_article(true), caption, _choose, row))
    gallery.show(tiles, side=108, key=f"others_{page}")


def _choose(row: int) -> None:
    st.session_state["picture"] = row
