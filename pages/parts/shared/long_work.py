"""Long work of a screen: computed once for every visitor, watched while it runs, stopped on a press."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import streamlit as st

from core.progress import OnStep
from pages.parts.shared import progress, shared_jobs
from pages.parts.state import caches
from pages.parts.state.caches import Shelf

T = TypeVar("T")


def compute_once(
    shelf: Shelf,
    key: str,
    label: str,
    work: Callable[[OnStep], T],
    *,
    run: str = "",
    in_turn: bool = False,
) -> T | None:
    """The result of the work, from the shelf or computed now; None where it was stopped.

    Args:
        shelf: where results are kept.
        key: everything that the result depends on.
        label: what is being done, as the progress bar says it.
        work: takes an `OnStep`.
        run: key of the run whose network it uses, if any: nobody else uses that meanwhile.
        in_turn: whether it takes its turn among the server's heavy work, on a thread of its own that knows no session;
            whoever asks for the same meanwhile gets the same.
    """
    result: T | None = shelf.get(key)
    # A place of its own even where nothing is to do: otherwise what follows moves up and leaves a ghost behind.
    with st.container():
        if result is None:
            work = alone(run, work) if run else work
            if in_turn:
                work = shared_jobs.in_turn(key, label, work)
            result = progress.run(work, label, f"work_{key}")
            if result is not None:
                shelf.put(key, result)
            elif in_turn:
                shared_jobs.leave(key)
    return result


def request(name: str) -> None:
    """Remember that long work was asked for: the callback of its button."""
    st.session_state[name] = True


def forget_stops(keys: Iterable[str]) -> None:
    """Let work go on that was stopped before; only in a callback or before that work."""
    for key in keys:
        st.session_state.pop(f"_stopped_work_{key}", None)


def is_stopped(key: str) -> bool:
    """Whether the work was stopped and not continued since."""
    return progress.is_stopped(f"work_{key}")


def alone(run: str, work: Callable[[OnStep], T]) -> Callable[[OnStep], T]:
    """The same work, while nobody else uses the network of this run, but for those let in between two steps."""
    lock = caches.lock(run)

    def held(on_step: OnStep) -> T:
        def step(done: int, total: int, note: str = "") -> None:
            on_step(done, total, note)
            lock.let_others_in()

        with lock:
            return work(step)

    return held
