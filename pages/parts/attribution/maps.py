"""The maps of one picture: small multiples over it, and what the units of a layer answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

import numpy as np
import streamlit as st

from core import attribution, render
from core.attribution import Contrast
from core.attribution.base import Family
from core.glossary import meaning
from pages.parts.attribution import compute
from pages.parts.attribution.badge import Check
from pages.parts.attribution.question import Question
from pages.parts.shared import charts, frame, gallery, presentation_mode, style, tf_explain
from pages.parts.state.current_run import Opened

SIDE, SMALL = 224, 160
FEW = 5  # more maps than these are drawn small, one row a family
UNITS = 16


def draw(opened: Opened, question: Question, check: Check) -> None:
    """The picture, and the map of each method over it with its badge; without those that fail their check."""
    names = [name for name in question.methods if name not in check.failed]
    if len(names) <= FEW:
        with st.container(horizontal=True, gap="small"):
            _draw_picture(question, presentation_mode.scaled_side(SIDE))
            _draw_tiles(opened, question, check, names, presentation_mode.scaled_side(SIDE))
    else:
        _draw_picture(question, SMALL)
        for family in get_args(Family):
            members = [name for name in names if attribution.methods()[name].family == family]
            if members:
                style.small(f"**{family.capitalize()}**")
                with st.container(horizontal=True, gap="small"):
                    _draw_tiles(opened, question, check, members, SMALL)
    style.small("Point at a map to read its values. " + _beside(question))


def _beside(question: Question) -> str:
    if not question.compare:
        return ""
    if isinstance(question.target, Contrast):
        return "tf-explain cannot be asked about one class rather than another."
    return tf_explain.note(question.methods)


def _draw_picture(question: Question, side: int) -> None:
    with st.container(width=side, gap="xsmall"):
        st.markdown("**The picture**")
        gallery.picture(question.picture.image, "The picture as the network sees it", side)


def draw_failed(opened: Opened, question: Question, check: Check) -> None:
    """The maps that fail their check, folded away with the reason."""
    if not check.failed:
        return
    count = len(check.failed)
    title = "One map fails its check" if count == 1 else f"{count} maps fail their check"
    place = st.expander(
        f"{title}: folded away", key="failed", icon=":material/visibility_off:", on_change="rerun", bind="query-params"
    )
    if not place.open:
        return
    with place:
        for name, badge in check.failed.items():
            with st.container(horizontal=True, gap="medium"):
                _draw_tiles(opened, question, check, [name], 200)
                with st.container(width=360):
                    st.markdown(badge.sentence)


def _draw_tiles(opened: Opened, question: Question, check: Check, names: list[str], side: int) -> None:
    beside = question.compare and not isinstance(question.target, Contrast)
    for name in names:
        info, settings = attribution.methods()[name], question.methods[name]
        label, reason = check.words(name)
        with tile(f"**{info.title}** {label}", reason, side):
            signed = info.draws_signed(settings)
            draw_map(question, compute.ours(opened, question, name, settings), info.title, side, signed=signed)
        if beside and tf_explain.has(name):
            with tile(f"**{info.title}** :small[by tf-explain]", meaning("tf-explain"), side):
                values = compute.theirs(opened, question, name, settings)
                draw_map(question, values, f"{info.title} by tf-explain", side, signed=False)


@contextmanager
def tile(title: str, helps: str, side: int) -> Iterator[None]:
    """The place of one map; a method that cannot make it says so there, and the others go on."""
    with st.container(width=side, gap="xsmall"):
        st.markdown(title, help=helps)
        with frame.boundary():
            yield


def draw_map(question: Question, values: np.ndarray | None, title: str, side: int, *, signed: bool | None) -> None:
    """One map over the picture; nothing where it was stopped."""
    if values is None:
        return
    seen = render.overlay(question.picture.image, values, question.strength, question.colormap, signed=signed)
    charts.hover_map(seen, values, side, f"{title} over the picture")


def draw_activations(opened: Opened, question: Question) -> None:
    """What the units of the layer answer to this picture."""
    place = st.expander("Activation maps", key="activations", on_change="rerun", bind="query-params")
    if not place.open:
        return
    with place:
        st.markdown(meaning("activation map"))
        maps = compute.units(opened, question)
        if maps is None:
            return
        strongest = np.argsort(-maps.max(axis=(0, 1)), kind="stable")[:UNITS]
        tiles = [
            gallery.Tile(render.heatmap(maps[..., unit], question.colormap), f"map of unit {unit}", f"unit {unit}")
            for unit in strongest
        ]
        gallery.show(tiles, side=96, key="units")
        style.small(
            f"The {len(strongest)} strongest of {maps.shape[-1]} units, {maps.shape[0]} by {maps.shape[1]} places."
        )
