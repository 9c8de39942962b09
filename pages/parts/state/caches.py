"""What was loaded or computed once is kept for every visitor: bounded, and keyed by digests of content and settings."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.errors import Unavailable
from core.store import Store, default_store

if TYPE_CHECKING:
    from core.datasets import Reading, Splits
    from core.flaws import Planted
    from core.networks.inspect import LayerInfo
    from core.networks.training.run import Run
    from pages.parts.state.training_data import TrainingData

SHIPPED = Store(str(Path(__file__).parents[3] / "assets" / "home"))


def planted(training_data: TrainingData) -> Planted:
    """The pictures of a material, with its flaw."""
    return _planted(training_data.key, training_data)


@st.cache_resource(max_entries=3, show_spinner="Getting the pictures")
def _planted(key: str, _material: TrainingData) -> Planted:  # noqa: ARG001 - the cache's key
    from core import flaws, game

    if _material.game:
        return game.hide_answer(truth(_material.game))
    return flaws.plant(
        _splits(_material),
        _material.flaw,
        strength=_material.planting.strength,
        seed=_material.planting.seed,
        **_material.flaw_settings.model_dump(),
    )


@st.cache_resource(max_entries=2, show_spinner="Preparing the case")
def truth(code: str) -> Planted:
    """What was really planted in a blind game. Only its own screen may ask."""
    from core.game import Case

    return Case(code).plant()


def reading(training_data: TrainingData) -> Reading | None:
    """The uploaded pictures, what was left out of them and what there is to say; None for a named data set."""
    return _folder(training_data.upload, training_data.settings.key, training_data) if training_data.upload else None


def _splits(training_data: TrainingData) -> Splits:
    from core import datasets

    own = reading(training_data)
    return own.splits if own else datasets.load(training_data.data, **training_data.settings.model_dump())


@st.cache_resource(max_entries=2, show_spinner="Reading the pictures")
def _folder(upload: str, key: str, _material: TrainingData) -> Reading:  # noqa: ARG001
    from core import datasets

    try:
        content = default_store().read(_upload_name(upload))
    except KeyError:
        raise Unavailable("These uploaded pictures are not on this server any more. Upload the zip again.") from None
    return datasets.read_folder(content, datasets.FolderSettings(**_material.settings.model_dump()))


def keep_upload(content: bytes) -> str:
    """Keep an uploaded zip and give back its digest.

    Raises:
        DataError: when it makes no data set or costs more than an upload may; nothing is kept then.
    """
    from core import datasets

    datasets.check_upload(content)
    digest = hashlib.sha256(content).hexdigest()[:32]
    store = default_store()
    if not store.has(_upload_name(digest)):
        store.write(_upload_name(digest), content)
    return digest


def _upload_name(digest: str) -> str:
    # The digest may come from a link.
    if not re.fullmatch(r"[0-9a-f]{32}", digest):
        raise Unavailable("The uploaded pictures that this link names do not exist. Upload the zip again.")
    return f"uploads/{digest}.zip"


@st.cache_resource(max_entries=4, show_spinner="Opening the network")
def run(key: str, _store: Store) -> Run:
    """A run with its network, which is read only."""
    from core.networks.training.run import open_run

    return open_run(key, _store)


@st.cache_resource(max_entries=8, show_spinner=False)
def lock(key: str) -> threading.Lock:  # noqa: ARG001 - the cache's key
    """The lock to hold while the network of a run computes."""
    return threading.Lock()


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
