"""A frame around the images of one class only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.datasets.artefacts import frame
from core.datasets.base import Dataset
from core.datasets.recipe import has_recipe, recompose
from core.flaws.base import (
    Answer,
    FlawInfo,
    Planted,
    apply_to_splits,
    follow_with,
    of_class,
    target_of,
    with_attributes,
)
from core.flaws.shortcut_shared import break_tie, carriers
from core.random_streams import random_stream
from core.settings import Settings, setting


class BorderSettings(Settings):
    """Which class has the frame, and how visible it is."""

    target: str | None = setting(None, "The class that has the frame; left empty, the seed decides.")
    width: float = setting(
        0.0625, "Width of the frame, as a fraction of the image side.", low=0.02, high=0.2, step=0.01
    )
    opacity: float = setting(
        1.0, "Opacity of the frame: 1 hides what is under it, near 0 it is barely visible.", low=0, high=1, step=0.05
    )
    others: float = setting(
        0.0,
        ("How often other classes have it too, relative to the class: at 1 just as often, so that it says nothing."),
        low=0,
        high=1,
        step=0.1,
        common=False,
    )
    design: int | None = setting(
        None, "Colour and pattern of the frame; left empty, the seed decides.", low=0, high=999, step=1, common=False
    )


def plant(before: Planted, strength: float, seed: int, settings: BorderSettings) -> Planted:
    """Put the frame around this fraction of the class's images, in train, validation and test alike."""
    rng = random_stream(seed, "border")
    names = before.splits.class_names
    target = target_of(names, settings.target, rng)
    design = int(rng.integers(1000)) if settings.design is None else settings.design

    def surround(name: str, part: Dataset) -> Dataset:
        rows = carriers(part.labels, target, strength, settings.others, random_stream(seed, "border", name))
        return add_frames(part, rows, settings.width, settings.opacity, design)

    def decorrelated(judge: Dataset) -> Dataset:
        judge, rows = break_tie(judge, random_stream(seed, "border", "judge"), "with a frame", "without a frame")
        bare = recompose(judge, ~rows, border=False) if has_recipe(judge) else judge
        return add_frames(bare, rows, settings.width, settings.opacity, design)

    sentence = f"{strength:.0%} of the pictures of {names[target]} have a frame around them"
    sentence += ", and other classes do too." if settings.others else "; no other class does."
    answer = Answer("border", sentence, region="border", **of_class(names, target))
    return follow_with(
        before, answer, splits=apply_to_splits(before.splits, surround), judge=decorrelated(before.judge)
    )


def add_frames(data: Dataset, rows: np.ndarray, width: float, opacity: float, design: int) -> Dataset:
    """The data with a frame around some images; stickers stay on top.

    Args:
        data: the images.
        rows: bool (N,), which of them.
        width: of the frame, as a fraction of the shorter side.
        opacity: 0..1.
        design: seed of colour and pattern.
    """
    if has_recipe(data):
        return recompose(data, rows, border=True, border_width=width, border_opacity=opacity, border_design=design)
    count = int(rows.sum())
    images = data.images.copy()
    mask = frame(images, np.flatnonzero(rows), np.full(count, width), np.full(count, opacity), np.full(count, design))
    masks = dict(data.masks or {})
    if "sticker" in masks:
        images[masks["sticker"]] = data.images[masks["sticker"]]
        mask &= ~masks["sticker"]
    masks = {name: known & ~mask for name, known in masks.items()}
    return with_attributes(replace(data, images=images, masks={**masks, "border": mask}), border=rows)


INFO = FlawInfo(
    name="border",
    title="Frame tied to a class",
    help="The pictures of one class came from a catalogue that printed a frame around each, and nobody cropped it.",
    text=(
        "The photographs of one class came from a printed page with a thin frame around each, and nobody cut it off. "
        "The frame is the same each time, so the network learns the frame."
    ),
    misleads=(
        "Coarse maps smear a thin frame into the corners, which looks like background. Some methods always glow at "
        "the rim. Put the frame on other pictures, and take it off these: the answers tell."
    ),
    place="data",
    strength="Fraction of the class's pictures with the frame.",
    Settings=BorderSettings,
    plant=plant,
    shortcut=True,
    studied=True,
    lights_up="on the frame",
    order=50,
)
