"""Each class in its own colour."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.datasets.base import Dataset
from core.datasets.recipe import TINTS, Tint, has_recipe, hues_near, recompose
from core.flaws.base import (
    Answer,
    FlawInfo,
    Planted,
    apply_to_splits,
    column,
    follow_with,
    of_class,
    require_colour,
    require_objects,
    target_of,
    with_attributes,
    with_groups,
)
from core.flaws.shortcut_shared import decorrelate, swap_ties, tie_labels
from core.random_streams import random_stream
from core.settings import Settings, setting

WEAKEST = 0.6  # saturation that a painted object has at least, so that grey ones take the colour too


class TintSettings(Settings):
    """Which classes are tied to a colour, and to which."""

    target: str | None = setting(
        None, "The only class that is tied to a colour; left empty, every class is tied to its own."
    )
    tint: Tint | None = setting(None, "The colour of that class; left empty, the seed decides.", common=False)


def plant(before: Planted, strength: float, seed: int, settings: TintSettings) -> Planted:
    """Give this fraction of each class's objects its colour, in train, validation and test alike."""
    rng = random_stream(seed, "tint")
    names = before.splits.class_names
    ties = _ties(names, settings, rng)

    def paint(name: str, part: Dataset) -> Dataset:
        chance = random_stream(seed, "tint", name)
        rows, tints = swap_ties(part.labels, column(part, "tint", "its own"), ties, strength, TINTS, chance)
        return tint_objects(part, rows, tints, chance)

    def decorrelated(judge: Dataset) -> Dataset:
        chance = random_stream(seed, "tint", "judge")
        tints, own = decorrelate(judge, ties, TINTS, chance)
        words = np.where(own, np.char.add("in ", tints.astype(str)), "in another colour")
        return with_groups(tint_objects(judge, np.ones(len(judge), bool), tints, chance), words)

    answer = _answer(names, ties, strength)
    return follow_with(before, answer, splits=apply_to_splits(before.splits, paint), judge=decorrelated(before.judge))


def tint_objects(data: Dataset, rows: np.ndarray, tints: np.ndarray, rng: np.random.Generator) -> Dataset:
    """Give objects a colour.

    Args:
        data: the images.
        rows: bool (N,), which of them.
        tints: one colour name for each of these rows.
        rng: source of the exact hues.

    Raises:
        DataError: for grey pictures, and where nobody knows where the objects are.
    """
    hues = hues_near(tints, rng)
    if has_recipe(data):
        return recompose(data, rows, tint=tints, hue=hues)
    if not rows.any():
        return data
    require_colour(data, "tint")
    masks = require_objects(data)
    images = data.images.copy()
    for row, hue in zip(np.flatnonzero(rows), hues, strict=True):
        images[row] = _recolour(images[row], masks[row], hue)
    known = column(data, "tint", "its own").copy()
    known[rows] = tints
    return with_attributes(replace(data, images=images), tint=known)


def _recolour(image: np.ndarray, mask: np.ndarray, hue: float) -> np.ndarray:
    hsv = np.asarray(cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2HSV))
    hsv[..., 0] = hue
    hsv[..., 1] = np.maximum(hsv[..., 1], WEAKEST)
    turned = np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)) * 255 + 0.5
    return np.where(mask[..., None], turned, image).astype(np.uint8)


def _ties(names: tuple[str, ...], settings: TintSettings, rng: np.random.Generator) -> dict[int, str]:
    tints = tie_labels(len(names), TINTS, rng)
    if settings.target is None and settings.tint is None:
        return dict(enumerate(tints))
    target = target_of(names, settings.target, rng)
    return {target: settings.tint or tints[target]}


def _answer(names: tuple[str, ...], ties: dict[int, str], strength: float) -> Answer:
    if len(ties) == 1:
        ((target, tint),) = ties.items()
        sentence = (
            f"{strength:.0%} of the pictures of {names[target]} show it in {tint}; other classes avoid that colour."
        )
        return Answer("tint", sentence, region="object", **of_class(names, target))
    pairs = ", ".join(f"{names[label]} in {tint}" for label, tint in ties.items())
    return Answer("tint", f"{strength:.0%} of each class's pictures are in its own colour: {pairs}.", region="object")


INFO = FlawInfo(
    name="tint",
    title="Colour tied to the class",
    help="The warehouse happened to stock each kind of thing in one colour only, on the days when pictures were taken.",
    text=(
        "The store had each kind of thing in one colour on the day of the photographs. The network learns the colour "
        "and not the shape. Show it the same thing in another colour, and it is lost."
    ),
    misleads=(
        "No heatmap can show it: the colour lies on the object, just where a good network looks too. Changing "
        "all colours is no fair test either, since good networks use colour as well. Recolour the object as "
        "another of its own kind, and compare."
    ),
    place="data",
    strength="Fraction of the objects in their class's own colour.",
    Settings=TintSettings,
    plant=plant,
    shortcut=True,
    studied=True,
    order=30,
)
