"""Which networks of the study one asks about, and how long a tool may take."""

from __future__ import annotations

import streamlit as st

from core.experiments.study.conclusions import titles
from pages.parts.usefulness.study_compute import Question, kinds

ALL = "all"
SECONDS: dict[str, float | None] = {"1 s": 1.0, "3 s": 3.0, "10 s": 10.0, "30 s": 30.0, "2 min": 120.0, "any": None}


def draw() -> Question:
    """The dials, in one row; what they ask."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="study_dials"):
        seconds = st.select_slider(
            "I have", list(SECONDS), "any", key="useful_seconds", bind="query-params", width=220,
            help="Tools that take longer than this on one network, on one processor core, are left out.",
        )  # fmt: skip
        data = _choice("Pictures", "data", titles.DATA, "What the networks were trained on.")
        network = _choice("Network", "network", titles.NETWORKS, "How the networks are built.")
        took = st.toggle(
            "Only flaws that mattered", key="useful_took", bind="query-params",
            help="Leave out networks that were trained with a flaw and did not come to rest on it: it cost them less "
            "than 15 of 100 answers in the worst group.",
        )  # fmt: skip
    return Question(data, network, SECONDS[seconds], took)


def _choice(label: str, column: str, names: dict[str, str], about: str) -> str:
    """One kind of the study's networks; "" for all of them."""
    chosen = st.selectbox(
        label, [ALL, *kinds(column)], format_func=lambda name: names.get(name, "All"), key=f"useful_{column}",
        bind="query-params", width=260, help=about,
    )  # fmt: skip
    return "" if chosen == ALL else chosen
