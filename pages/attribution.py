"""Why this answer?: which pixels spoke for an answer, by several methods side by side."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.datasets import Dataset
from pages.parts import (
    attribution_all,
    attribution_badge,
    attribution_compare,
    attribution_download,
    attribution_evidence,
    attribution_maps,
    attribution_picture,
    attribution_question,
    attribution_upload,
    frame,
    runs,
)
from pages.parts.attribution_badge import Check
from pages.parts.attribution_question import Question
from pages.parts.runs import Opened

VIEWS = ("This picture", "All pictures")


def main() -> None:
    """Draw the screen."""
    with frame.page("pages/attribution.py", "Pick a picture, and see which pixels spoke for an answer."):
        body(runs.needed())
        frame.next_step("pages/hunches.py", "Test a hunch about it", "pages/attribution.py")


def body(opened: Opened) -> None:
    """Everything that depends on the dials.

    No fragment: while one computes, Streamlit lets a press on its "Stop" wait until it is done.
    """
    with frame.boundary():
        dials, result = st.columns([1, 2.7], gap="large")
        with dials:
            data = attribution_picture.draw_source(opened)
            table = attribution_picture.judged(opened, data)
            row = attribution_picture.draw_number(table)
            own = attribution_upload.draw(opened)
            picture = own or attribution_picture.of_row(opened, data, row)
            question = attribution_question.draw(opened, data.class_names, picture)
            check = attribution_badge.draw_dials(opened, data, question)
        with result:
            one, every = st.tabs(VIEWS, key="view", on_change="rerun", bind="query-params")
            if every.open:
                with every:
                    attribution_all.draw(opened, data, question)
            else:
                with one:
                    draw_one(opened, data, table, question, check)


def draw_one(opened: Opened, data: Dataset, table: pd.DataFrame, question: Question, check: Check) -> None:
    """One picture: the answer, the maps with their badges, and what lies behind them."""
    names, picture = data.class_names, question.picture
    attribution_picture.draw_answer(names, picture, table)
    attribution_maps.draw(opened, question, check)
    attribution_badge.draw_button(check)
    checking = st.container()
    attribution_maps.draw_failed(opened, question, check)
    attribution_evidence.draw(check)
    attribution_compare.draw(opened, question, names)
    attribution_download.draw(opened, question)
    attribution_picture.draw_sureness(names, picture)
    attribution_picture.draw_others(data, table)
    attribution_maps.draw_activations(opened, question)
    with checking:
        attribution_badge.work(check)


main()
