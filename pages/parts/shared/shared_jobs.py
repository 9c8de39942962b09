"""Heavy work that takes its turn in the queue: one job for all who ask for the same, ended once nobody does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from core.errors import Cancelled
from core.limits import Limits
from core.networks import Job, default_queue
from core.networks.training.foreground import FOREGROUND
from core.progress import OnStep
from pages.parts.state import access

T = TypeVar("T")
VIEWERS = "viewers"
LOOK_EVERY = 0.2  # seconds
# Seconds in which a page may be drawn anew, or reloaded, without losing what it waits for.
FORGOTTEN_AFTER = 30.0


class Forgotten(Cancelled):
    """A job that nobody asked for any more."""


@dataclass
class _Shared:
    """A job, and when each window last asked for it."""

    job: Job[Any] | None = None
    asked: dict[str, float] = field(default_factory=dict)

    @property
    def forgotten(self) -> bool:
        return not any(time.monotonic() - when < FORGOTTEN_AFTER for when in list(self.asked.values()))


class _Desk:
    """The jobs that somebody waits for, by what they make."""

    def __init__(self) -> None:
        self._known: dict[str, _Shared] = {}
        self._lock = threading.Lock()

    def ask(self, key: str, window: str, submit: Callable[[_Shared], Job[Any]]) -> Job[Any]:
        """The job that makes it; a new one where there is none."""
        with self._lock:
            self._known = {name: each for name, each in self._known.items() if each.job is not None and each.job.active}
            shared = self._known.get(key)
            if shared is None:
                shared = _Shared(asked={window: time.monotonic()})
                shared.job = submit(shared)
                self._known[key] = shared
            shared.asked[window] = time.monotonic()
            assert shared.job is not None
            return shared.job

    def remind(self, key: str, window: str) -> None:
        """Tell that a window still waits."""
        with self._lock:
            if key in self._known:
                self._known[key].asked[window] = time.monotonic()

    def leave(self, key: str, window: str) -> None:
        """Tell that a window waits no more; the job ends where nobody else does."""
        with self._lock:
            shared = self._known.get(key)
            if shared is not None:
                shared.asked.pop(window, None)
                if shared.job is not None and shared.forgotten:
                    shared.job.cancel()


@st.cache_resource(max_entries=1, show_spinner=False)
def _desk() -> _Desk:
    return _Desk()


def in_turn(key: str, title: str, work: Callable[[OnStep], T]) -> Callable[[OnStep], T]:
    """The same work as a job of the queue, which whoever asks for the same key shares.

    Args:
        key: everything that the result depends on.
        title: what it is, for a list of jobs.
        work: takes an `OnStep`; runs on a thread that belongs to no session.

    Returns:
        Waits for the job, and passes on how far it is. It raises `LimitReached` where this person has, or all have, as
        many jobs as are allowed.
    """
    desk, window = _desk(), access.window()

    def submit(shared: _Shared) -> Job[T]:
        who, limits = access.visitor(), Limits.from_environment()
        slice_of_it: dict[str, Any] = (
            {"group": VIEWERS, "most_own": limits.viewer_jobs, "most_seconds": limits.viewer_seconds}
            if who.role == "viewer"
            else {}
        )
        # Whether it goes on after a window was closed is for those to say who wait for it.
        return default_queue().submit(
            lambda job: work(_watched(job, shared)), title, owner=who.owner, goes_on=True, **slice_of_it
        )

    def wait(on_step: OnStep) -> T:
        while True:
            job = desk.ask(key, window, submit)
            while not _over(job):
                if not access.is_open(window):
                    raise Cancelled("Stopped, because the window that asked for it was closed.")
                desk.remind(key, window)
                on_step(*_progress(job))
            if not isinstance(job.error, Forgotten):
                return job.result()

    return wait


def _over(job: Job[Any]) -> bool:
    """Whether it is over, after a moment in which this screen holds it up no more."""
    with FOREGROUND.paused():
        return job.wait(LOOK_EVERY)


def leave(key: str) -> None:
    """Tell that this window does not wait for a job any more."""
    _desk().leave(key, access.window())


def _watched(job: Job[Any], shared: _Shared) -> OnStep:
    def step(done: int, total: int, note: str = "") -> None:
        job.on_step(done, total, note)
        if shared.forgotten:
            raise Forgotten("Nobody waited for it any more.")

    step(0, 0)
    return step


def _progress(job: Job[Any]) -> tuple[int, int, str]:
    if job.state != "queued":
        return job.done, job.total, job.note
    others = job.place
    return 0, 0, "next in the queue" if others <= 1 else f"waiting for {others} other jobs"
