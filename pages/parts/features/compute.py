"""What the screen about features computes: kept for every visitor, watched while it runs, and stopped on a press."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import streamlit as st

from core.datasets import Dataset
from core.features import Responses, Visualization, VisualizeSettings, layer_responses, make_pictures, summarise
from core.features.input_scale import input_range
from core.networks.evaluator import ModelEvaluator
from core.progress import OnStep
from core.settings import digest
from pages.parts.shared import long_work, progress
from pages.parts.state import caches
from pages.parts.state.caches import Shelf
from pages.parts.state.current_run import Opened

T = TypeVar("T")
NATURAL = 512
"""How many pictures MaCo takes its magnitudes from."""
BETWEEN = 0.4
"""Seconds between two previews: no browser keeps up with more."""
Draw = Callable[[Visualization], None]


@dataclass(frozen=True)
class Asked:
    """The network, the pictures and the layer that the dials ask about.

    Args:
        opened: the current run.
        data: the pictures.
        layer: path of the layer.
    """

    opened: Opened
    data: Dataset
    layer: str

    @property
    def model(self) -> Any:
        return self.opened.run.model

    @property
    def key(self) -> str:
        """Tells one question from another."""
        return digest([self.opened.run.key, self.data.key, self.layer])


@st.cache_resource(max_entries=1, show_spinner=False)
def shelf() -> Shelf:
    """Responses of whole layers, which are large."""
    return Shelf(16)


@st.cache_resource(max_entries=1, show_spinner=False)
def made_pictures() -> Shelf:
    """Made pictures, finished or stopped on the way."""
    return Shelf(512)


def compute_once(asked: Asked, what: list[Any], label: str, work: Callable[[OnStep], T]) -> T | None:
    """The result of work on the question, computed once; None where it was stopped.

    Args:
        what: tells it from other work on the same question; anything that JSON can hold.
        label: what is being done.
        work: takes an `OnStep`.
    """
    return long_work.compute_once(
        shelf(), digest([asked.key, *what]), label, long_work.alone(asked.opened.run.key, work)
    )


def is_known(asked: Asked, what: list[Any]) -> bool:
    """Whether `compute_once` has this at hand."""
    return shelf().get(digest([asked.key, *what])) is not None


def responses(asked: Asked) -> Responses | None:
    """What every unit of the layer answers to every picture."""

    def work(on_step: OnStep) -> Responses:
        return layer_responses(asked.model, asked.data.images, asked.layer, on_step=on_step)

    return compute_once(asked, ["responses"], f"Asking {asked.layer} about every picture", work)


def survey(asked: Asked, found: Responses) -> pd.DataFrame:
    """Every unit of the layer over the whole set."""
    table = compute_once(asked, ["survey"], "Summing up", lambda _: summarise(found, asked.data))
    assert table is not None
    return table


def pictures(
    asked: Asked, settings: VisualizeSettings, of: dict[str, Any], label: str, draw: Draw
) -> Visualization | None:
    """Pictures made for units or classes, drawn as they grow; what there was when it was stopped.

    Args:
        settings: the dials.
        of: `units`, `classes` or `layer` as `make_pictures` takes them.
        label: what is being made.
        draw: called with the pictures every few steps, and once at the end.
    """
    key = made_key(asked, settings, of)
    found: Visualization | None = made_pictures().get(key)
    if found is None:
        make = long_work.alone(asked.opened.run.key, lambda step: _make(asked, settings, of, key, draw, step))
        found = progress.run(make, label, key)
        if found is not None:
            made_pictures().put(key, found)
    seen = found if found is not None else made_pictures().get(_so_far(key))
    if seen is not None:
        draw(seen)
    return seen


def made_key(asked: Asked, settings: VisualizeSettings, of: dict[str, Any]) -> str:
    """Tells made pictures apart."""
    return digest([asked.opened.run.key, repr(sorted(of.items())), settings.key])


def finished_pictures(asked: Asked, settings: VisualizeSettings, of: dict[str, Any]) -> Visualization | None:
    """Made pictures that are at hand."""
    return made_pictures().get(made_key(asked, settings, of))


def _make(
    asked: Asked, settings: VisualizeSettings, of: dict[str, Any], key: str, draw: Draw, on_step: OnStep
) -> Visualization:
    drawn = -BETWEEN

    def preview(seen: Visualization) -> None:
        nonlocal drawn
        made_pictures().put(_so_far(key), seen)
        if time.monotonic() - drawn >= BETWEEN:
            draw(seen)
            drawn = time.monotonic()

    natural = asked.opened.planted.splits.train.images[:NATURAL] if settings.parametrisation == "maco" else None
    return make_pictures(asked.model, natural=natural, on_step=on_step, on_preview=preview, settings=settings, **of)


def _so_far(key: str) -> str:
    return f"{key} so far"


def sureness(asked: Asked, seen: Visualization, settings: VisualizeSettings) -> np.ndarray:
    """How sure the network is of each class for made pictures, (U, K)."""
    network = ModelEvaluator.of(asked.model)
    low, high = input_range(network.graph, settings.input_range)
    with caches.lock(asked.opened.run.key):
        return network.probabilities(low + (high - low) * seen.pictures)


def logits(asked: Asked) -> np.ndarray | None:
    """The class scores of every picture, (N, K)."""

    def work(on_step: OnStep) -> np.ndarray:
        return ModelEvaluator.of(asked.model).logits(asked.data.images, on_step=on_step)

    return compute_once(asked, ["logits"], "Asking the network about every picture", work)
