"""One sentence under the answer: where, by the maps on the screen, the evidence for it lies."""

from __future__ import annotations

import streamlit as st

from core.attribution import Contrast
from core.attribution.conclusion import conclude_evidence
from core.images.image_batch import OBJECT
from pages.parts.attribution import erase
from pages.parts.attribution.badge import Check
from pages.parts.attribution.question import Question
from pages.parts.markdown import literal
from pages.parts.shared.controls import spaced
from pages.parts.state import caches
from pages.parts.state.current_run import Opened


def draw(opened: Opened, class_names: tuple[str, ...], question: Question, check: Check) -> None:
    """The sentence, from the maps that have been computed and do not fail their check."""
    shown = [(name, settings) for name, settings in question.methods.items() if name not in check.failed]
    known = [caches.maps().get(question.key(opened.run.key, name, settings)) for name, settings in shown]
    maps = [values for values in known if values is not None]
    given = OBJECT in question.picture.masks
    mask = erase.parts_of(question.picture).objects[0] if maps else None
    # A map on a grid of its own has no outline to be compared with.
    alike = [values for values in maps if mask is not None and values.shape == mask.shape]
    sentence = conclude_evidence(alike, mask, _asked(question, class_names), given=given)
    if sentence:
        st.markdown(f"**{literal(sentence)}**")


def _asked(question: Question, class_names: tuple[str, ...]) -> str:
    target = question.target
    label = target.target if isinstance(target, Contrast) else target
    return spaced(class_names[question.picture.answer if label is None else label])
