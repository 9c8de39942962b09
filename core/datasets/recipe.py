"""Recipes: everything that makes a composed picture, as a table, and the pictures made from it.

A recipe is a DataFrame of one row a picture; a composed data set carries its own as `attributes`, so that anyone can
change a column and compose again (`recompose`) with masks and attributes that stay exact. Its columns:

- object, source: the kind of the cut-out and its number among its kind
- scene: what it is set on (see scenes.py)
- tint, hue: the named colour of the object, and its exact hue in degrees
- size, x, y: longest side of the object, and the centre of its box, as shares of the picture's side
- angle, flip: tilt in degrees, and whether it is mirrored
- sticker, sticker_x, sticker_y, sticker_size, sticker_design: whether it has a printed label, where, how large, which
- border, border_width, border_opacity, border_design: the same of a frame
- draw: a whole number that decides all the rest (crop and light of the scene, strength of the colour)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, get_args

import cv2
import numpy as np
import pandas as pd

from core.datasets import artefacts
from core.datasets.base import Dataset
from core.datasets.cutouts import SIDE, cutouts
from core.datasets.scenes import SCENES, VARIANTS, bank
from core.errors import DataError
from core.row_blocks import row_blocks

Tint = Literal["red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"]
TINTS: tuple[Tint, ...] = get_args(Tint)
HUES: dict[Tint, float] = dict(zip(TINTS, (2.0, 26.0, 52.0, 115.0, 172.0, 215.0, 272.0, 325.0), strict=True))
HUE_SPREAD = 7.0  # degrees either side of the named hue

COLUMNS = (
    "object", "source", "scene", "tint", "hue", "size", "x", "y", "angle", "flip",
    "sticker", "sticker_x", "sticker_y", "sticker_size", "sticker_design",
    "border", "border_width", "border_opacity", "border_design", "draw",
)  # fmt: skip
BATCH = 256
CRISP = 2.0  # edges are this many times steeper than enlarging made them, so that little of the scene shines through
LIGHT = (0.84, 1.12)  # darkest and brightest light on a scene
STRENGTH, VALUE = (0.55, 0.95), (0.8, 1.0)  # saturation and brightness of a tint


def has_recipe(data: Dataset) -> bool:
    """Whether the images were composed, and can be composed again."""
    return data.attributes is not None and set(COLUMNS) <= set(data.attributes.columns)


def compose(recipe: pd.DataFrame, class_names: tuple[str, ...], side: int, labels: np.ndarray | None = None) -> Dataset:
    """Compose the images of a recipe.

    Args:
        recipe: one row per image, with the columns of this module.
        class_names: the classes; an object's own name is its label unless `labels` says otherwise.
        side: height and width of the images in pixels.
        labels: int (N,); None for each object's own.

    Returns:
        Images uint8 (N, side, side, 3) with the masks "object", "sticker" and "border" of what is visible, and the
        recipe
        as attributes.
    """
    recipe = recipe.reset_index(drop=True)
    _check(recipe, class_names, labels)
    images = np.empty((len(recipe), side, side, 3), np.uint8)
    seen = np.empty((len(recipe), side, side), bool)
    for rows in row_blocks(len(recipe), BATCH):
        part = recipe.iloc[rows]
        layers = _objects(part, side)
        images[rows] = _blend(_backgrounds(part, side), layers, _paints(part))
        seen[rows] = layers[..., 1] >= 128
    border, sticker = _add_artefacts(images, recipe)
    masks = {"object": seen & ~border & ~sticker, "sticker": sticker, "border": border & ~sticker}
    names = {name: index for index, name in enumerate(class_names)}
    found = recipe["object"].map(names).to_numpy() if labels is None else labels
    return Dataset(images, found, class_names, masks, recipe)


def recompose(data: Dataset, rows: np.ndarray | None = None, **columns: Any) -> Dataset:
    """The same images with some columns of their recipe changed; labels and further attributes stay.

    Args:
        data: composed images (see `has_recipe`).
        rows: bool (N,), which images to compose again, the others keeping every byte; None for all.
        columns: new values, one for all of these rows or one each, such as scene="grass".

    Raises:
        DataError: when the images were not composed, or a column is unknown.
    """
    if not has_recipe(data):
        raise DataError(
            "Only composed pictures, such as Wardrobe's, can be changed in this way", "pictures without a recipe"
        )
    unknown = set(columns) - set(COLUMNS)
    if unknown:
        raise DataError(f"A recipe has the columns {', '.join(COLUMNS)}", ", ".join(sorted(unknown)))
    assert data.attributes is not None
    chosen = np.flatnonzero(np.ones(len(data), bool) if rows is None else rows)
    recipe = data.attributes.iloc[chosen].assign(**columns)
    made = compose(recipe, data.class_names, data.shape[0], data.labels[chosen])
    return _put(data, chosen, made)


def _put(data: Dataset, rows: np.ndarray, made: Dataset) -> Dataset:
    """The data with these rows' pictures, masks and attributes taken from `made`."""
    assert data.attributes is not None
    assert made.attributes is not None
    images = data.images.copy()
    images[rows] = made.images
    masks = {name: mask.copy() for name, mask in (data.masks or {}).items()}
    for name, mask in (made.masks or {}).items():
        masks.setdefault(name, np.zeros(data.images.shape[:3], bool))[rows] = mask
    table = data.attributes.copy()
    for column in COLUMNS:
        values = table[column].to_numpy(copy=True)
        values[rows] = made.attributes[column].to_numpy()
        table[column] = values
    return replace(data, images=images, masks=masks, attributes=table)


def room(recipe: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """How far each object's centre can move sideways and down without its box leaving the picture, in shares (N,)."""
    wide, tall = _extents(recipe)
    return np.maximum(1 - wide, 0), np.maximum(1 - tall, 0)


def hues_near(tints: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An exact hue in degrees, 0 to 360, near each named tint."""
    named = np.array([HUES[tint] for tint in tints])
    return (named + rng.uniform(-HUE_SPREAD, HUE_SPREAD, len(tints))) % 360


def chance(draw: np.ndarray, purpose: int) -> np.ndarray:
    """A number in [0, 1) for each `draw`, another for each purpose, evenly spread (SplitMix64; Steele et al. 2014)."""
    z = draw.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15 * (purpose + 1) % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / 2**53


def _check(recipe: pd.DataFrame, class_names: tuple[str, ...], labels: np.ndarray | None) -> None:
    missing = [column for column in COLUMNS if column not in recipe]
    if missing:
        raise DataError(f"A recipe has the columns {', '.join(COLUMNS)}", f"none of {', '.join(missing)}")
    unknown = set(recipe["scene"]) - set(SCENES)
    if unknown:
        raise DataError(f"The scenes are {', '.join(SCENES)}", ", ".join(sorted(map(str, unknown))))
    strange = set(recipe["object"]) - set(class_names)
    if labels is None and strange:
        raise DataError(f"The classes are {', '.join(class_names)}", ", ".join(sorted(map(str, strange))))


def _backgrounds(recipe: pd.DataFrame, side: int) -> np.ndarray:
    """Crops of the scenes, each in its own light: float32 (n, side, side, 3) in 0..255."""
    draw = recipe["draw"].to_numpy()
    variants = (chance(draw, 0) * VARIANTS).astype(int)
    down, across, mirrored = chance(draw, 1), chance(draw, 2), chance(draw, 3) < 0.5
    crops = np.empty((len(recipe), side, side, 3), np.uint8)
    for row, scene in enumerate(recipe["scene"]):
        texture = bank(scene, side)[variants[row]]
        top = int(down[row] * (texture.shape[0] - side + 1))
        left = int(across[row] * (texture.shape[1] - side + 1))
        crop = texture[top : top + side, left : left + side]
        crops[row] = crop[:, ::-1] if mirrored[row] else crop
    light = LIGHT[0] + (LIGHT[1] - LIGHT[0]) * chance(draw, 4)
    return crops * light[:, None, None, None].astype(np.float32)


def _objects(recipe: pd.DataFrame, side: int) -> np.ndarray:
    """Shade times cover, and cover, of every object in its place: uint8 (n, side, side, 2)."""
    layers, boxes = _looked_up(recipe)
    moves = _moves(recipe, boxes, side)
    placed = [
        cv2.warpAffine(layer, move, (side, side), flags=cv2.INTER_LINEAR)
        for layer, move in zip(layers, moves, strict=True)
    ]
    return np.stack(placed)


def _looked_up(recipe: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Cut-outs uint8 (n, 28, 28, 2) and their boxes (n, 4)."""
    layers = np.empty((len(recipe), SIDE, SIDE, 2), np.uint8)
    boxes = np.empty((len(recipe), 4))
    kinds, sources = recipe["object"].to_numpy(), recipe["source"].to_numpy()
    for kind in pd.unique(recipe["object"]):
        rows = kinds == kind
        stock = cutouts(kind)
        layers[rows], boxes[rows] = stock.layers[sources[rows]], stock.boxes[sources[rows]]
    return layers, boxes


def _moves(recipe: pd.DataFrame, boxes: np.ndarray, side: int) -> np.ndarray:
    """The affine map from each cut-out's pixels to the picture's, (n, 2, 3)."""
    wide, tall = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    scale = recipe["size"].to_numpy() * side / np.maximum(wide, tall)
    turn = np.deg2rad(recipe["angle"].to_numpy())
    mirror = np.where(recipe["flip"].to_numpy(dtype=bool), -1.0, 1.0)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    linear = np.stack([np.stack([cos * mirror, -sin], -1), np.stack([sin * mirror, cos], -1)], 1)  # (n, 2, 2)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 - 0.5
    target = recipe[["x", "y"]].to_numpy() * side - 0.5
    shift = target - np.einsum("nij,nj->ni", linear, middle)
    return np.concatenate([linear, shift[..., None]], axis=2)


def _extents(recipe: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    _, boxes = _looked_up(recipe)
    wide, tall = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    scale = recipe["size"].to_numpy() / np.maximum(wide, tall)
    turn = np.deg2rad(np.abs(recipe["angle"].to_numpy()))
    return scale * (wide * np.cos(turn) + tall * np.sin(turn)), scale * (wide * np.sin(turn) + tall * np.cos(turn))


def _paints(recipe: pd.DataFrame) -> np.ndarray:
    """Each object's colour where its shade is full, float32 (n, 3) in 0..1."""
    draw = recipe["draw"].to_numpy()
    strength = STRENGTH[0] + (STRENGTH[1] - STRENGTH[0]) * chance(draw, 5)
    value = VALUE[0] + (VALUE[1] - VALUE[0]) * chance(draw, 6)
    hsv = np.stack([recipe["hue"].to_numpy() % 360, strength, value], axis=1).astype(np.float32)
    return cv2.cvtColor(hsv[None], cv2.COLOR_HSV2RGB)[0]


def _blend(backgrounds: np.ndarray, layers: np.ndarray, paints: np.ndarray) -> np.ndarray:
    cover = layers[..., 1:].astype(np.float32)
    crisp = np.clip((cover - 127.5) * CRISP + 127.5, 0, 255)
    shade = layers[..., :1] * (crisp / np.maximum(cover, 1))
    mixed = backgrounds * (1 - crisp / 255) + shade * paints[:, None, None, :]
    return np.minimum(mixed + 0.5, 255).astype(np.uint8)


def _add_artefacts(images: np.ndarray, recipe: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Frames first, labels on top of them; their masks."""
    framed = np.flatnonzero(recipe["border"].to_numpy(dtype=bool))
    border = artefacts.frame(images, framed, *_picked(recipe, framed, "border", ("width", "opacity", "design")))
    stuck = np.flatnonzero(recipe["sticker"].to_numpy(dtype=bool))
    sticker = artefacts.stick(images, stuck, *_picked(recipe, stuck, "sticker", ("x", "y", "size", "design")))
    return border, sticker


def _picked(recipe: pd.DataFrame, rows: np.ndarray, artefact: str, names: tuple[str, ...]) -> list[np.ndarray]:
    return [recipe[f"{artefact}_{name}"].to_numpy()[rows] for name in names]
