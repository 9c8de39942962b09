"""One sentence under the answer: where, by the maps on the screen, the evidence for it lies."""

from __future__ import annotations

import streamlit as st

from core.attribution import Contrast
from core.attribution.conclusion import conclude_evidence
from core.images.image_batch import OBJECT
from pages.parts.attribution.badge import Check
from pages.parts.attribution.question import Question
from pages.parts.shared.controls import spaced
from pages.parts.state import caches
from pages.parts.state.current_run import Opened


def draw(opened: Opened, class_names: tuple[str, ...], question: Question, check: Check) -> None:
    """The sentence, from the maps that have been computed and do not fail their check."""
    shown = [(name, settings) for name, settings in question.methods.items() if name not in check.failed]
    known = [caches.maps().get(question.key(opened.run.key, name, settings)) for name, settings in shown]
    maps = [values for values in known if values is not None]
    sentence = conclude_evidence(maps, question.picture.masks.get(OBJECT), _asked(question, class_names))
    if sentence:
        st.markdown(f"**{sentence}**")


def _asked(question: Question, class_names: tuple[str, ...]) -> str:
    target = question.target
    label = target.target if isinstance(target, Contrast) else target
    return spaced(class_names[question.picture.answer if label is None else label])
