"""The maps of one picture: over it, beside each other or wiped across, and what the units of a layer answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import numpy as np
import streamlit as st

from core import attribution, render
from core.attribution import Contrast
from core.attribution.base import Family, MethodInfo
from core.attribution.relevance_mass import mass_in_words
from core.datasets import Dataset
from core.errors import HunchError
from core.glossary import meaning
from core.images.image_batch import OBJECT
from core.settings import Settings
from pages.parts.attribution import coarse, compute, erase
from pages.parts.attribution.badge import Check
from pages.parts.attribution.coarse import FirstMap
from pages.parts.attribution.picture import Picture
from pages.parts.attribution.question import Question
from pages.parts.markdown import literal
from pages.parts.shared import frame, gallery, style, tf_explain
from pages.parts.shared.controls import spaced
from pages.parts.shared.picture import address, stage
from pages.parts.shared.picture.shown import Look, Map, Shown, Tone
from pages.parts.state import presentation_mode
from pages.parts.state.current_run import Opened

SIDE, SMALL, LARGE = 224, 160, 384
FEW = 5  # more maps than these are drawn small, one row a family
UNITS = 16
STAGE = "maps"
TONES: dict[str, Tone] = {"passes": "good", "fails": "bad"}


def draw(opened: Opened, data: Dataset, question: Question, check: Check) -> list[str]:
    """The picture, and the map of each method over it with its badge; without those that fail their check.

    Returns:
        the methods of which a coarse map is drawn, so that the fine one is still to be computed.
    """
    names = [name for name in question.methods if name not in check.failed]
    few = len(names) <= FEW
    if not few:
        families = get_args(Family)
        names.sort(key=lambda name: families.index(attribution.methods()[name].family))
    place = st.container()
    # The maps are made first, so that the last ones stay in sight meanwhile.
    made, pending = _made(opened, data.class_names, question, check, names, grouped=not few)
    with place:
        draw_asking(opened, data, question, made, presentation_mode.scaled_side(SIDE if few else SMALL))
    if said := _beside(question):
        style.small(said)
    return pending


@st.fragment
def draw_asking(opened: Opened, data: Dataset, question: Question, maps: Sequence[Map], side: int) -> None:
    """The stage on which parts of the picture can be erased. A fragment: it computes no map anew."""
    picture, answer, found = question.picture, None, None
    with frame.boundary():
        try:
            found = erase.erasure(opened, data, picture)
            answer = None if found is None else erase.answer(data.class_names, picture, found)
        except HunchError as error:
            answer = erase.refused(picture, error)
        stage.draw(
            _shown(picture), maps, address.current(), key=STAGE, side=side, large=presentation_mode.scaled_side(LARGE),
            asking=erase.asking(data.class_names, picture), answer=answer,
            on_look=address.take(STAGE), on_ask=lambda: erase.take(STAGE, picture),
        )  # fmt: skip
        if address.current().view == "erase" or not maps:
            erase.draw_hunches(picture, found)


def draw_stage(picture: Picture, maps: Sequence[Map], drawn: Look, *, key: str, side: int) -> None:
    """Maps over a picture of which nothing is asked."""
    if maps:
        _stage_alone(picture, maps, drawn, key, side)


@st.fragment
def _stage_alone(picture: Picture, maps: Sequence[Map], drawn: Look, key: str, side: int) -> None:
    stage.draw(_shown(picture), maps, drawn, key=key, side=side, on_look=address.take(key))


def _shown(picture: Picture) -> Shown:
    return Shown(picture.image, "The picture as the network sees it", photo=picture.photo)


def _beside(question: Question) -> str:
    if not question.compare:
        return ""
    if isinstance(question.target, Contrast):
        return "tf-explain cannot be asked about one class rather than another."
    return tf_explain.note(question.methods)


def draw_failed(opened: Opened, class_names: tuple[str, ...], question: Question, check: Check) -> list[str]:
    """The maps that fail their check, folded away with the reason; returns what `draw` returns."""
    if not check.failed:
        return []
    count = len(check.failed)
    title = "One map fails its check" if count == 1 else f"{count} maps fail their check"
    place = st.expander(
        f"{title}: folded away", key="failed", icon=":material/visibility_off:", on_change="rerun", bind="query-params"
    )
    if not place.open:
        return []
    with place:
        made, pending = _made(opened, class_names, question, check, list(check.failed))
        draw_stage(question.picture, made, question.look, key="failed_maps", side=SIDE)
        for badge in check.failed.values():
            st.markdown(literal(badge.sentence))
    return pending


def _made(
    opened: Opened,
    class_names: tuple[str, ...],
    question: Question,
    check: Check,
    names: Sequence[str],
    *,
    grouped: bool = False,
) -> tuple[list[Map], list[str]]:
    """The maps of these methods, and tf-explain's beside the fine ones where they are wanted; what `draw` returns."""
    beside = question.compare and not isinstance(question.target, Contrast)
    made: list[Map | None] = []
    pending = []
    for name in names:
        info, settings = attribution.methods()[name], question.methods[name]
        group = info.family.capitalize() if grouped else ""
        with frame.boundary(info.title):
            first = coarse.draw_first(opened, question, name, settings)
            if first.plan is not None and first.values is not None:
                pending.append(name)
                made.append(coarse_of(question, class_names, info, settings, first, group=group))
                continue
            label, reason = check.words(name)
            made.append(map_of(question, class_names, info, settings, first.values, badge=label,
                               tone=TONES.get(label, "plain"), reason=reason, group=group))  # fmt: skip
        if beside and tf_explain.has(name):
            with frame.boundary(f"{info.title} by tf-explain"):
                values = compute.theirs(opened, question, name, settings)
                made.append(map_of(question, class_names, info, settings, values, name=f"{name} tf-explain",
                                   title=f"{info.title} by tf-explain", signed=False, badge="tf-explain",
                                   reason=meaning("tf-explain"), group=group))  # fmt: skip
    return [each for each in made if each is not None], pending


def coarse_of(
    question: Question,
    class_names: tuple[str, ...],
    info: MethodInfo,
    settings: Settings,
    first: FirstMap,
    *,
    group: str,
) -> Map | None:
    """A coarse map, which says so wherever it is named, and of which nothing is measured."""
    drawn = map_of(question, class_names, info, settings, first.values, title=f"{info.title}, coarse",
                   badge=first.badge, reason=first.reason, group=group)  # fmt: skip
    return None if drawn is None else replace(drawn, figure="")


def map_of(
    question: Question,
    class_names: tuple[str, ...],
    info: MethodInfo,
    settings: Settings,
    values: np.ndarray | None,
    *,
    name: str = "",
    title: str = "",
    signed: bool | None = None,
    badge: str = "",
    tone: Tone = "plain",
    reason: str = "",
    group: str = "",
) -> Map | None:
    """A raw map with its legend; None where it was stopped."""
    if values is None:
        return None
    parts = erase.parts_of(question.picture)
    about = asked_about(question, class_names)
    signed = info.draws_signed(settings) if signed is None else signed
    return Map(
        name or info.name, title or info.title, values, signed,
        f"evidence for {about}" if signed else f"what mattered most for {about}", "evidence against it",
        _mass(values, parts.objects[0], given=OBJECT in question.picture.masks), badge, tone, reason, group,
    )  # fmt: skip


def _mass(values: np.ndarray, mask: np.ndarray, *, given: bool) -> str:
    """How much of the evidence lies on the object; nothing for a map on a grid of its own, as tf-explain's may be."""
    return mass_in_words(values, mask, given=given) if values.shape[-2:] == mask.shape[-2:] else ""


def asked_about(question: Question, class_names: tuple[str, ...]) -> str:
    """The class that the maps speak for, or one rather than another."""
    names = [spaced(name) for name in class_names]
    if isinstance(question.target, Contrast):
        return f"{names[question.target.target]} rather than {names[question.target.against]}"
    return names[question.picture.answer if question.target is None else question.target]


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
