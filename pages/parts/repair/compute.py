"""Ladders in the background: one job for each question of a person, with what is known so far."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.networks import Job, default_queue
from core.repair import history, plan_training
from pages.parts.repair.choice import Choice
from pages.parts.state import access, caches, links
from pages.parts.state.current_run import Opened

if TYPE_CHECKING:
    from core.datasets import Dataset
    from core.repair import Ladder
    from core.repair.history import Proof

KEPT = 4


class Desk:
    """Jobs and results by `desk_key`: the networks of a ladder belong to who had it trained."""

    def __init__(self) -> None:
        self.results = caches.Shelf(KEPT)
        self.partial = caches.Shelf(KEPT)
        self._jobs: dict[str, Job[Any]] = {}
        self._lock = threading.Lock()

    def job(self, key: str) -> Job[Any] | None:
        """The job of a question; None where nobody asked."""
        return self._jobs.get(key)

    def begin(self, key: str, job: Job[Any]) -> None:
        """Keep a job; those that are over and belong to other questions go."""
        with self._lock:
            self._jobs = {name: other for name, other in self._jobs.items() if other.active}
            self._jobs[key] = job

    def forget(self, key: str) -> None:
        """Let a job go that is over."""
        with self._lock:
            self._jobs.pop(key, None)


@st.cache_resource(max_entries=1, show_spinner=False)
def desk() -> Desk:
    """The one desk of this server."""
    return Desk()


def desk_key(run: str, choice: Choice) -> str:
    """Tells one person's question about a run from all others."""
    return f"{access.owner()} {choice.key(run)}"


def find_proof(run: str, choice: Choice) -> tuple[Proof | None, Ladder | None]:
    """The proof for a run, from this server's memory or the store, and the whole ladder while it is in memory."""
    key = choice.key(run)
    ladder: Ladder | None = desk().results.get(desk_key(run, choice))
    return (history.find(run, key, access.store()) if ladder is None else history.proof_of(ladder, key)), ladder


def judge_of(opened: Opened, choice: Choice) -> Dataset | None:
    """The pictures to judge on; None to have some built. In a blind game nobody hands out the answer key."""
    if choice.how.judge == "built" or links.game():
        return None
    if choice.how.judge == "held back" or opened.training_data.flaw != "none":
        return opened.planted.judge
    return None


def plan_table(opened: Opened, choice: Choice) -> pd.DataFrame:
    """What is left to train, and how long that takes."""
    return plan_training(
        opened.run,
        opened.planted.splits,
        choice.fixes,
        seeds=choice.how.seeds,
        store=access.store(),
        seed=choice.how.seed,
    )


def begin(opened: Opened, choice: Choice, *, at_once: bool = False) -> None:
    """Start the ladder.

    Raises:
        NotAllowed: for a viewer.
        LimitReached: where this person has, or all have, as many jobs or runs as are allowed.
    """
    store = access.room_for("train")
    key, question = desk_key(opened.run.key, choice), choice.key(opened.run.key)
    known = desk().job(key)
    if known is not None and known.active:
        return
    run, origin = opened.run.key, links.store_of(opened.run.key)
    splits, judge, shelves = opened.planted.splits, judge_of(opened, choice), desk()

    def work(job: Job[Any]) -> Ladder:
        from core.networks import open_run
        from core.repair import ladder

        found = ladder(
            # A copy of its own: others may be looking at the one on the screen.
            open_run(run, origin),
            splits,
            choice.fixes,
            seeds=choice.how.seeds,
            judge=judge,
            store=store,
            seed=choice.how.seed,
            on_step=job.on_step,
            on_ladder=lambda partial: shelves.partial.put(key, partial),
        )
        shelves.results.put(key, found)
        history.save(run, found, store, question=question)
        return found

    shelves.begin(key, default_queue().submit(work, "Fixes", owner=store.owner, at_once=at_once))
