"""Which picture is asked about: one of the run's, or one's own; what the network said of it, and others to look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.datasets import Dataset
from core.settings import digest
from pages.parts.shared import charts, frame, gallery, style, words
from pages.parts.shared.controls import DECIDE, spaced
from pages.parts.state import caches
from pages.parts.state.current_run import SOURCES, Opened

SHOWN = 12
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
    """

    image: np.ndarray
    key: str
    sure: np.ndarray
    truth: int | None
    title: str
    scene: str = ""

    @property
    def answer(self) -> int:
        """The class that the network says."""
        return int(self.sure.argmax())


def draw_source(opened: Opened) -> Dataset:
    """Which pictures to choose from."""
    sources = opened.pictures("judge", "test", "validation")
    helps = "The test pictures are like those it learned from."
    if "judge" in sources:
        helps = "On the judge's pictures the flaw does not hold: they show what the network really learned. " + helps
    name = st.selectbox(
        "Pictures from",
        list(sources),
        format_func=lambda source: SOURCES[source],
        key="from",
        help=helps,
        bind="query-params",
    )
    return sources[name]


def judged(opened: Opened, data: Dataset) -> pd.DataFrame:
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
    return Picture(data.images[row], digest([data.key, row]), sure, truth, f"Picture {row}", scene)


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
        small = (
            f"{picture.title}. It only knows {words.join_words(names)}: whatever it sees must be one of these to it."
        )
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
    st.subheader("How sure it is of each class", anchor=False, help=words.meaning("confidence"))
    charts.show(charts.shares(names, picture.sure.tolist(), marked))
    style.small("Its answer is in colour." if picture.truth is None else "The true class is in colour.")


def draw_others(data: Dataset, table: pd.DataFrame) -> None:
    """Other pictures to look at, a page at a time."""
    st.subheader("Choose another picture", anchor=False)
    order = st.selectbox("In the order", ORDERS, key="order", help="Wrong answers teach most.", bind="query-params")
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
