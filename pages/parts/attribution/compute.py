"""What the screen about attribution computes: kept for every visitor, watched while it runs, stopped on a press."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core import attribution
from core.attribution import Contrast
from core.attribution.coarse import CoarsePlan, plan_coarse
from core.features import activations
from core.progress import OnStep
from core.settings import Settings
from pages.parts.attribution import methods as attribution_methods
from pages.parts.attribution.question import Question
from pages.parts.shared import long_work, tf_explain
from pages.parts.state import caches
from pages.parts.state.caches import Shelf
from pages.parts.state.current_run import Opened

if TYPE_CHECKING:
    from core.networks.training.run import Run

TIMED = 4  # copies of the picture that a network is timed on


@st.cache_resource(max_entries=1, show_spinner=False)
def large() -> Shelf:
    """Badges, and the maps of whole data sets."""
    return Shelf(96)


def ours(opened: Opened, question: Question, name: str, settings: Settings, label: str = "") -> np.ndarray | None:
    """The raw map of a method, (H, W); None where it was stopped.

    Args:
        label: what is being done, as the progress bar says it; empty for the method's title.
    """

    def work(on_step: OnStep) -> np.ndarray:
        return attribution.explain(
            opened.run.model,
            question.picture.image[None],
            question.target,
            method=name,
            layer=question.layer,
            on_step=on_step,
            **settings.model_dump(),
        )[0]

    key = question.key(opened.run.key, name, settings)
    title = label or attribution.methods()[name].title
    return long_work.compute_once(caches.maps(), key, title, work, run=opened.run.key)


def coarse_plan(opened: Opened, question: Question, name: str, settings: Settings) -> CoarsePlan | None:
    """How to draw a coarse map of a method first; None where the fine one is at hand or quick."""
    info, image = attribution.methods()[name], question.picture.image
    if info.coarse is None or caches.maps().get(question.key(opened.run.key, name, settings)) is not None:
        return None
    maps = attribution_methods.map_count(opened, question.layer) if info.needs_layer else 1
    height, width, channels = image.shape
    return plan_coarse(info, settings, (height, width, channels), maps, seconds(opened.run.key, opened.run, image))


@st.cache_resource(max_entries=64, show_spinner=False)
def seconds(key: str, _run: Run, _image: np.ndarray) -> float:
    """What one forward pass of a run's network takes on this server, in seconds.

    Args:
        key: the run's key.
    """
    from core.networks.evaluator import ModelEvaluator

    with caches.lock(key):
        return ModelEvaluator.of(_run.model).seconds_per_image(np.repeat(_image[None], TIMED, axis=0))


def theirs(opened: Opened, question: Question, name: str, settings: Settings) -> np.ndarray | None:
    """The same by tf-explain, for one class."""
    target = question.picture.answer if question.target is None else question.target
    assert not isinstance(target, Contrast)

    def work(_: OnStep) -> np.ndarray:
        images = question.picture.image[None]
        return tf_explain.run(name, opened.run.model, images, target, question.layer, settings)[0]

    key = question.key(opened.run.key, f"tf-explain {name}", settings)
    return long_work.compute_once(caches.maps(), key, "tf-explain", work, run=opened.run.key)


def units(opened: Opened, question: Question) -> np.ndarray | None:
    """What the units of the layer answer to the picture, (h, w, units); None where it was stopped."""

    def work(on_step: OnStep) -> np.ndarray:
        return activations(opened.run.model, question.picture.image[None], question.layer, on_step=on_step)[0]

    key = question.key(opened.run.key, "activations", Settings())
    return long_work.compute_once(caches.maps(), key, "Activations", work, run=opened.run.key)
