"""The stage on which the guide shows things: the run that ships with Hunch, and a few of its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import streamlit as st

from core.datasets import Dataset
from core.errors import Unavailable
from core.progress import OnStep
from pages.parts.attribution import compute
from pages.parts.shared import long_work
from pages.parts.shared.controls import spaced
from pages.parts.state import caches, current_run, links
from pages.parts.state.current_run import Opened

if TYPE_CHECKING:
    from core.networks.training.run import Run

T = TypeVar("T")
FEW = {"train": 40, "validation": 10, "test": 40}  # pictures of each class, so that nobody waits


@dataclass(frozen=True, eq=False)
class Stage:
    """The shipped network, and a few pictures of each class.

    Args:
        opened: run and pictures; in the judge's pictures the background is tied to nothing.
        sure: how sure the network is of each class on the judge's pictures, (N, K).
    """

    opened: Opened
    sure: np.ndarray

    @property
    def run(self) -> Run:
        return self.opened.run

    @property
    def judge(self) -> Dataset:
        return self.opened.planted.judge

    @property
    def target(self) -> int:
        """The class whose background gave it away."""
        found = self.opened.planted.answer.class_index
        assert found is not None
        return found

    @property
    def names(self) -> list[str]:
        return [spaced(name) for name in self.judge.class_names]

    @property
    def wrong(self) -> int:
        """The picture of something else that it takes most surely for that class."""
        others = self.judge.labels != self.target
        return int(np.argmax(np.where(others, self.sure[:, self.target], -1)))

    @property
    def right(self) -> int:
        """The picture of that class that it knows most surely."""
        own = self.judge.labels == self.target
        return int(np.argmax(np.where(own, self.sure[:, self.target], -1)))

    def compute_once(self, what: str, label: str, work: Callable[[OnStep], T], *, in_turn: bool = False) -> T | None:
        """The result of the work, computed once for everybody; None where it was stopped.

        Args:
            in_turn: whether it takes its turn among the server's heavy work.
        """
        return long_work.compute_once(compute.large(), f"guide_{what}", label, work, run=self.run.key, in_turn=in_turn)

    def onward(self, file: str, label: str) -> None:
        """A link that goes on with the shipped run on another screen."""
        links.button(file, label, ":material/arrow_forward:", {links.RUN: self.run.key}, key="onward")


def stage() -> Stage:
    """The stage, set up once.

    Raises:
        Unavailable: when the run that ships with Hunch is missing.
    """
    info = current_run.shipped_run()
    if info is None:
        raise Unavailable("The run that ships with Hunch is missing: the guide's examples are computed on it.")
    return _stage(info.key)


@st.cache_resource(max_entries=1, show_spinner="Setting up the example")
def _stage(key: str) -> Stage:
    from core import flaws
    from core.networks.evaluator import ModelEvaluator

    run = caches.run(key, caches.SHIPPED)
    source = current_run.material_of(run)
    few = replace(source, settings=type(source.settings).of(source.settings, **FEW))
    planted = flaws.plant(few_pictures(), few.flaw, strength=few.planting.strength, **few.flaw_settings.model_dump())
    opened = Opened(run, few, planted)
    with caches.lock(key):
        return Stage(opened, ModelEvaluator.of(run.model).probabilities(planted.judge.images))


def few_pictures(**settings: Any) -> Any:
    """A few pictures of each class, with no flaw in them."""
    from core import datasets

    return datasets.load("wardrobe", **FEW, **settings)
