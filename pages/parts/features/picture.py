"""One picture in a layer: a grid of the units' maps, and tf-explain's beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core import render
from core import text as words
from core.attribution import reference
from core.features import GridSettings, Responses, activations, unit_grid
from core.glossary import meaning
from pages.parts.features import compute as work
from pages.parts.features import pictures
from pages.parts.features.compute import Asked
from pages.parts.shared import frame, gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile

LARGE, SMALL = 160, 96
POINTED_AT = 48  # units in a grid above which pictures under the pointer would make the page heavy


def draw(
    asked: Asked,
    found: Responses,
    table: pd.DataFrame,
    row: int,
    dials: GridSettings,
    look: Callable[[int], None],
    *,
    compare: bool,
) -> None:
    """What the layer's units find in one picture.

    Args:
        look: shows the page of a unit.
        compare: whether tf-explain's maps are shown too.
    """
    image = asked.data.images[row]
    name = spaced(asked.data.class_names[asked.data.labels[row]])

    def own(on_step: Any) -> np.ndarray:
        return activations(asked.model, image[None], asked.layer, on_step=on_step)[0]

    maps = work.compute_once(asked, ["maps", row], "Activations", own)
    if maps is None:
        return
    grid = unit_grid(maps, table, **dials.model_dump())
    awake = int((maps.max(axis=(0, 1)) > 0).sum())
    loudest = unit_grid(maps, count=1).units[0]
    frame.answer(
        f"{awake} of {maps.shape[-1]} units are active",
        f"In this picture of {words.with_article(name)}, unit {loudest} of {asked.layer} is the most active.",
        f"Picture {row}. The layer has {maps.shape[0]} by {maps.shape[1]} positions.",
    )
    with st.container(width=LARGE, gap="xsmall"):
        gallery.picture(image, f"Picture {row}, {words.with_article(name)}", LARGE)
        style.small(f"picture {row}, {name}")
    st.header("Activation maps", anchor=False, help=meaning("activation map"))
    few = grid.units if len(grid.units) <= POINTED_AT else ()
    best = {int(unit): pictures.best_of(asked, found, int(unit)) for unit in few}
    _show(grid.maps, grid.units, grid.scales, dials, "ours", look, best)
    with frame.boundary():
        if compare:
            draw_theirs(asked, row, image, grid.units, maps, dials)


def draw_theirs(
    asked: Asked, row: int, image: np.ndarray, units: np.ndarray, maps: np.ndarray, dials: GridSettings
) -> None:
    """The same units by tf-explain's own routine."""
    st.header("The same by tf-explain", anchor=False, help=meaning("tf-explain"))

    def reference_maps(_: Any) -> np.ndarray:
        found = reference.activations(asked.model, image[None], asked.layer)[0]
        return found if found.ndim == 3 else found[None, None, :]

    theirs = work.compute_once(asked, ["tf-explain", row], "tf-explain", reference_maps)
    if theirs is None:
        return
    grid = unit_grid(theirs[..., units], **{**dials.model_dump(), "order": "number"})
    _show(grid.maps, units, grid.scales, dials, "tf-explain")
    style.small(
        f"The largest difference between the two, over all units and places, is {np.abs(theirs - maps).max():.2g}."
    )


def _show(
    maps: np.ndarray,
    units: np.ndarray,
    scales: np.ndarray,
    dials: GridSettings,
    by: str,
    look: Callable[[int], None] | None = None,
    best: Mapping[int, Sequence[np.ndarray]] | None = None,
) -> None:
    shared = dials.scaling == "layer"
    seen = together(maps) if shared else [render.heatmap(values) for values in maps]
    tiles = [
        Tile(image, f"Map of unit {unit}, {by}", f"unit {unit}" + ("" if shared else f": {scale:.2g}"), look, int(unit),
             under_pointer=(best or {}).get(int(unit), ()))
        for image, unit, scale in zip(seen, units, scales, strict=True)
    ]  # fmt: skip
    gallery.show(tiles, side=SMALL, key=by)
    if shared:
        style.small(f"One scale for all: the brightest is {scales[0]:.3g}, the strongest answer in the layer.")
    else:
        style.small("Bright is where the unit found its pattern. Each map has a scale of its own, up to its number.")


def together(maps: np.ndarray) -> list[np.ndarray]:
    """Maps (n, h, w) in colours that mean the same number in all of them."""
    return np.split(render.heatmap(np.concatenate(list(maps), axis=1)), len(maps), axis=1)
