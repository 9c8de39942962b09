"""Long work of a screen: computed once for every visitor, watched while it runs, stopped on a press."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

import streamlit as st

from core.progress import OnStep
from pages.parts.shared import progress
from pages.parts.state import caches
from pages.parts.state.caches import Shelf

T = TypeVar("T")


def kept(shelf: Shelf, key: str, label: str, work: Callable[[OnStep], T]) -> T | None:
    """What the work gives, computed once; None where it was stopped.

    Args:
        shelf: where it is kept.
        key: everything that it depends on.
        label: what is being done.
        work: takes an `OnStep`.
    """
    found: T | None = shelf.get(key)
    if found is not None:
        return found
    made = progress.watched(work, label, f"work_{key}")
    if made is not None:
        shelf.put(key, made)
    return made


def want(name: str) -> None:
    """Remember that long work was asked for: the callback of its button."""
    st.session_state[name] = True


def forget_stops(keys: Iterable[str]) -> None:
    """Let work go on that was stopped before; only in a callback or before that work."""
    for key in keys:
        st.session_state.pop(f"_stopped_work_{key}", None)


def alone(run: str, work: Callable[[OnStep], T]) -> Callable[[OnStep], T]:
    """The same work, while nobody else uses the network of this run."""

    def held(on_step: OnStep) -> T:
        with caches.lock(run):
            return work(on_step)

    return held


def in_turns(run: str, work: Callable[[OnStep], T]) -> Callable[[OnStep], T]:
    """The same work, while nobody else uses the network of this run; between its steps others have their turn."""

    def held(on_step: OnStep) -> T:
        lock = caches.lock(run)
        with lock:
            return work(_letting_go(lock, on_step))

    return held


def _letting_go(lock: threading.Lock, on_step: OnStep) -> OnStep:
    def step(done: int, total: int, note: str = "") -> None:
        lock.release()
        try:
            on_step(done, total, note)
        finally:
            lock.acquire()

    return step
