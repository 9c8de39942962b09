"""Each class at its own position in the image."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.datasets.base import Dataset
from core.datasets.recipe import has_recipe, recompose, room
from core.flaws.base import (
    Answer,
    FlawInfo,
    Planted,
    apply_to_splits,
    follow_with,
    of_class,
    pick_rows,
    target_of,
    with_attributes,
    with_groups,
)
from core.flaws.shortcut_shared import decorrelate, tie_labels
from core.random_streams import random_stream
from core.settings import Settings, setting

ZONES: dict[str, tuple[int, int]] = {
    "in the upper left": (-1, -1),
    "in the lower right": (1, 1),
    "in the upper right": (1, -1),
    "in the lower left": (-1, 1),
    "in the middle": (0, 0),
    "at the top": (0, -1),
    "at the bottom": (0, 1),
    "on the left": (-1, 0),
    "on the right": (1, 0),
}
NAMES = tuple(ZONES)
SLACK = 0.15  # how far from the very edge an object may be, as a share of the room that it has
SHIFTED = 0.15  # how far pictures that were not composed are shifted as a whole, as a share of their side


class PlaceSettings(Settings):
    """Which classes are tied to a position, and how small objects are, so that there is room to move."""

    target: str | None = setting(
        None, "The only class that is tied to a position; left empty, every class is tied to its own."
    )
    shrink: float = setting(
        0.85,
        "Size of the moved objects, relative to before; large ones have no room to be anywhere else.",
        low=0.4,
        high=1,
        step=0.05,
        common=False,
    )


def plant(before: Planted, strength: float, seed: int, settings: PlaceSettings) -> Planted:
    """Move this fraction of each class's objects to its position, in train, validation and test alike."""
    rng = random_stream(seed, "place")
    names = before.splits.class_names
    ties = _ties(names, settings, rng)
    spared = np.array([zone for zone in NAMES if zone not in ties.values()], object)

    def move(name: str, part: Dataset) -> Dataset:
        chance = random_stream(seed, "place", name)
        rows = pick_rows(part.labels, strength, chance)
        zones = chance.choice(spared, len(part))
        for label, zone in ties.items():
            zones[part.labels == label] = zone
        return move_objects(part, rows, zones[rows], settings.shrink, chance)

    def decorrelated(judge: Dataset) -> Dataset:
        chance = random_stream(seed, "place", "judge")
        zones, own = decorrelate(judge, ties, NAMES, chance)
        words = np.where(own, zones, "at another place")
        return with_groups(move_objects(judge, np.ones(len(judge), bool), zones, settings.shrink, chance), words)

    answer = _answer(names, ties, strength)
    return follow_with(before, answer, splits=apply_to_splits(before.splits, move), judge=decorrelated(before.judge))


def move_objects(
    data: Dataset, rows: np.ndarray, zones: np.ndarray, shrink: float, rng: np.random.Generator
) -> Dataset:
    """Move objects to zones of the image.

    Pictures that were not composed are shifted as a whole, their edges mirrored.

    Args:
        data: the images.
        rows: bool (N,), which of them.
        zones: one zone for each of these rows.
        shrink: size of the moved objects, relative to before.
        rng: source of the positions within the zones.
    """
    towards = np.array([ZONES[zone] for zone in zones], float).reshape(-1, 2)
    towards *= 1 - SLACK * rng.random(towards.shape)
    if not has_recipe(data):
        return _shift(data, rows, towards * SHIFTED)
    assert data.attributes is not None
    recipe = data.attributes[rows].assign(size=data.attributes["size"][rows] * shrink)
    aside, down = room(recipe)
    x, y = 0.5 + towards[:, 0] * aside / 2, 0.5 + towards[:, 1] * down / 2
    return recompose(data, rows, size=recipe["size"].to_numpy(), x=x, y=y)


def _shift(data: Dataset, rows: np.ndarray, towards: np.ndarray) -> Dataset:
    height, width = data.images.shape[1:3]
    images = data.images.copy()
    masks = {name: mask.copy() for name, mask in (data.masks or {}).items()}
    steps = np.zeros((len(data), 2), int)
    steps[rows] = np.round(towards * (width, height))
    for row in np.flatnonzero(rows):
        for pictures in (images, *masks.values()):
            pictures[row] = _shift_mirrored(pictures[row], *steps[row])
    return with_attributes(
        replace(data, images=images, masks=masks or None), shift_x=steps[:, 0] / width, shift_y=steps[:, 1] / height
    )


def _shift_mirrored(image: np.ndarray, across: int, down: int) -> np.ndarray:
    solid = image.astype(np.uint8)
    move = np.array([[1, 0, across], [0, 1, down]], float)
    done = cv2.warpAffine(solid, move, solid.shape[1::-1], flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT_101)
    return done.reshape(image.shape).astype(image.dtype)


def _ties(names: tuple[str, ...], settings: PlaceSettings, rng: np.random.Generator) -> dict[int, str]:
    zones = tie_labels(len(names), NAMES[: max(5, min(len(names), len(NAMES)))], rng)
    if settings.target is None:
        return dict(enumerate(zones))
    target = target_of(names, settings.target, rng)
    return {target: zones[target]}


def _answer(names: tuple[str, ...], ties: dict[int, str], strength: float) -> Answer:
    if len(ties) == 1:
        ((target, zone),) = ties.items()
        sentence = f"{strength:.0%} of the pictures of {names[target]} have it {zone}; other classes keep off it."
        return Answer("place", sentence, region="everywhere", **of_class(names, target))
    pairs = ", ".join(f"{names[label]} {zone}" for label, zone in ties.items())
    return Answer(
        "place", f"{strength:.0%} of each class's pictures have it at its place: {pairs}.", region="everywhere"
    )


INFO = FlawInfo(
    name="place",
    title="Place tied to the class",
    help="A camera on a tripod saw each kind of thing arrive at its own spot on the belt.",
    text=(
        "A fixed camera saw each kind of thing arrive at its own spot on the belt. The network learns the spot. Move "
        "the thing, and the answer moves with it."
    ),
    misleads=(
        "A heatmap will sit on the object, as it should, and look fine. The flaw is where the object is, not what is "
        "looked at. Move the object and see whether the answer stays."
    ),
    place="data",
    strength="Fraction of the objects at their class's own position.",
    Settings=PlaceSettings,
    plant=plant,
    shortcut=True,
    studied=True,
    order=40,
)
