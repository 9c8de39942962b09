"""What two networks answer to the same pictures: how many are right, and the pictures on which only one is."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import text as words
from core.intervals import wilson
from core.paired_answers import PairedAnswers
from pages.parts.compare.other_run import Pair, spaced_classes
from pages.parts.hunches.charts import whiskers
from pages.parts.shared import charts, frame, gallery

SHOWN = 8
ONLY = ("only this one is right", "only the other is right")


def draw_answer(found: PairedAnswers) -> None:
    """Which is right more often, and whether that is more than chance."""
    difference = found.difference
    this, other = found.first / found.n, found.second / found.n
    sentence = (
        f"Of the same {found.n:,} pictures, this network gets {found.first:,} right ({this:.1%}) and the other "
        f"{found.second:,} ({other:.1%})."
    )
    small = (
        f"The other minus this one: {difference.value:+.1%} (95% interval {difference.low:+.1%} to "
        f"{difference.high:+.1%}). Only this one is right on {len(found.lost):,}, only the other on "
        f"{len(found.gained):,} (McNemar's test, {words.p_value_words(found.p_value)})."
    )
    if not found.certain:
        frame.answer("Neither is right more often", f"{sentence} So small a difference may be chance.", small)
        return
    better = found.first > found.second
    verdict = "This network is right more often" if better else "The other is right more often"
    frame.answer(verdict, f"{sentence} That is more than chance would bring.", small, tone="good" if better else "bad")


def draw_shares(pair: Pair, found: PairedAnswers) -> None:
    """The share of right answers of both."""
    st.subheader("How often each is right", anchor=False)
    rows = []
    for name, right, tone in zip(pair.names, (found.first, found.second), ("good", "neutral"), strict=True):
        low, high = wilson(right, found.n)
        rows.append({"name": name, "value": right / found.n, "low": low, "high": high, "tone": tone,
                     "said": f"{right / found.n:.1%}", "detail": f"{right:,} of {found.n:,}"})  # fmt: skip
    charts.show(whiskers(pd.DataFrame(rows), "share of right answers", None, "Share of right answers of both networks"))


def draw_differences(pair: Pair, source: str, found: PairedAnswers) -> None:
    """The pictures on which only one of them is right; pressing one asks both about it."""
    st.subheader("Where they differ", anchor=False)
    first = ONLY[0] if len(found.lost) > len(found.gained) else ONLY[1]
    kind = st.segmented_control(
        "Where they differ", ONLY, default=first, key="both_differ", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    rows = found.lost if kind == ONLY[0] else found.gained
    if not len(rows):
        st.markdown("There is no such picture.")
        return
    data, _ = pair.pictures(source)
    names, answers = spaced_classes(data), pair.answers(source)
    pages = -(-len(rows) // SHOWN)
    page = st.pagination(pages, key="both_page") if pages > 1 else 1
    tiles = []
    for row in rows[(page - 1) * SHOWN : page * SHOWN].tolist():
        said = [names[each[row].argmax()] for each in answers]
        true = names[data.labels[row]]
        tiles.append(
            gallery.Tile(
                data.images[row], words.with_article(true), f"{true}: this says {said[0]}, the other {said[1]}",
                _choose, row,
            )
        )  # fmt: skip
    gallery.show(tiles, side=108, key=f"both_{kind}")


def _choose(row: int) -> None:
    st.session_state["both_picture"] = row
