"""What the screen about attribution computes: kept for every visitor, watched while it runs, stopped on a press."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core import attribution
from core.attribution import Contrast
from core.features import activations
from core.progress import OnStep
from core.settings import Settings
from pages.parts.attribution.question import Question
from pages.parts.shared import long_work, tf_explain
from pages.parts.state import caches
from pages.parts.state.caches import Shelf
from pages.parts.state.current_run import Opened


@st.cache_resource(max_entries=1, show_spinner=False)
def large() -> Shelf:
    """Badges, and the maps of whole data sets."""
    return Shelf(96)


def ours(opened: Opened, question: Question, name: str, settings: Settings) -> np.ndarray | None:
    """The raw map of a method, (H, W); None where it was stopped."""

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
    return long_work.compute_once(caches.maps(), key, attribution.methods()[name].title, work, run=opened.run.key)


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
