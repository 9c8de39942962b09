"""The same picture before and after a fix: what was answered, and where each network looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core import render
from core import text as words
from core.attribution import explain
from core.repair import AS_IT_IS, changed_answers
from pages.parts.markdown import literal
from pages.parts.shared import gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile
from pages.parts.state import caches

if TYPE_CHECKING:
    from core.networks.training.run import Run
    from core.repair import ChangedAnswers, Ladder

SIDE, SMALL, MOST = 230, 92, 8
METHOD = "grad_cam"
PLACE, MAP = "healed_picture", "healed_map"


def draw(found: Ladder, name: str) -> None:
    """Before and after, and the pictures that were healed and newly broken."""
    moved = changed_answers(found, name)
    st.header("Before and after", anchor=False)
    st.markdown(
        f"{len(moved.healed):,} pictures that were wrong are now right, and {len(moved.broken):,} that were right are "
        "now wrong."
    )
    rows = np.concatenate([moved.healed, moved.broken])
    if not len(rows):
        return
    _draw_pair(found, name, moved, rows)
    for title, some in (("Fixed", moved.healed), ("Newly broken", moved.broken)):
        st.subheader(f"{title}: {len(some):,}", anchor=False)
        if len(some):
            gallery.show([_tile(found, moved, row) for row in some[:MOST]], side=SMALL, key=f"{title}_{name}")
        else:
            style.small("None.")


def _draw_pair(found: Ladder, name: str, moved: ChangedAnswers, rows: np.ndarray) -> None:
    number = 1
    if len(rows) > 1:
        number = st.slider(
            "Picture", 1, len(rows), key=f"{PLACE}_{name}", help="Fixed ones first, largest change first."
        )
    alpha = st.slider("Overlay", 0.0, 1.0, 0.5, 0.05, key=MAP)
    row = int(rows[number - 1])
    image = found.judge.data.images[row]
    truth = spaced(found.judge.data.class_names[int(found.judge.data.labels[row])])
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=SIDE, gap="xsmall"):
            st.markdown(f"**{literal(truth.capitalize())}**")
            gallery.picture(image, words.with_article(truth), SIDE)
        for title, key, shares in (("Before", AS_IT_IS, moved.before), ("After", name, moved.after)):
            answer = int(shares[row].argmax())
            label = spaced(found.judge.data.class_names[answer])
            map = _map(found.runs[key], image, answer, found.judge.data.key, row)
            with st.container(width=SIDE, gap="xsmall"):
                st.markdown(f"**{title}: {literal(label)}**, {words.confidence_words(float(shares[row, answer]))}")
                drawn = render.overlay(image, map, alpha)
                gallery.picture(
                    drawn,
                    f"{title}: {words.with_article(truth)}, taken for {words.with_article(label)}; with its heatmap",
                    SIDE,
                )
    style.small(
        f"It shows {words.with_article(truth)}, of the group “{found.judge.groups[row]}”. The map is Grad-CAM, for "
        f"the answer."
    )


def _map(run: Run, image: np.ndarray, answer: int, data: str, row: int) -> np.ndarray:
    key = f"repair_{run.key}_{data}_{row}_{answer}"
    known: np.ndarray | None = caches.maps().get(key)
    if known is None:
        with caches.lock(run.key):
            known = explain(run.model, image[None], answer, method=METHOD)[0]
        caches.maps().put(key, known)
    return known


def _tile(found: Ladder, moved: ChangedAnswers, row: int) -> Tile:
    names = [spaced(name) for name in found.judge.data.class_names]
    was, now = names[int(moved.before[row].argmax())], names[int(moved.after[row].argmax())]
    truth = names[int(found.judge.data.labels[row])]
    alt = f"{words.with_article(truth)}, taken for {words.with_article(was)} before and {words.with_article(now)} now"
    return Tile(found.judge.data.images[row], alt, f"{was} → {now}")
