"""Why this answer?: which pixels spoke for an answer, by several methods side by side."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.datasets import Dataset
from pages.parts.attribution import (
    badge,
    coarse,
    compare,
    conclusion,
    dataset_summary,
    download,
    evidence,
    maps,
    upload,
)
from pages.parts.attribution import picture as attribution_picture
from pages.parts.attribution import question as attribution_question
from pages.parts.attribution.badge import Check
from pages.parts.attribution.question import Question
from pages.parts.shared import frame
from pages.parts.state import current_run
from pages.parts.state.current_run import Opened

VIEWS = ("This picture", "All pictures")


def main() -> None:
    """Draw the screen."""
    with frame.page("pages/attribution.py", "Pick a picture and see which pixels drove the answer."):
        work = body(current_run.require())
        frame.next_step("pages/hunches.py", "Test a hunch about it")
        with frame.boundary():
            work()


def body(opened: Opened) -> Callable[[], None]:
    """Everything that depends on the dials; returns the long work that the rest of the screen need not wait for.

    No fragment: while one computes, Streamlit lets a press on its "Stop" wait until it is done.
    """
    with frame.boundary():
        dials, result = frame.dials_and_result()
        with dials:
            attribution_picture.set_from_link(opened)
            data = attribution_picture.draw_source(opened)
            table = attribution_picture.answers_table(opened, data)
            row = attribution_picture.draw_number(table)
            own = upload.draw(opened)
            picture = own or attribution_picture.of_row(opened, data, row)
            question = attribution_question.draw(opened, data.class_names, picture)
            check = badge.draw_dials(opened, data, question)
        with result:
            one, every = st.tabs(VIEWS, key="view", on_change="rerun", bind="query-params")
            if every.open:
                with every:
                    dataset_summary.draw(opened, data, question)
            else:
                with one:
                    return draw_one(opened, data, table, question, check)
    return lambda: None


def draw_one(
    opened: Opened, data: Dataset, table: pd.DataFrame, question: Question, check: Check
) -> Callable[[], None]:
    """One picture: the answer, the maps with their badges, and what lies behind them; returns the work left to do."""
    names, picture = data.class_names, question.picture
    attribution_picture.draw_answer(names, picture, table)
    place = st.container()
    pending = maps.draw(opened, data, question, check)
    refining = st.container()
    with place:
        conclusion.draw(opened, names, question, check)
    badge.draw_button(check)
    checking = st.container()
    pending += maps.draw_failed(opened, names, question, check)
    evidence.draw(check)
    compare.draw(opened, question, names, pending)
    download.draw(opened, question, pending)
    attribution_picture.draw_sureness(names, picture)
    attribution_picture.draw_others(data, table)
    maps.draw_activations(opened, question)

    def work() -> None:
        with refining:
            coarse.refine(opened, question, pending)
        with checking:
            badge.work(check)

    return work


main()
