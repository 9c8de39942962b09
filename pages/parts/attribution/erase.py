"""Erase and ask: a part of the picture is changed, the network is asked again, and the answer becomes a hunch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core import text as words
from core.datasets import Dataset
from core.errors import HunchError, InputError
from core.hunches import hunch_info
from core.hunches.from_erasure import Generalisation, generalisations
from core.images.donors import rows_of_others
from core.images.erase import erase_region
from core.images.image_batch import ImageBatch, ValueScale
from core.settings import digest
from pages.parts.attribution.picture import Picture
from pages.parts.hunches import parser
from pages.parts.markdown import literal
from pages.parts.shared import style
from pages.parts.shared.controls import spaced
from pages.parts.shared.picture import encode, stage
from pages.parts.shared.picture.shown import Answer, Asking
from pages.parts.state import caches, links
from pages.parts.state.current_run import Opened

HUNCHES = "pages/hunches.py"
ASKED = "_erased"
BECOMES = {
    "inpainted": "painted over",
    "blurred": "blurred",
    "grey": "grey",
    "another": "another picture's",
}


@dataclass(frozen=True, eq=False)
class Erasure:
    """What was erased from a picture.

    Args:
        number: of the question, as the browser counts them.
        region: bool (H, W).
        part: how it was chosen; see `core.hunches.from_erasure`.
        becomes: what became of it.
        changed: the changed picture, (H, W, C).
        after: how sure the network is of each class now, (K,).
    """

    number: int
    region: np.ndarray
    part: str
    becomes: str
    changed: np.ndarray
    after: np.ndarray


def parts_of(picture: Picture) -> ImageBatch:
    """The picture with its object and its stickers, as the data set knows them or as they are found."""
    key = digest(["parts", picture.key])
    known: ImageBatch | None = caches.maps().get(key)
    if known is None:
        masks = {name: mask[None] for name, mask in picture.masks.items()}
        known = ImageBatch.of(picture.image[None], np.zeros(1, int), masks)
        caches.maps().put(key, known)
    return known


def asking(class_names: tuple[str, ...], picture: Picture) -> Asking:
    """What can be asked about a picture."""
    names = tuple(spaced(name) for name in class_names)
    said = f"It says {names[picture.answer]}, {words.confidence_words(float(picture.sure.max()))} sure."
    return Asking(names, picture.truth, BECOMES, said, picture.sure, parts_of(picture).objects[0])


def take(key: str, picture: Picture) -> None:
    """Remember what the browser asked about this picture; in a callback."""
    question = stage.asked(key)
    st.session_state[ASKED] = None if question is None else {**question, "of": picture.key}


def erasure(opened: Opened, data: Dataset, picture: Picture) -> Erasure | None:
    """What was erased last, with the network's answer; None where nothing was.

    Raises:
        InputError: when the browser sent what is no part of this picture.
    """
    question: dict[str, Any] | None = st.session_state.get(ASKED)
    if question is None or question.get("of") != picture.key:
        return None
    height, width = picture.image.shape[:2]
    region = encode.mask_of(question.get("region", ""), height, width)
    becomes, part = str(question.get("becomes")), str(question.get("tool"))
    other = _other(data, picture, question.get("donor", 0)) if becomes == "another" else None
    scale = ValueScale.of(data.images) if data.images.dtype == picture.image.dtype else None
    # It checks the word itself.
    changed = erase_region(picture.image, region, becomes, other=other, scale=scale)  # type: ignore[arg-type]
    return Erasure(int(question["number"]), region, part, becomes, changed, _ask(opened, changed))


def _other(data: Dataset, picture: Picture, number: Any) -> np.ndarray:
    rows = rows_of_others(data.labels, picture.answer if picture.truth is None else picture.truth)
    if not len(rows) or not isinstance(number, int):
        raise InputError("Another picture's part needs a picture of another class", "none")
    other: np.ndarray = data.images[rows[number % len(rows)]]
    return other


def _ask(opened: Opened, image: np.ndarray) -> np.ndarray:
    from core.networks.evaluator import ModelEvaluator

    with caches.lock(opened.run.key):
        sure: np.ndarray = ModelEvaluator.of(opened.run.model).probabilities(image[None])[0]
    return sure


def answer(class_names: tuple[str, ...], picture: Picture, found: Erasure) -> Answer:
    """What the network says now, beside what it said."""
    names = [spaced(name) for name in class_names]
    now, before = names[found.after.argmax()], names[picture.answer]
    sure, was = (words.confidence_words(float(each.max())) for each in (found.after, picture.sure))
    said = f"Still {now}: {sure} sure, before {was}." if now == before else (
        f"Now it says {now}, {sure} sure. Before: {before}, {was}."
    )  # fmt: skip
    share = float(found.region.mean())
    note = f"{share:.0%}" if share >= 0.005 else "Less than 1%"
    note += f" of the picture is {BECOMES[found.becomes]} now."
    return Answer(found.number, found.changed, picture.sure, found.after, said, note)


def refused(picture: Picture, error: HunchError) -> Answer:
    """The sentence of an error, where the answer would stand."""
    number = (st.session_state.get(ASKED) or {}).get("number", 0)
    return Answer(number, None, picture.sure, None, error.sentence)


def draw_hunches(picture: Picture, found: Erasure | None) -> None:
    """The ways on to the hunches that the erasure stands for; the place for them is reserved."""
    with st.container(key="erased", gap="xsmall"):
        if found is None:
            style.small(
                "Paint over a part of the picture, drag a rectangle, or press on the object or the background. The "
                "network is asked again at once."
            )
            return
        parts = parts_of(picture)
        meant = generalisations(
            found.region, found.becomes, part=found.part,  # type: ignore[arg-type] # it checks the words
            object=parts.objects[0], stickers=parts.artefacts[0],
        )  # fmt: skip
        for number, one in enumerate(meant):
            _draw_hunch(one, number)


def _draw_hunch(one: Generalisation, number: int) -> None:
    if number == 0:
        links.button(HUNCHES, "Does this hold for the others too?", ":material/groups:", parameters(one), key="hold")
        style.small(f"{one.sentence} Tried on test pictures, which are like those it learned from.")
        return
    label = literal(f"Or test another hunch: {hunch_info(one.hunch).title}")
    st.page_link(HUNCHES, label=label, icon=":material/experiment:", query_params=parameters(one))
    style.small(one.sentence)


def parameters(one: Generalisation) -> dict[str, Any]:
    """What the link to the screen about hunches carries: the hunch, its dials, and "test it".

    It is tried on test pictures. Where a flaw's tie is broken, own class and another class are alike, and a hunch that
    compares the two says nothing.
    """
    info = hunch_info(one.hunch)
    moves = parser.dial_positions(info, info.Settings.of(**one.settings))
    dials = {move.key: move.in_link for move in moves if move.in_link is not None}
    recipe = links.parameters(st.query_params.get(links.RECIPE, ""))
    return {**recipe, parser.HUNCH: info.title, **dials, "tested": "now"}
