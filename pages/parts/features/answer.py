"""One unit followed from a picture to the answer: what it saw, where, and which classes it speaks for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core import render
from core import text as words
from core.errors import LayerError
from core.features import Examples, UnitAblation, ablate_unit, unit_maps
from core.glossary import meaning
from pages.parts.features import charts as features_charts
from pages.parts.features import compute as work
from pages.parts.features import pictures
from pages.parts.features.compute import Asked
from pages.parts.markdown import literal
from pages.parts.shared import charts, gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile

ASKED = 200  # pictures of the set that are asked with and without the unit
NOTHING = 1e-6  # of a score: less is rounding


def draw(asked: Asked, unit: int, best: Examples, *, maps: bool) -> None:
    """The unit's strongest picture, its map, the answer with and without it, and what it adds to every class.

    Args:
        unit: its number.
        best: the pictures that it responds to most.
        maps: whether the layer gives maps.
    """
    st.header("From picture to answer", anchor=False, help=meaning("ablation"))
    strongest = int(best.indices[0])
    spread = np.linspace(0, len(asked.data) - 1, ASKED).round().astype(int)
    rows = np.concatenate([[strongest], np.setdiff1d(spread, [strongest])])

    def ask(on_step: Any) -> UnitAblation:
        return ablate_unit(asked.model, asked.data.images[rows], asked.layer, unit, on_step=on_step)

    try:
        found = work.compute_once(asked, ["ablation", unit], "Asking without the unit", ask)
    except LayerError as error:  # no fault of whoever looks at the scores themselves
        style.small(error.sentence)
        return
    if found is None:
        return
    names = tuple(spaced(name) for name in asked.data.class_names)
    tiles = [_picture(asked, best, names)]
    if maps:
        tiles.append(_map(asked, unit, strongest))
    gallery.show(tiles, side=pictures.SMALL, key="path")
    st.markdown(literal(answered(unit, found, names)))
    table = found.table(names)
    st.markdown(literal(spoken(table)))
    charts.show(features_charts.spoken_for(table))
    style.small(
        f"The score (logit) of each class, less the score with the unit set to 0: the mean of {len(rows):,} pictures, "
        "with its 95% interval."
    )


def _picture(asked: Asked, best: Examples, names: tuple[str, ...]) -> Tile:
    index = int(best.indices[0])
    name = names[asked.data.labels[index]]
    alt = f"Picture {index}, {words.with_article(name)}, with the part that the unit saw outlined"
    return Tile(pictures.outlined(asked.data.images[index], best.regions[0]), alt, f"1. The picture: {name}")


def _map(asked: Asked, unit: int, index: int) -> Tile:
    image = asked.data.images[index]

    def make(_: Any) -> np.ndarray:
        return unit_maps(asked.model, image[None], asked.layer, unit)[0]

    values = work.compute_once(asked, ["unit map", unit, index], "Activation map", make)
    seen = image if values is None else render.overlay(image, values, 0.75)
    alt = f"Picture {index}, with the activation of unit {unit} at each place"
    return Tile(seen, alt, f"2. Where unit {unit} responds")


def answered(unit: int, found: UnitAblation, names: tuple[str, ...]) -> str:
    """How the answer to the strongest picture changes without the unit, in a sentence."""
    before, after = found.before[0], found.after[0]
    said, then = int(before.argmax()), int(after.argmax())
    sure, left = words.confidence_words(float(before[said])), words.confidence_words(float(after[said]))
    told = f"3. The network is {sure} sure of {names[said]} in this picture"
    if sure == left:
        return f"{told}, and it stays so with unit {unit} silent."
    told = f"{told}; with unit {unit} silent, {left}"
    return f"{told}." if then == said else f"{told}, and it says {names[then]}."


def spoken(table: pd.DataFrame) -> str:
    """Which class the unit speaks for most and least, in a sentence."""
    if table["adds"].abs().max() < NOTHING:
        return "Without it, every score stays the same: the rest of the network makes nothing of it in these pictures."
    most, least = table.iloc[0], table.iloc[-1]
    return (
        f"Of all classes, it adds most to the score of {most['class']} ({most['adds']:+.2g}) and least to that of "
        f"{least['class']} ({least['adds']:+.2g})."
    )
