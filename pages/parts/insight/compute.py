"""What the screen about insight computes: kept for every visitor, watched while it runs, stopped on a press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import streamlit as st

from core import insight
from core.datasets import Dataset
from core.insight import ConceptSettings, Drivers, DriverSettings, PrototypeSettings, Sample, StandIn, StandInSettings
from core.insight.tcav import Concept
from core.progress import OnStep
from core.settings import digest
from pages.parts.shared import long_work
from pages.parts.state import current_run
from pages.parts.state.caches import Shelf
from pages.parts.state.current_run import SOURCES, Opened

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Asked:
    """The network and the pictures that it is asked about.

    Args:
        opened: the current run.
        source: one of `runs.SOURCES`.
        data: the pictures.
    """

    opened: Opened
    source: str
    data: Dataset

    @property
    def model(self) -> Any:
        return self.opened.run.model

    @property
    def train(self) -> Dataset:
        """What it learned from."""
        return self.opened.planted.splits.train

    @property
    def key(self) -> str:
        """Tells one question from another."""
        return digest([self.opened.run.key, self.data.key])


@st.cache_resource(max_entries=1, show_spinner=False)
def shelf() -> Shelf:
    """Everything that was found."""
    return Shelf(64)


def draw_source(opened: Opened) -> Asked:
    """Which pictures are looked at."""
    sources = opened.pictures("judge", "test", "train")
    current_run.read_old_source("insight_from")
    helps = "Test pictures are like those it was trained on."
    if "judge" in sources:
        helps = "In the evaluation set the flaw is removed, so causes can be separated. " + helps
    name = st.selectbox(
        "Pictures from", list(sources), format_func=lambda source: SOURCES[source], key="insight_from", help=helps,
        bind="query-params",
    )  # fmt: skip
    return Asked(opened, name, sources[name])


def compute_once(asked: Asked, what: list[Any], label: str, work: Callable[[OnStep], T]) -> T | None:
    """The result of work on the question, computed once; None where it was stopped.

    Args:
        what: tells it from other work on the same question; anything that JSON can hold.
        label: what is being done.
        work: takes an `OnStep`.
    """
    return long_work.compute_once(
        shelf(), digest([asked.key, *what]), label, long_work.alone(asked.opened.run.key, work)
    )


def is_known(asked: Asked, what: list[Any]) -> bool:
    """Whether `compute_once` has this at hand."""
    return shelf().get(digest([asked.key, *what])) is not None


def sample(asked: Asked, settings: DriverSettings) -> Sample | None:
    """The answers to the pictures as they are, and to changed ones."""
    # The unit is reckoned afterwards, and asks for no new answers.
    asking = DriverSettings(**{**settings.model_dump(), "unit": "points", "confidence": 0.95})
    return compute_once(
        asked,
        ["sample", asking.key],
        "Testing the pictures as they are and changed",
        lambda step: insight.gather(asked.model, asked.data, asking, on_step=step),
    )


def drivers(asked: Asked, settings: DriverSettings, of: str | None) -> Drivers | None:
    """What moves the answer."""
    answers = sample(asked, settings)
    if answers is None:
        return None
    return compute_once(
        asked,
        ["drivers", settings.key, of],
        "Estimating effects",
        lambda _: insight.summarise(answers, settings, of=of),
    )


def compared(
    answers: Sample, asked: Asked, by: str, groups: tuple[str, str], of: str, settings: DriverSettings
) -> pd.DataFrame:
    """Two groups side by side."""
    found = compute_once(
        asked,
        ["groups", by, *groups, of, settings.key],
        "Comparing the groups",
        lambda _: insight.compare_groups(answers, by, *groups, of=of, settings=settings),
    )
    assert found is not None
    return found


def embedded(asked: Asked, data: Dataset, name: str) -> np.ndarray | None:
    """The network's description of every picture."""
    return compute_once(
        asked,
        ["embedding", data.key],
        f"Describing the {name} pictures",
        lambda step: insight.embedding(asked.model, data.images, on_step=step),
    )


def prototypes(asked: Asked, settings: PrototypeSettings) -> pd.DataFrame | None:
    """Typical and odd pictures."""
    points = embedded(asked, asked.data, asked.source)
    if points is None:
        return None
    return compute_once(
        asked,
        ["prototypes", settings.key],
        "Choosing pictures",
        lambda _: insight.prototypes(asked.model, asked.data, known=points, **settings.model_dump()),
    )


def concepts_key(wanted: list[Concept], settings: ConceptSettings) -> list[Any]:
    """Tells one test of concepts from another."""
    return ["concepts", [[concept.name, concept.indices.tolist()] for concept in wanted], settings.key]


def concepts(asked: Asked, wanted: list[Concept], settings: ConceptSettings) -> pd.DataFrame | None:
    """Ideas put to the test."""
    return compute_once(
        asked,
        concepts_key(wanted, settings),
        "Testing the ideas",
        lambda step: insight.score_concepts(asked.model, asked.data, wanted, on_step=step, **settings.model_dump()),
    )


def stand_in(asked: Asked, settings: StandInSettings) -> StandIn | None:
    """Rules that agree with the network."""
    return compute_once(
        asked,
        ["stand_in", settings.key],
        "Learning the rules",
        lambda step: insight.stand_in(asked.model, asked.data, on_step=step, **settings.model_dump()),
    )
