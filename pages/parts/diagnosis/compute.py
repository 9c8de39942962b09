"""What the screen about flaws computes: kept beside the run for every visitor, watched while it runs."""

from __future__ import annotations

import streamlit as st

from core.diagnosis import Suspect, diagnose, effort, history
from core.progress import OnStep
from core.settings import Settings, setting
from pages.parts.shared import long_work
from pages.parts.state import access, caches
from pages.parts.state.current_run import Opened

ASKED = "_diagnosing"


class DiagnosisSettings(Settings):
    """The dials of a diagnosis."""

    budget: int | None = setting(
        None,
        "Most pictures that the network is asked about: fewer are quicker and less sure.",
        low=effort.FEWEST,
        high=1_000_000,
        step=500,
        unit="pictures",
    )
    seed: int = setting(0, "Decides which pictures are tried and how they are paired.", low=0, high=2**31 - 1, step=1)


def load_suspects(opened: Opened, dials: DiagnosisSettings) -> list[Suspect] | None:
    """What was found before on this run; None where nobody looked."""
    own, key = f"{access.owner()}_{_key(opened, dials)}", _key(opened, dials)
    found: list[Suspect] | None = _shelf().get(own)
    if found is not None:
        return found
    store = access.store()
    found = history.load(opened.run.key, store=store, **dials.model_dump())
    if found is None:
        # Somebody else had it searched: it need not be searched again, and is kept with this person too.
        found = _shelf().get(key)
        if found is not None:
            history.save(opened.run.key, found, store=store, **dials.model_dump())
    if found is not None:
        _shelf().put(own, found)
    return found


def search(opened: Opened, dials: DiagnosisSettings) -> list[Suspect] | None:
    """Look for every flaw, or give what was found before; None where it was stopped."""
    found = load_suspects(opened, dials)
    if found is not None:
        return found

    def look(on_step: OnStep) -> list[Suspect]:
        return diagnose(opened.run, opened.planted.splits, on_step=on_step, **dials.model_dump())

    label, key = "Searching for flaws", _key(opened, dials)
    made = long_work.compute_once(_shelf(), key, label, look, run=opened.run.key, in_turn=True)
    if made is not None:
        history.save(opened.run.key, made, store=access.store(), **dials.model_dump())
    return made


def request(opened: Opened, dials: DiagnosisSettings) -> None:
    """The callback of the button: look now, also where it was stopped before."""
    st.session_state[ASKED] = opened.run.key
    long_work.forget_stops([_key(opened, dials)])


def is_requested(opened: Opened) -> bool:
    """Whether somebody pressed the button for this run."""
    return st.session_state.get(ASKED) == opened.run.key


def expected_seconds(opened: Opened, dials: DiagnosisSettings) -> float | None:
    """How long a search will take; None for a network so small that this does not decide it."""
    return _expected(opened.run.key, dials.budget, opened)


@st.cache_data(max_entries=64, show_spinner="Timing the network")
def _expected(key: str, budget: int | None, _opened: Opened) -> float | None:
    with caches.lock(key):
        return effort.expected_seconds(_opened.run.model, _opened.planted.splits.test.images, budget)


def _key(opened: Opened, dials: DiagnosisSettings) -> str:
    return f"diagnosis_{opened.run.key}_{dials.seed}_{dials.budget}"


@st.cache_resource(max_entries=1, show_spinner=False)
def _shelf() -> caches.Shelf:
    return caches.Shelf(64)
