"""The shipped study's measures, over the networks that one asks about."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.experiments.study.conclusions.advice import Summary, summarise
from core.experiments.study.conclusions.claims import Evidence, hold_all
from core.experiments.study.conclusions.shipped import ShippedStudy, shipped
from core.experiments.study.policies import helpfulness, policy_outcomes
from core.experiments.study.tables import comparable, names, only
from core.spreadsheets import csv_of

KEPT = 64


@dataclass(frozen=True)
class Question:
    """Which networks and tools one asks about.

    Args:
        data: of the networks; "" for all.
        network: kind of network; "" for all.
        seconds: CPU seconds that a tool may take on a network; None for any.
        took_only: whether flaws that made no difference to the network are left out.
    """

    data: str = ""
    network: str = ""
    seconds: float | None = None
    took_only: bool = False

    @property
    def within(self) -> dict[str, str]:
        """The only data and network that are reported."""
        return {name: value for name, value in (("data", self.data), ("network", self.network)) if value}


@st.cache_data(show_spinner=False)
def study() -> ShippedStudy:
    """What ships."""
    return shipped()


@st.cache_data(show_spinner=False)
def as_csv(table: str) -> str:
    """One of the tables that ship, as a file: "readings" or "outcomes"."""
    return csv_of(getattr(study(), table))


@st.cache_data(show_spinner=False)
def rows() -> pd.DataFrame:
    """One value a network, tool and reading, as `comparable` gives them."""
    return comparable(study().readings)


@st.cache_data(show_spinner=False)
def _named() -> pd.DataFrame:
    return names(rows())


@st.cache_data(show_spinner=False, max_entries=KEPT)
def summary(question: Question) -> Summary:
    """How often tools tell and name flaws."""
    return summarise(
        rows(), named=_named(), took_only=question.took_only, within=question.within, most_seconds=question.seconds
    )


@st.cache_data(show_spinner=False, max_entries=KEPT)
def acting(question: Question) -> pd.DataFrame:
    """What acting on what tools say brought, as `helpfulness` gives it; of all tools, however long they take."""
    return helpfulness(only(_policies(), question.within), took_only=question.took_only)


@st.cache_data(show_spinner=False)
def _policies() -> pd.DataFrame:
    return policy_outcomes(study().outcomes, _named())


@st.cache_data(show_spinner=False)
def claims() -> list[tuple[str, str, str, str]]:
    """Published findings: what they found, the verdict, its figures, and who published it."""
    held = hold_all(Evidence(study().readings, rows(), _named(), _policies()))
    return [(claim.said, found.verdict, found.figures, claim.source) for claim, found in held]


def kinds(column: str) -> list[str]:
    """The data sets or kinds of network of the shipped study."""
    return list(dict.fromkeys(rows()[column]))
