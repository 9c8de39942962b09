"""What the screen about trust computes: kept for every visitor, watched while it runs, stopped on a press."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core import trust
from core.datasets import Dataset
from core.hunches import history
from core.networks.load import save_model
from core.progress import OnStep
from core.report import (
    Facts,
    Report,
    ReportSettings,
    compose,
    examine_quickly,
    gather,
    html,
    recorded_findings,
    with_findings,
)
from core.report.facts import MethodTrial
from core.settings import digest
from pages.parts.shared import long_work
from pages.parts.state import access, caches
from pages.parts.state.current_run import Opened
from pages.parts.state.data_source import CLEAN

EXAMINE = "_examine"
SEED, PICTURES = 0, 200


@dataclass(frozen=True)
class Asked:
    """What the report is about.

    Args:
        opened: the current run.
        title: of the report.
        settings: its dials.
        second: whether the exam without the planted flaw belongs to it.
    """

    opened: Opened
    title: str
    settings: ReportSettings
    second: bool

    @property
    def judge(self) -> Dataset | None:
        """The second exam; None where there is none, or nobody should know that there is."""
        known = self.opened.training_data.flaw != CLEAN
        return self.opened.planted.judge if known and self.second else None

    @property
    def key(self) -> str:
        """Everything that its measurements depend on."""
        return digest(["report", self.opened.run.key, self.opened.training_data.key, self.settings.key, self.second])

    @property
    def heatmaps_key(self) -> str:
        """Everything that the heatmaps that were tried depend on."""
        dials = self.settings.model_dump(include={"methods", "pictures", "seed"}, mode="json")
        return digest(["heatmaps", self.opened.run.key, self.opened.training_data.key, dials])


@st.cache_resource(max_entries=1, show_spinner=False)
def shelf() -> caches.Shelf:
    """Measurements of reports, and files made of them."""
    return caches.Shelf(32)


def facts(asked: Asked) -> Facts | None:
    """What the report rests on, with whatever was found on this run so far; None where it was stopped."""

    def work(on_step: OnStep) -> Facts:
        tried: tuple[MethodTrial, ...] | None = shelf().get(asked.heatmaps_key)
        made = gather(
            asked.opened.run,
            asked.opened.planted.splits,
            title=asked.title,
            settings=asked.settings,
            judge=asked.judge,
            trials=tried,
            on_step=on_step,
        )
        shelf().put(asked.heatmaps_key, made.trials)
        return made

    found = long_work.compute_once(
        shelf(), asked.key, "Writing the report", work, run=asked.opened.run.key, in_turn=True
    )
    return None if found is None else with_findings(found, **_findings(asked))


def _findings(asked: Asked) -> dict[str, Any]:
    """What was found on this run so far, by whichever screen."""
    run = asked.opened.run
    return recorded_findings(run.key, access.store(), origin=str(run.about.get("repaired", "")))


def page(report: Report, base_url: str) -> bytes:
    """The file, made once for what it says."""
    # The text holds every number; pictures and charts follow from it and from the run.
    key = digest(["page", report.key, base_url, report.text, [dict(each.terms) for each in report.sections]])
    found: bytes | None = shelf().get(key)
    if found is None:
        found = html(report, base_url).encode()
        shelf().put(key, found)
    return found


def report_of(asked: Asked, found: Facts) -> Report:
    """The report in words, under the title that is set now."""
    return compose(replace(found, title=asked.title))


def ask_to_examine(asked: Asked) -> None:
    """The callback of the button: look now, also where it was stopped before."""
    st.session_state[EXAMINE] = asked.opened.run.key
    long_work.forget_stops([_examined_key(asked)])


def asked_to_examine(asked: Asked) -> bool:
    """Whether somebody pressed the button for this run."""
    return st.session_state.get(EXAMINE) == asked.opened.run.key


def run_examination(asked: Asked) -> bool:
    """Test the usual wrong reasons and keep what was found beside the run; False where it was stopped."""
    store = access.store()

    def work(on_step: OnStep) -> bool:
        found = examine_quickly(
            asked.opened.run, asked.opened.planted.splits.test, n=PICTURES, seed=SEED, on_step=on_step
        )
        history.save(
            asked.opened.run.key, found, pictures="test", asked=PICTURES, seed=SEED, together=True, store=store
        )
        return True

    done = long_work.compute_once(
        shelf(), _examined_key(asked), "Examining", work, run=asked.opened.run.key, in_turn=True
    )
    if done:
        st.session_state.pop(EXAMINE, None)
    return bool(done)


def _examined_key(asked: Asked) -> str:
    # What is found is kept with whoever asked.
    return digest(["examined", access.owner(), asked.opened.run.key, asked.opened.training_data.key])


def calibrated(opened: Opened, temperature: float) -> bytes:
    """The run's network with a temperature built in, as a .keras file."""
    with caches.lock(opened.run.key):
        return save_model(trust.with_temperature(opened.run.model, temperature), opened.run.class_names)


def title_of(run: Any) -> str:
    """What to call a run's network where nobody gave it a name."""
    names = ", ".join(run.class_names[:3])
    return f"Telling {names}{' and more' if len(run.class_names) > 3 else ''} apart"
