"""One's own experiment: what is asked for, and its readings."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core import flaws
from core.experiments import ExperimentSettings, compare_tools, run_experiment, tools
from core.progress import OnStep
from core.settings import digest
from pages.parts.shared import long_work
from pages.parts.shared.controls import spaced
from pages.parts.state import access
from pages.parts.state.caches import Shelf

KEPT = 8
TRAINING = 20.0  # seconds that a network of 300 pictures a class and 12 epochs takes on two cores
READING = 3.0  # and a tool, on both networks of a pair
USUAL = 300 * 12


@dataclass(frozen=True)
class Plan:
    """An experiment of one's own."""

    flaws: tuple[str, ...]
    tools: tuple[str, ...]
    seeds: int
    settings: ExperimentSettings

    @property
    def key(self) -> str:
        """Tells one experiment from another."""
        return digest([self.flaws, self.tools, self.seeds, self.settings.model_dump(mode="json")])

    @property
    def seconds(self) -> float:
        """About how long it takes anew; one healthy network serves all flaws of a seed."""
        networks = self.seeds * (len(self.flaws) + 1)
        size = self.settings.train * self.settings.epochs / USUAL * (self.settings.filters / 24) ** 2
        heaviness = self.settings.pictures / 4
        return networks * TRAINING * size + self.seeds * len(self.flaws) * len(self.tools) * READING * heaviness


@st.cache_resource(max_entries=1, show_spinner=False)
def shelf() -> Shelf:
    """Experiments of this server's visitors."""
    return Shelf(KEPT)


def run_plan(plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """The readings of an experiment and their comparison, watched while they are made; None where it was stopped.

    Raises:
        NotAllowed: for a viewer.
    """
    access.require("train")
    store = access.store()

    def work(on_step: OnStep) -> tuple[pd.DataFrame, pd.DataFrame]:
        settings = plan.settings.model_dump()
        readings = run_experiment(plan.flaws, plan.tools, range(plan.seeds), store=store, on_step=on_step, **settings)
        return readings, compare_tools(readings)

    return long_work.compute_once(shelf(), plan.key, "The experiment", work, in_turn=True)


def cells(table: pd.DataFrame) -> pd.DataFrame:
    """A comparison as the grid draws it."""
    return pd.DataFrame(
        {
            "tool": [tools()[name].title for name in table["tool"]],
            "flaw": [spaced(name) for name in table["flaw"]],
            "planted": [flaw_title(name) for name in table["flaw"]],
            "times": 100 * table["share"],
            "range": [
                f"{100 * low:.0f} to {100 * high:.0f}" for low, high in zip(table["low"], table["high"], strict=True)
            ],
            "n": table["n"],
            "seconds": table["seconds"],
            "said": [{"inconclusive": "may tell"}.get(said, said) for said in table["conclusion"]],
        }
    )


def flaw_title(name: str) -> str:
    """What a person calls a flaw."""
    return flaws.info(name).title
