"""A training while it runs: how far it is, its pace and its curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.glossary import meaning
from pages.parts.shared import frame
from pages.parts.shared.progress import duration
from pages.parts.train.action import EPOCHS
from pages.parts.train.result import draw_curves

if TYPE_CHECKING:
    from core.networks import Job, Run

EVERY = 1.0  # seconds between two looks at a running training


@st.fragment(run_every=EVERY)
def draw(job: Job[Run]) -> None:
    """How a training is doing, drawn anew every second."""
    with frame.boundary():
        if not job.active:
            st.rerun(scope="app")
        if job.state == "queued":
            st.progress(0.0, _queue_words(job.place))
        else:
            st.progress(min(job.done / max(job.total, 1), 1.0), _where(job))
        st.button(
            "Stop and keep the best so far", key="cancel", icon=":material/stop:", on_click=job.cancel,
            help="Keeps the best epoch so far, if one has ended.",
        )  # fmt: skip
        job.goes_on = st.toggle(
            "Go on when this page is closed", job.goes_on, key="goes_on",
            help="Otherwise a training stops a while after its last window was closed, and keeps its best epoch.",
        )  # fmt: skip
        draw_numbers(job)
        draw_curves(job.curves(), st.session_state[EPOCHS])


def draw_numbers(job: Job[Run]) -> None:
    """Pace and time left."""
    point = job.points[-1] if job.points else None
    with st.container(horizontal=True):
        st.metric("Right so far", f"{point.accuracy:.1%}" if point else "–", help=meaning("accuracy"))
        st.metric("Pictures per second", f"{point.pictures_per_second:,.0f}" if point else "–")
        left = job.seconds_left
        st.metric("Time left", duration(left) if left is not None else "–")


def _where(job: Job[Run]) -> str:
    return f"Epoch {int(job.points[-1].epoch) + 1} of {st.session_state[EPOCHS]}" if job.points else "Preparing"


def _queue_words(place: int) -> str:
    if place <= 1:
        return "Next in the queue: one training runs at a time"
    return f"{place} trainings are ahead: one runs at a time"
