"""A proof, kept as a check that every later version of the network must pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.repair import AS_IT_IS
from core.settings import digest
from pages.parts.shared import keep_check, long_work, style
from pages.parts.state import caches, links

if TYPE_CHECKING:
    from core.acceptance import Check
    from core.progress import OnStep
    from core.repair.history import Proof
    from pages.parts.state.current_run import Opened

NO_CHECK = "none"


def draw(found: Proof, opened: Opened) -> None:
    """For a fix that helped: a button that looks for the check, then the check as a file.

    Args:
        found: the proof.
        opened: the current run, whose test images are asked about.
    """
    stores = {} if found.best is None else {name: links.store_of(found.runs[name]) for name in (AS_IT_IS, found.best)}
    if not stores or None in stores.values():
        return
    key = digest([found.best, dict(found.runs)])
    asked = f"_asked_proof_check_{key}"
    if not st.session_state.get(asked):
        st.button(
            "Make a check of this",
            key="proof_check",
            icon=":material/task_alt:",
            on_click=long_work.request,
            args=(asked,),
            help="Looks for a change of the images that the flawed network fails and the fixed one passes, so that the "
            "flaw cannot come back unseen.",
        )
        return
    check = long_work.compute_once(
        caches.maps(), key, "Comparing both networks", lambda on_step: _made(found, opened, on_step)
    )
    if isinstance(check, str):
        style.small(
            "No check was made: of the changes that would confirm this flaw, none tells the flawed network from the "
            "fixed one beyond doubt on these test images."
        )
    elif check is not None:
        keep_check.draw(check, key="keep_proof")


def _made(found: Proof, opened: Opened, on_step: OnStep) -> Check | str:
    """The check, or `NO_CHECK`, which a shelf can hold where None would stand for nothing yet."""
    from core.acceptance import check_from_proof
    from core.networks import open_run

    assert found.best is not None
    flawed, fixed = (
        open_run(found.runs[name], links.store_of(found.runs[name])).model for name in (AS_IT_IS, found.best)
    )
    return check_from_proof(flawed, fixed, opened.planted.splits.test, found.best, on_step=on_step) or NO_CHECK
