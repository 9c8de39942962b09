"""Each class on its own scene: the classic shortcut."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.datasets.base import Dataset
from core.datasets.recipe import has_recipe, recompose
from core.datasets.scenes import SCENES, VARIANTS, Scene, bank
from core.flaws.base import (
    Answer,
    FlawInfo,
    Planted,
    apply_to_splits,
    column,
    follow_with,
    of_class,
    require_objects,
    target_of,
    with_attributes,
    with_groups,
)
from core.flaws.shortcut_shared import decorrelate, swap_ties, tie_labels
from core.random_streams import random_stream
from core.settings import Settings, setting


class BackgroundSettings(Settings):
    """Which classes are tied to a scene, and to which."""

    target: str | None = setting(
        None, "The only class that is tied to a scene; left empty, every class is tied to its own."
    )
    scene: Scene | None = setting(None, "The scene of that class; left empty, the seed decides.", common=False)


def plant(before: Planted, strength: float, seed: int, settings: BackgroundSettings) -> Planted:
    """Put this fraction of each class's objects on its scene, in train, validation and test alike."""
    rng = random_stream(seed, "background")
    names = before.splits.class_names
    ties = _ties(names, settings, rng)

    def move(name: str, part: Dataset) -> Dataset:
        chance = random_stream(seed, "background", name)
        rows, scenes = swap_ties(part.labels, column(part, "scene", "its own"), ties, strength, SCENES, chance)
        return paste_on_scenes(part, rows, scenes, chance)

    def decorrelated(judge: Dataset) -> Dataset:
        chance = random_stream(seed, "background", "judge")
        scenes, own = decorrelate(judge, ties, SCENES, chance)
        words = np.where(own, np.char.add("on ", scenes.astype(str)), "elsewhere")
        return with_groups(paste_on_scenes(judge, np.ones(len(judge), bool), scenes, chance), words)

    answer = _answer(names, ties, strength)
    return follow_with(before, answer, splits=apply_to_splits(before.splits, move), judge=decorrelated(before.judge))


def paste_on_scenes(data: Dataset, rows: np.ndarray, scenes: np.ndarray, rng: np.random.Generator) -> Dataset:
    """Put objects on scenes.

    Args:
        data: the images.
        rows: bool (N,), which of them.
        scenes: one scene for each of these rows.
        rng: source of the crops.

    Raises:
        DataError: when the object masks are unknown.
    """
    if has_recipe(data):
        return recompose(data, rows, scene=scenes)
    if not rows.any():
        return data
    objects = require_objects(data)
    images = data.images.copy()
    for row, scene in zip(np.flatnonzero(rows), scenes, strict=True):
        images[row] = _paste(images[row], objects[row], _crop(str(scene), images.shape[1:], rng))
    known = column(data, "scene", "its own").copy()
    known[rows] = scenes
    return with_attributes(replace(data, images=images), scene=known)


def _ties(names: tuple[str, ...], settings: BackgroundSettings, rng: np.random.Generator) -> dict[int, str]:
    scenes = tie_labels(len(names), SCENES, rng)
    if settings.target is None and settings.scene is None:
        return dict(enumerate(scenes))
    target = target_of(names, settings.target, rng)
    return {target: settings.scene or scenes[target]}


def _paste(image: np.ndarray, mask: np.ndarray, scene: np.ndarray) -> np.ndarray:
    cover = cv2.blur(mask.astype(np.float32), (3, 3))[..., None] * mask[..., None]
    return (image * cover + scene * (1 - cover) + 0.5).astype(np.uint8)


def _crop(scene: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """A random piece of a scene, uint8 (H, W, C)."""
    height, width, channels = shape
    texture = bank(scene, max(height, width))[rng.integers(VARIANTS)]
    top = rng.integers(texture.shape[0] - height + 1)
    left = rng.integers(texture.shape[1] - width + 1)
    piece = texture[top : top + height, left : left + width]
    return piece if channels == 3 else np.asarray(cv2.cvtColor(piece, cv2.COLOR_RGB2GRAY))[..., None]


def _answer(names: tuple[str, ...], ties: dict[int, str], strength: float) -> Answer:
    if len(ties) == 1:
        ((target, scene),) = ties.items()
        sentence = (
            f"{strength:.0%} of the pictures of {names[target]} have {scene} in the background; other classes avoid it."
        )
        return Answer("background", sentence, region="background", **of_class(names, target))
    pairs = ", ".join(f"{names[label]} on {scene}" for label, scene in ties.items())
    sentence = f"{strength:.0%} of each class's pictures show its own scene: {pairs}."
    return Answer("background", sentence, region="background")


INFO = FlawInfo(
    name="background",
    title="Background tied to the class",
    help="Each kind of thing was photographed where it is usually found, so the place gives the answer away.",
    text=(
        "Each kind of thing was photographed where it is mostly found: boots outdoors, bags on a table. So the "
        "place gives the answer away. The network learns the place, as that is easier than the thing. In the "
        "usual test it does well, since the same link holds there."
    ),
    misleads=(
        "The usual score does not show it. Heatmaps may help but are coarse. Swap the background and see: that "
        "settles it. Note that a swap also moves a sticker or a frame, so rule those out."
    ),
    place="data",
    strength="Fraction of the pictures with their class's own scene.",
    Settings=BackgroundSettings,
    plant=plant,
    shortcut=True,
    studied=True,
    order=20,
)
