"""The end of a case: what it was, where it shows, the proof, and a link for the next player."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import streamlit as st

from core import game
from core import text as words
from core.hunches.mask_edits import draw_outline
from pages.parts.game.case import BEAT, CASE, Play, right, score, take_new, truth
from pages.parts.hunches import charts as hunches_charts
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import charts, frame, gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.progress import duration

if TYPE_CHECKING:
    from core.networks import Run

SIDE = 108
LINE = (180, 83, 15)


def draw(current: Play, run: Run) -> None:
    """The answer key, and what comes next."""
    draw_answer(current)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Play again", key="again", type="primary", icon=":material/replay:", on_click=take_new)
        won = score()
        st.markdown(f"Streak: **{won.streak}**. All points: **{won.total}**.", width="content")
    draw_share(current)
    draw_traces(current)
    draw_proof(current, run)


def draw_answer(current: Play) -> None:
    """What it was."""
    info, answer = current.case.info, truth(current).answer
    hints, wrong = len(current.hints), current.wrong
    small = (
        f"{hints} {'hint' if hints == 1 else 'hints'}, {wrong} wrong {'answer' if wrong == 1 else 'answers'}, "
        f"{duration(current.seconds)} on the case. {info.help}"
    )
    verdict = f"Found, {current.points} points: {info.title}" if current.found else f"It was: {info.title}"
    frame.answer(verdict, spaced(answer.sentence), small, tone="good" if current.found else "bad")


def draw_share(current: Play) -> None:
    """A sentence with a link that gives nothing away."""
    link = f"{_origin()}/game?{CASE}={current.case.code}&{BEAT}={current.points}"
    claim = (
        f"I found the flaw of case {current.case.code} with {current.points} points."
        if current.found
        else f"Case {current.case.code} was too hard for me."
    )
    st.markdown("**Challenge somebody.** The link deals the same case and does not tell the flaw.")
    st.code(f"{claim} Can you? {link}", language=None, wrap_lines=True)


def draw_traces(current: Play) -> None:
    """Pictures that show the flaw."""
    planted = truth(current)
    found = game.find_traces(planted)
    names = [spaced(name) for name in planted.splits.class_names]
    st.header("Where it was", anchor=False)
    if not len(found.flawed):
        draw_counts(current, names)
        return
    relabelled = not np.array_equal(found.flawed.labels, found.clean.labels)
    with st.container(horizontal=True, gap="medium"):
        for row in range(len(found.flawed)):
            label, true = names[found.flawed.labels[row]], names[found.clean.labels[row]]
            image, clean = found.flawed.images[row], found.clean.images[row]
            if relabelled:
                caption = Markdown(f"labelled **{literal(label)}**  \nis {literal(true)}")
                gallery.show([gallery.Tile(image, f"Labelled {label}, is {true}", caption)], side=SIDE)
                continue
            if found.region is not None:
                image = draw_outline(image, found.region[row], 2 * SIDE, LINE)
            with st.container(width=2 * SIDE + 8, gap="xxsmall"), st.container(horizontal=True, gap="xsmall"):
                for shown, what in ((clean, "as it would be"), (image, "with the flaw")):
                    with st.container(width=SIDE, gap="xxsmall"):
                        gallery.picture(shown, f"{words.with_article(label)}, {what}", SIDE)
                        style.small(what)


def draw_counts(current: Play, names: list[str]) -> None:
    """How many pictures there were of each class: what is left to show where no picture shows it."""
    planted = truth(current)
    before, after = (
        np.bincount(part.labels, minlength=len(names)) for part in (planted.clean.train, planted.splits.train)
    )
    if np.array_equal(before, after):
        st.markdown("No picture shows it: the pictures were not the problem.")
        return
    st.dataframe(
        pd.DataFrame({"class": names, "training pictures": after, "without the flaw": before}),
        hide_index=True, width="content",
    )  # fmt: skip


def draw_proof(current: Play, run: Run) -> None:
    """The ordinary exam against the judge."""
    planted = truth(current)
    exam, judge = planted.splits.test, planted.judge
    table = game.score_proof(
        planted,
        right(run, exam.images, exam.key).argmax(axis=1) == exam.labels,
        right(run, judge.images, judge.key).argmax(axis=1) == judge.labels,
    )
    st.header("The proof", anchor=False)
    first, second, worst = table.to_dict("records")
    group = literal(spaced(worst["name"].removeprefix("the judge, ")))
    st.markdown(
        f"Its own test set says {first['value']:.0%} right. On the evaluation set, where the flaw is removed, it is "
        f"{second['value']:.0%}, and in their worst group ({group}) "
        f"{worst['value']:.0%}."
    )
    shown = table.assign(
        name=[spaced(name) for name in table["name"]],
        tone=["neutral", "good", "bad"],
        said=[f"{share:.0%}" for share in table["value"]],
        detail=[f"{row.correct} of {row.n}" for row in table.itertuples()],
    )
    charts.show(
        hunches_charts.whiskers(shown, "right answers", None, "Right answers on the test set and on the evaluation set")
    )


def _origin() -> str:
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
