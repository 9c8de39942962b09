"""Heavy work in the queue: one job for all who ask for the same, and none that nobody waits for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.access import mark_of
from core.errors import Cancelled
from core.networks import default_queue
from pages.parts.shared import shared_jobs
from pages.parts.state import access

WAIT = 60


class Gate:
    """Work that says how often it has begun, and goes on until it is let."""

    def __init__(self) -> None:
        self.begun, self.began, self.open = 0, threading.Event(), threading.Event()

    def __call__(self, on_step: Any) -> str:
        self.begun += 1
        self.began.set()
        while not self.open.wait(0.01):
            on_step(1, 4, "")
        return "made"


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> threading.local:
    """Each thread is a window of somebody's own, as `name` says."""
    here = threading.local()
    monkeypatch.setattr(access, "window", lambda: here.name)
    monkeypatch.setattr(access, "visitor", lambda: access.Visitor(mark_of(here.name), "operator"))
    return here


def ask(window: threading.local, name: str, work: Any, on_step: Any = lambda *_: None) -> str:
    window.name = name
    return shared_jobs.in_turn("the same", "Searching", work)(on_step)


def test_two_who_ask_for_the_same_share_one_job(window):
    gate, both = Gate(), threading.Barrier(3)
    with ThreadPoolExecutor(2) as people:
        asked = [people.submit(ask, window, name, gate, _once(both)) for name in ("ann", "bob")]
        both.wait(WAIT)
        gate.open.set()
        assert [person.result(WAIT) for person in asked] == ["made", "made"]
    assert gate.begun == 1


def _once(barrier: threading.Barrier) -> Any:
    """An `OnStep` that meets the others at its first step."""
    met = []

    def step(*_: Any) -> None:
        if not met:
            met.append(barrier.wait(WAIT))

    return step


def test_a_job_ends_when_the_last_who_waits_leaves(window):
    gate = Gate()

    def leave(done: int, total: int, note: str = "") -> None:
        if gate.began.is_set():
            raise InterruptedError  # as a press on "Stop" ends a script

    with pytest.raises(InterruptedError):
        ask(window, "ann", gate, leave)
    (job,) = [job for job in default_queue().jobs() if job.title == "Searching"]
    shared_jobs.leave("the same")
    with pytest.raises(Cancelled):
        job.result(WAIT)


def test_whoever_comes_back_in_time_finds_the_job_still_running(window):
    gate = Gate()

    def draw_anew(done: int, total: int, note: str = "") -> None:
        if gate.began.is_set():
            raise InterruptedError

    with pytest.raises(InterruptedError):
        ask(window, "ann", gate, draw_anew)
    gate.open.set()
    assert ask(window, "ann", gate) == "made"
    assert gate.begun == 1


def test_a_job_that_nobody_has_asked_for_lately_gives_up(window, monkeypatch):
    gate = Gate()

    def go_away(*_: Any) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        ask(window, "ann", gate, go_away)
    (job,) = [job for job in default_queue().jobs() if job.title == "Searching"]
    monkeypatch.setattr(shared_jobs, "FORGOTTEN_AFTER", 0.0)
    with pytest.raises(shared_jobs.Forgotten):
        job.result(WAIT)
