"""Pictures most like this one: what the network was reminded of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core import insight
from core import text as words
from core.features.common_attributes import CLASS, common_attributes
from core.glossary import meaning
from core.insight import NeighbourSettings
from core.insight import sentences as say
from pages.parts.insight import compute as work
from pages.parts.insight.compute import Asked
from pages.parts.shared import controls, frame, gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile
from pages.parts.state import caches

PREFIX = "like"
SHOWN = 12
KEY = "insight_picture"


def draw_dials(asked: Asked) -> tuple[int, int, NeighbourSettings]:
    """Which picture, how many neighbours, and what counts as alike."""
    last = len(asked.data) - 1
    if (st.session_state.get(KEY) or 0) > last:
        st.session_state[KEY] = None
    row = st.number_input(
        "Picture",
        0,
        last,
        0,
        1,
        key=KEY,
        bind="query-params",
        help="Its number. Or choose one at the foot of the page.",
    )
    count = st.slider(
        "How many", 1, 24, 8, 1, key="insight_count", bind="query-params", help="Pictures that are most like it."
    )
    return int(row or 0), count, controls.draw(NeighbourSettings, PREFIX)


def draw(asked: Asked, row: int, count: int, settings: NeighbourSettings) -> None:
    """The picture, its neighbours, and what they share."""
    points = work.embedded(asked, asked.train, "training")
    if points is None:
        return
    image = asked.data.images[row]
    with caches.lock(asked.opened.run.key):
        near = insight.exemplars(asked.model, asked.train, image, count, known=points, **settings.model_dump())
    draw_verdict(asked, row, near)
    with st.container(horizontal=True, gap="large"):
        with st.container(width=200):
            st.header("This one", anchor=False)
            name = spaced(asked.data.class_names[asked.data.labels[row]])
            gallery.picture(image, f"Picture {row}: {words.with_article(name)}", 176)
        with st.container(width="stretch"):
            st.header("Most similar training pictures", anchor=False, help=meaning("exemplar"))
            tiles = [
                Tile(
                    asked.train.images[place], f"A training picture of {words.with_article(spaced(name))}", spaced(name)
                )
                for place, name in zip(near["index"], near["name"], strict=True)
            ]
            gallery.show(tiles, side=96, key="insight_near")
            style.small("The nearest first: the network describes them most alike just before it decides.")
    draw_others(asked, row)


def draw_verdict(asked: Asked, row: int, near: pd.DataFrame) -> None:
    """What most of them are, and what else they share more often than chance would have it."""
    sure = caches.answers(asked.opened.run.key, asked.data.key, asked.opened.run, asked.data.images)[row]
    said = asked.data.class_names[int(sure.argmax())]
    same = int((near["name"] == said).sum())
    truth = asked.data.class_names[asked.data.labels[row]]
    shared = common_attributes(asked.train, near["index"].to_numpy())
    others = shared[(shared["attribute"] != CLASS) & (shared["p_value"] < 0.05) & (shared["among"] > 1)]
    sentence = f"It says {spaced(said)}. Of the {len(near)} training pictures most like it, {same} are {spaced(said)}."
    for _, line in others.head(2).iterrows():
        level = "yes" if line["level"] is True or isinstance(line["level"], np.bool_) else str(line["level"])
        rate = 100 * line["overall"] / line["n"]
        sentence += (
            f" {line['among']} have {say.having(line['attribute'], level)} (of all pictures, {rate:.0f} in 100)."
        )
    verdict = (
        "Its neighbours have the same class"
        if same >= len(near) / 2 and said == truth
        else "Its neighbours have other classes"
    )
    if len(others):
        verdict = "They share more than what they are"
    small = "Shared things are named where chance would seldom give so many." if len(others) else ""
    wrong = said != truth
    sentence += f" In truth it is {words.with_article(spaced(truth))}." if wrong else ""
    frame.answer(verdict, sentence, small, tone="bad" if wrong or len(others) else "good")


def draw_others(asked: Asked, row: int) -> None:
    """Other pictures to choose from, a page at a time."""
    st.header("Choose another picture", anchor=False)
    pages = -(-len(asked.data) // SHOWN)
    page = st.pagination(pages, key="insight_page", bind="query-params") if pages > 1 else 1
    tiles = []
    for place in range((page - 1) * SHOWN, min(page * SHOWN, len(asked.data))):
        name = spaced(asked.data.class_names[asked.data.labels[place]])
        caption = f"{name}, chosen" if place == row else name
        tiles.append(Tile(asked.data.images[place], words.with_article(name), caption, _choose, place))
    gallery.show(tiles, side=96, key=f"insight_others_{page}")


def _choose(row: int) -> None:
    st.session_state[KEY] = row
