"""What an operator sees of the server: whether all is well, the disk, the queue, damaged artefacts, and the limits."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from core.errors import Damaged, NotAllowed
from core.limits import Limits, variable_of
from core.networks import default_queue
from core.progress import OnStep
from core.store import Store, default_store, unsaved
from core.store.names import OWNERS, kind_of, owner_of
from core.store.upkeep import SetAside, set_aside, verify
from pages.parts.shared import frame, progress, style
from pages.parts.state import access

CHECKING, CHECKED = "_checking_store", "_checked_store"
MEGABYTE = 10**6
AGAIN = {
    "runs": "Train it again with the same settings.",
    "films": "Train the run again and record its maps.",
    "uploads": "Upload the zip again.",
    "models": "Open the network file again.",
}
RECOMPUTED = "It is computed again when it is next asked for."
NOTES = {
    "damaged": "Damaged artefacts were moved out of the way. They go first when space is needed.",
    "unsaved": "These are in memory only until the store can be written to again. Hunch keeps trying.",
}


def draw() -> None:
    """All of it.

    Raises:
        NotAllowed: for a viewer.
        StoreError: where the store cannot be reached.
    """
    if access.visitor().role != "operator":
        raise NotAllowed("This page is for operators of this server.")
    store, limits = default_store(), Limits.from_environment()
    place = st.container()
    damaged, waiting = set_aside(store), unsaved(store)
    size = sum(file.size for file in store.all_files())
    with place:
        _draw_answer(len(damaged), len(waiting), size, limits)
    _draw_queue()
    _draw_store(store, damaged, waiting)
    _draw_limits(limits)


def _draw_answer(damaged: int, waiting: int, size: int, limits: Limits) -> None:
    owners = [who.owner for who in access.sessions().values()]
    problems = [
        *([f"{damaged} damaged artefacts"] if damaged else []),
        *([f"{waiting} artefacts not written yet"] if waiting else []),
        *(["the store is over its limit"] if size > limits.store_bytes else []),
    ]
    people = len(set(owners))
    frame.answer(
        "Needs attention" if problems else "All is well",
        f"{', '.join(problems).capitalize()}." if problems else "Nothing is damaged, and everything is written.",
        f"{people} {'person' if people == 1 else 'people'} here in {len(owners)} windows.",
        tone="bad" if problems else "good",
    )
    share = min(size / limits.store_bytes, 1.0)
    st.progress(share, f"The store holds {_amount(size, 'bytes')} of {_amount(limits.store_bytes, 'bytes')}")


def _draw_queue() -> None:
    jobs, mine = default_queue().jobs(), access.owner()
    st.subheader("Queue", anchor=False)
    if not jobs:
        style.small("Nothing is running or waiting.")
        return
    rows = [
        {
            "job": job.title if job.owner == mine else "somebody else's",
            "state": job.state,
            "ahead": job.place,
            "seconds": round(job.seconds),
        }
        for job in jobs
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)


def _draw_store(store: Store, damaged: list[SetAside], waiting: list[str]) -> None:
    st.subheader("Store", anchor=False)
    if damaged:
        style.small(NOTES["damaged"])
        rows = [
            {
                "what": kind_of(item.name),
                "whose": _whose(item.name),
                "when": item.when,
                "why": item.reason,
                "what to do": AGAIN.get(kind_of(item.name), RECOMPUTED),
            }
            for item in damaged
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, key="damaged")
    if waiting:
        style.small(NOTES["unsaved"])
    for name in waiting:
        _draw_unsaved(store, name)
    st.button("Check every artefact", key="check_store", icon=":material/fact_check:", on_click=_ask)
    if st.session_state.pop(CHECKING, False):
        found = progress.run(lambda on_step: _verify(store, on_step), "Checking", "check_store_work")
        st.session_state[CHECKED] = None if found is None else len(found)
        st.rerun()
    checked = st.session_state.pop(CHECKED, None)
    if checked is not None:
        style.small("Every artefact is whole." if not checked else f"{checked} were damaged, and were set aside.")


def _draw_unsaved(store: Store, name: str) -> None:
    """One artefact that is in memory only; its owner can download it."""
    if owner_of(name) not in ("", access.owner()):
        style.small(f"One of {kind_of(name)}, somebody else's.")
        return
    st.download_button(f"Download one of {kind_of(name)}", store.read(name), Path(name).name, key=f"unsaved_{name}")


def _draw_limits(limits: Limits) -> None:
    st.subheader("Limits", anchor=False)
    style.small("Each is changed by its environment variable, and holds from the next start.")
    rows = [
        {"limit": dial.help.rstrip("."), "value": _amount(getattr(limits, dial.name), dial.unit), "variable": variable}
        for dial in Limits.dials()
        for variable in [variable_of(dial.name)]
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="limits")


def _ask() -> None:
    st.session_state[CHECKING] = True


def _verify(store: Store, on_step: OnStep) -> list[Damaged]:
    def step(done: int, total: int, note: str = "") -> None:  # noqa: ARG001 - names of artefacts are their owners' own
        on_step(done, total, "")

    return verify(store, step)


def _whose(name: str) -> str:
    if not name.startswith(f"{OWNERS}/"):
        return "shared"
    return "yours" if owner_of(name) == access.owner() else "somebody else's"


def _amount(value: float, unit: str) -> str:
    return f"{value / MEGABYTE:,.0f} MB" if unit == "bytes" else f"{value:,} {unit}".strip()
