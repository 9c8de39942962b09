"""What was loaded or computed once is kept for every visitor: bounded, and keyed by digests of content and settings."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.settings import digest
from core.store import Store

if TYPE_CHECKING:
    from core.networks.inspect import LayerInfo
    from core.networks.training.run import Run

SHIPPED = Store(str(Path(__file__).parents[3] / "assets" / "home"))


def run(key: str, store: Store) -> Run:
    """A run with its network, which is read only.

    Raises:
        InputError: where this store does not show it, even if it was opened for somebody else.
    """
    from core.networks.training.run import run_info

    info = run_info(key, store)
    # Two people may have the same network under titles of their own.
    return _run(key, store.root, digest(dict(info.about)), store)


@st.cache_resource(max_entries=4, show_spinner="Opening the network")
def _run(key: str, root: str, about: str, _store: Store) -> Run:  # noqa: ARG001 - the cache's key
    from core.networks.training.run import open_run

    return open_run(key, _store)


class FairLock:
    """A lock that is handed to whoever has waited longest, so that long work can let others in between two steps."""

    def __init__(self) -> None:
        self._inner, self._held, self._waiting = threading.Lock(), False, deque[threading.Event]()

    def __enter__(self) -> None:
        with self._inner:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._inner:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False

    def locked(self) -> bool:
        """Whether somebody holds it."""
        return self._held

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for it."""
        return bool(self._waiting)

    def let_others_in(self) -> None:
        """Give the lock to all who wait, and come back after them; only where it is held."""
        if self.wanted:
            self.__exit__(None, None, None)
            self.__enter__()


# One for each run that is open, and many more: two visitors must never get two locks for one network.
@st.cache_resource(max_entries=256, show_spinner=False)
def lock(key: str) -> FairLock:  # noqa: ARG001 - the cache's key
    """The lock to hold while the network of a run computes."""
    return FairLock()


@st.cache_resource(max_entries=8, show_spinner="Asking the network about every picture")
def answers(key: str, pictures: str, _run: Run, _images: np.ndarray) -> np.ndarray:  # noqa: ARG001
    """How sure a run's network is of each class, (N, K).

    Args:
        key: the run's key.
        pictures: digest of the pictures.
    """
    from core.networks.evaluator import ModelEvaluator

    with lock(key):
        return ModelEvaluator.of(_run.model).probabilities(_images)


@st.cache_resource(max_entries=8, show_spinner=False)
def layers(key: str, _run: Run) -> list[LayerInfo]:  # noqa: ARG001 - the cache's key
    """The layers of a run's network."""
    from core.networks.inspect import layers as layers_of

    return layers_of(_run.model)


class Shelf:
    """The latest results, thrown away in the order in which they were last wanted.

    Streamlit's own caches cannot hold work that moves a progress bar.
    """

    def __init__(self, size: int) -> None:
        self._size, self._kept, self._lock = size, OrderedDict[str, Any](), threading.Lock()

    def get(self, key: str) -> Any | None:
        """What is kept under the key; None for nothing."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, value: Any) -> None:
        """Keep a value, and let the oldest go."""
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


@st.cache_resource(max_entries=1, show_spinner=False)
def maps() -> Shelf:
    """Attribution maps, keyed by everything that they depend on."""
    return Shelf(1024)
