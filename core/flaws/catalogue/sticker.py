"""A printed sticker that only one class carries, always in the same corner."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from core.datasets.artefacts import stick, sticker_box
from core.datasets.base import Dataset
from core.datasets.recipe import has_recipe, recompose
from core.flaws.base import (
    Answer,
    Box,
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

Corner = Literal["upper left", "upper right", "lower left", "lower right"]
CORNERS: dict[Corner, tuple[float, float]] = {
    "upper left": (0.0, 0.0),
    "upper right": (1.0, 0.0),
    "lower left": (0.0, 1.0),
    "lower right": (1.0, 1.0),
}
MARGIN = 0.03


class StickerSettings(Settings):
    """Which class carries the sticker, where, and how large it is."""

    target: str | None = setting(None, "The class that carries the sticker; left empty, the seed decides.")
    corner: Literal["upper left", "upper right", "lower left", "lower right", "anywhere"] | None = setting(
        None, "Corner of the sticker; left empty, the seed decides."
    )
    size: float = setting(0.22, "Width of the sticker, as a fraction of the picture's.", low=0.1, high=0.5, step=0.02)
    others: float = setting(
        0.0,
        ("How often other classes carry it too, relative to the class: at 1 just as often, so that it says nothing."),
        low=0,
        high=1,
        step=0.1,
        common=False,
    )
    design: int | None = setting(
        None, "What is printed on it; left empty, the seed decides.", low=0, high=999, step=1, common=False
    )


def plant(before: Planted, strength: float, seed: int, settings: StickerSettings) -> Planted:
    """Put the sticker on this fraction of the class's images, in train, validation and test alike."""
    rng = random_stream(seed, "sticker")
    names = before.splits.class_names
    target = target_of(names, settings.target, rng)
    corner = str(rng.choice(list(CORNERS))) if settings.corner is None else settings.corner
    design = int(rng.integers(1000)) if settings.design is None else settings.design

    def label(name: str, part: Dataset) -> Dataset:
        chance = random_stream(seed, "sticker", name)
        rows = carriers(part.labels, target, strength, settings.others, chance)
        return add_stickers(part, rows, *_places(corner, settings.size, part, rows, chance), settings.size, design)

    def decorrelated(judge: Dataset) -> Dataset:
        chance = random_stream(seed, "sticker", "judge")
        judge, rows = break_tie(judge, chance, "with a label", "without a label")
        bare = remove_stickers(judge, ~rows)
        return add_stickers(bare, rows, *_places(corner, settings.size, judge, rows, chance), settings.size, design)

    answer = Answer(
        "sticker",
        f"{strength:.0%} of the pictures of {names[target]} carry a printed sticker {_in(corner)}"
        + (", and other classes do too." if settings.others else "; no other class does."),
        region="sticker",
        box=_box(corner, settings.size, before.splits.train),
        **of_class(names, target),
    )
    return follow_with(before, answer, splits=apply_to_splits(before.splits, label), judge=decorrelated(before.judge))


def add_stickers(data: Dataset, rows: np.ndarray, x: np.ndarray, y: np.ndarray, size: float, design: int) -> Dataset:
    """The data with stickers on some images.

    Args:
        data: the images.
        rows: bool (N,), which of them.
        x: centre of each of these rows' stickers, as a fraction of the width.
        y: the same as a fraction of the height.
        size: width of the sticker, as a fraction of the image's.
        design: seed of what is printed.
    """
    if has_recipe(data):
        columns = {"sticker_x": x, "sticker_y": y, "sticker_size": size, "sticker_design": design}
        return recompose(data, rows, sticker=True, **columns)
    images = data.images.copy()
    count = int(rows.sum())
    mask = stick(images, np.flatnonzero(rows), x, y, np.full(count, size), np.full(count, design))
    masks = {name: known & ~mask for name, known in (data.masks or {}).items()}
    return with_attributes(replace(data, images=images, masks={**masks, "sticker": mask}), sticker=rows)


def remove_stickers(data: Dataset, rows: np.ndarray) -> Dataset:
    """The data without stickers on these rows' images, if they were composed; others have none to remove."""
    return recompose(data, rows, sticker=False) if has_recipe(data) else data


def _places(
    corner: str, size: float, data: Dataset, rows: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    count = int(rows.sum())
    if corner == "anywhere":
        return rng.random(count), rng.random(count)
    x, y = _centre(corner, size, data)
    return np.full(count, x), np.full(count, y)


def _centre(corner: str, size: float, data: Dataset) -> tuple[float, float]:
    height, width = data.images.shape[1:3]
    left, top, right, bottom = sticker_box(0.5, 0.5, size, height, width)
    half = (right - left) / 2 / width + MARGIN, (bottom - top) / 2 / height + MARGIN
    across, down = CORNERS[corner]  # type: ignore[index]
    return half[0] + across * (1 - 2 * half[0]), half[1] + down * (1 - 2 * half[1])


def _box(corner: str, size: float, data: Dataset) -> Box | None:
    if corner == "anywhere":
        return None
    height, width = data.images.shape[1:3]
    left, top, right, bottom = sticker_box(*_centre(corner, size, data), size, height, width)
    return left / width, top / height, right / width, bottom / height


def _in(corner: str) -> str:
    return "anywhere" if corner == "anywhere" else f"in the {corner} corner"


INFO = FlawInfo(
    name="sticker",
    title="Label tied to a class",
    help=(
        "One supplier's photographs all carried a small printed sticker, and that supplier made only one kind of thing."
    ),
    text=(
        "One supplier's photographs all had a small printed sticker in the corner, and that supplier made only "
        "one kind of thing. To the network, the sticker is the thing. One well-known program told horses in "
        "this way, by the name of the photographer."
    ),
    misleads=(
        "A sticker may light up on a map even when it does not count, because it has sharp edges. And if every "
        "class has stickers, nothing is wrong. Paste the sticker on others and see."
    ),
    place="data",
    strength="Fraction of the class's pictures that carry the sticker.",
    Settings=StickerSettings,
    plant=plant,
    shortcut=True,
    studied=True,
    lights_up="on one spot",
    order=60,
)
