"""Why this answer?: which pixels spoke for an answer, by several methods side by side."""

from __future__ import annotations

import streamlit as st

from pages.parts import (
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
from pages.parts.runs import Opened


def main() -> None:
    """Draw the screen."""
    with frame.page("pages/attribution.py", "Pick a picture, and see which pixels spoke for an answer."):
        body(runs.needed())
        frame.next_step("pages/hunches.py", "Test a hunch about it", "pages/attribution.py")


@st.fragment
def body(opened: Opened) -> None:
    """Everything that depends on the dials: a fragment, so that a moved slider redraws nothing else."""
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
            attribution_picture.draw_answer(data.class_names, picture, table)
            attribution_maps.draw(opened, question, check)
            attribution_badge.draw_button(check)
            checking = st.container()
            attribution_maps.draw_failed(opened, question, check)
            attribution_evidence.draw(check)
            attribution_compare.draw(opened, question, data.class_names)
            attribution_download.draw(opened, question)
            attribution_picture.draw_sureness(data.class_names, picture)
            attribution_picture.draw_others(data, table)
            attribution_maps.draw_activations(opened, question)
        with checking:
            attribution_badge.work(check)


main()
