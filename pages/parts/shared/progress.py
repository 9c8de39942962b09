"""Long work on the script's own thread: a bar with the time left, and a way to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import add_script_run_ctx

from core.errors import LimitReached
from core.progress import OnStep
from pages.parts.markdown import literal
from pages.parts.state import access

T = TypeVar("T")
PATIENCE = 0.3  # seconds before a bar appears, so that quick work does not flicker


def run(work: Callable[[OnStep], T], label: str, key: str) -> T | None:
    """Do the work while a bar shows how far it is; None when its owner stopped it.

    A press on "Stop" reruns the script, which ends the work from within its callback. Work that has reported no step
    by the time that patience ends is told to be preparing.

    Args:
        work: takes an `OnStep`.
        label: what is being done, such as "Occlusion".
        key: tells several pieces of work on one screen apart, and changes when their settings do.

    Raises:
        LimitReached: where a viewer's work takes longer than it may.
    """
    stopped = f"_stopped_{key}"
    if is_stopped(key):
        st.markdown(f"{literal(label)} was stopped.")
        st.button("Continue", key=f"{key}_again", icon=":material/play_arrow:", on_click=_forget, args=(stopped,))
        return None
    place = st.empty()
    with _Bar(place, label, key, stopped) as bar:
        result = work(bar.step)
    place.empty()
    return result


def is_stopped(key: str) -> bool:
    """Whether work with this key was stopped and not continued since."""
    return bool(st.session_state.get(f"_stopped_{key}"))


class _Bar:
    """Drawn by the script's thread with each step, or by a timer where none has come: by one at a time."""

    def __init__(self, place: DeltaGenerator, label: str, key: str, stopped: str) -> None:
        self._place, self._label, self._key, self._stopped = place, label, key, stopped
        self._began = time.perf_counter()
        self._most_seconds = access.most_seconds()
        self._drawn: DeltaGenerator | None = None
        self._lock = threading.Lock()
        self._over = False
        self._timer = threading.Timer(PATIENCE, self._show)
        add_script_run_ctx(self._timer)

    def __enter__(self) -> _Bar:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            self._over = True

    def _show(self) -> None:
        with self._lock:
            if not self._over and self._drawn is None:
                self._drawn = self._draw()
                self._drawn.progress(0.0, f"{literal(self._label)}: preparing")

    def step(self, done: int, total: int, note: str = "") -> None:
        with self._lock:
            self._step(done, total, note)

    def _step(self, done: int, total: int, note: str) -> None:
        elapsed = time.perf_counter() - self._began
        if self._drawn is None and (not total or elapsed < PATIENCE):
            return
        if self._drawn is None:
            self._drawn = self._draw()
        if not total:
            # Its turn has not come: neither is it under way, nor does the waiting count.
            self._began = time.perf_counter()
            self._drawn.progress(0.0, literal(f"{self._label}: {note or 'preparing'}"))
            return
        if self._most_seconds is not None and elapsed > self._most_seconds:
            raise LimitReached(
                f"{self._label} takes longer than the {self._most_seconds} seconds that a viewer of this server may "
                "compute at once. Choose less, or ask whoever runs the server."
            )
        self._drawn.progress(
            min(done / total, 1.0), literal(f"{self._label}: {done} of {total} {note}, {left(elapsed, done, total)}")
        )

    def _draw(self) -> DeltaGenerator:
        with self._place.container():
            drawn = st.empty()
            st.button(
                "Stop", key=f"{self._key}_stop", icon=":material/stop:", on_click=_remember, args=(self._stopped,)
            )
        return drawn


def left(elapsed: float, done: int, total: int) -> str:
    """How long it will take still, in words."""
    if done <= 0:
        return "estimating time left"
    return f"about {duration(elapsed * (total - done) / done)} left"


def duration(seconds: float) -> str:
    """A length of time in words."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def forget(key: str) -> None:
    """Let work go on that was stopped before; in a callback, or before that work."""
    _forget(f"_stopped_{key}")


def _remember(name: str) -> None:
    st.session_state[name] = True


def _forget(name: str) -> None:
    st.session_state.pop(name, None)
