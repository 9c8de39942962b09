"""Typical and odd pictures of each class."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import text as words
from core.glossary import meaning
from core.insight import PrototypeSettings
from core.insight.prototypes import ODD, TYPICAL
from pages.parts.insight import compute as work
from pages.parts.insight.compute import Asked
from pages.parts.shared import controls, frame, gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile
from pages.parts.state import caches

PREFIX = "typical"


def draw_dials(asked: Asked) -> tuple[str, PrototypeSettings]:
    """Which class, and how many pictures."""
    name = st.selectbox(
        "Class", asked.data.class_names, format_func=spaced, key="insight_class", bind="query-params",
        help="Whose pictures are shown.",
    )  # fmt: skip
    return str(name), controls.draw(PrototypeSettings, PREFIX)


def draw(asked: Asked, name: str, settings: PrototypeSettings) -> None:
    """Both galleries, and how the network does on them."""
    table = work.prototypes(asked, settings)
    if table is None:
        return
    mine = table[table["name"] == name]
    if mine.empty:
        frame.answer("No pictures", f"There is no picture of {words.with_article(spaced(name))} here.")
        return
    answers = caches.answers(asked.opened.run.key, asked.data.key, asked.opened.run, asked.data.images).argmax(axis=1)
    said = pd.Series(asked.data.class_names, dtype=object).to_numpy()[answers[mine["index"]]]
    mine = mine.assign(said=said, right=said == name)
    typical, odd = mine[mine["kind"] == TYPICAL], mine[mine["kind"] == ODD]
    sentence = f"Of {len(typical)} typical pictures of {words.with_article(spaced(name))} it gets "
    sentence += f"{typical['right'].sum()} right"
    sentence += f", of {len(odd)} odd ones {odd['right'].sum()}." if len(odd) else "."
    worse = len(odd) and odd["right"].mean() < typical["right"].mean()
    frame.answer(
        "The odd ones trip it" if worse else "The odd ones are no harder",
        sentence,
        "Few pictures: read it as examples, and not as a measurement.",
        tone="bad" if worse else "plain",
    )
    st.header("Typical", anchor=False, help=meaning("prototype"))
    _gallery(asked, typical, "insight_typical")
    style.small(
        "Each stands for part of its class; the number is how many of 100 pictures of the class it is nearest to."
    )
    if len(odd):
        st.header("Odd", anchor=False, help=meaning("criticism"))
        _gallery(asked, odd, "insight_odd")
        style.small("What the typical pictures leave out. Look for wrong labels, strange backgrounds and rare kinds.")


def _gallery(asked: Asked, table: pd.DataFrame, key: str) -> None:
    tiles = []
    for row in table.to_dict("records"):
        share = f"{100 * row['weight']:.0f} in 100" if row["kind"] == TYPICAL else ""
        answer = "" if row["right"] else f"says {spaced(row['said'])}"
        caption = ", ".join(part for part in (share, answer) if part) or "right"
        tiles.append(
            Tile(
                asked.data.images[row["index"]],
                f"{row['kind']} picture of {words.with_article(spaced(row['name']))}",
                caption,
            )
        )
    gallery.show(tiles, side=112, key=key)
