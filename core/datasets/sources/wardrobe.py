"""Wardrobe: real product photographs, tinted, on synthetic scenes. The bundled data set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationInfo, field_validator

from core.datasets.base import Dataset, Splits
from core.datasets.cutouts import PLACES, Kind
from core.datasets.info import DatasetInfo
from core.datasets.recipe import TINTS, Tint, compose, hues_near, room
from core.datasets.scenes import SCENES, Scene
from core.settings import Settings, setting

STICKER_SIZE = 0.22
BORDER_WIDTH = 0.0625


class WardrobeSettings(Settings):
    """Which objects, how many, how large, and on which scenes."""

    classes: tuple[Kind, ...] = setting(
        ("trouser", "dress", "sandal", "bag", "boot"), "The kinds of object to use as classes.", shortest=2
    )
    size: int = setting(48, "Height and width of every picture.", low=32, high=96, step=16, unit="pixels")
    train: int = setting(1000, "Training pictures per class.", low=10, high=1000, step=10, unit="pictures")
    validation: int = setting(150, "Validation pictures per class.", low=10, high=150, step=10, unit="pictures")
    test: int = setting(300, "Test pictures per class.", low=10, high=300, step=10, unit="pictures")
    sticker_share: float = setting(
        0.0,
        "Fraction of all pictures that carry a small printed sticker, whatever their class.",
        low=0,
        high=1,
        step=0.05,
    )
    scenes: tuple[Scene, ...] = setting(SCENES, "The scenes behind the objects.", shortest=1, common=False)
    tints: tuple[Tint, ...] = setting(TINTS, "The colours of the objects.", shortest=1, common=False)
    smallest: float = setting(
        0.55,
        "Longest side of the smallest object, as a fraction of the image side.",
        low=0.3,
        high=0.95,
        step=0.05,
        common=False,
    )
    largest: float = setting(
        0.85,
        "Longest side of the largest object, as a fraction of the image side.",
        low=0.3,
        high=0.95,
        step=0.05,
        common=False,
    )
    spread: float = setting(
        1.0,
        "How far objects are from the middle: 0 for never, 1 for up to the picture's edge.",
        low=0,
        high=1,
        step=0.1,
        common=False,
    )
    tilt: float = setting(
        10.0,
        "Largest rotation of an object, in either direction.",
        low=0,
        high=45,
        step=1,
        unit="degrees",
        common=False,
    )
    seed: int = setting(0, "Seed of the scenes, colours and positions.", low=0, high=2**31 - 1, step=1, common=False)

    @field_validator("classes", "scenes", "tints")
    @classmethod
    def _each_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) < len(names):
            raise ValueError("a list that names each item once")
        return names

    @field_validator("largest")
    @classmethod
    def _not_below_smallest(cls, largest: float, info: ValidationInfo) -> float:
        if largest < info.data.get("smallest", 0):
            raise ValueError("at least as large as the smallest object")
        return largest


def load(settings: WardrobeSettings | None = None, **values: Any) -> Splits:
    """Compose the three parts; the same settings give the same bytes.

    The parts share no cut-out: train and validation come from Fashion-MNIST's training set, test from its test set
    (Xiao,
    Rasul and Vollgraf 2017, arXiv 1708.07747).

    Args:
        settings: the settings; None for the defaults.
        values: settings by name.
    """
    chosen = WardrobeSettings.of(settings, **values)
    parts = {name: _part(name, chosen) for name in PLACES}
    return Splits(**parts)


def _part(name: str, settings: WardrobeSettings) -> Dataset:
    rng = np.random.default_rng([settings.seed, list(PLACES).index(name)])
    count = getattr(settings, name)
    objects = np.repeat(np.array(settings.classes, dtype=object), count)
    sources = np.concatenate([rng.permutation(np.array(PLACES[name]))[:count] for _ in settings.classes])
    order = rng.permutation(len(objects))
    recipe = draw(objects[order], sources[order], settings, rng)
    return compose(recipe, settings.classes, settings.size)


def draw(
    objects: np.ndarray, sources: np.ndarray, settings: WardrobeSettings, rng: np.random.Generator
) -> pd.DataFrame:
    """A random recipe (see recipe.py) for these cut-outs: nothing in it depends on what the object is.

    Args:
        objects: kinds of the cut-outs, (N,).
        sources: their numbers among their kind, int (N,).
        settings: scenes, tints, sizes and positions.
        rng: source of the draws.
    """
    count = len(objects)
    tints = rng.choice(np.array(settings.tints, dtype=object), count)
    recipe = pd.DataFrame(
        {
            "object": objects,
            "source": sources,
            "scene": rng.choice(np.array(settings.scenes, dtype=object), count),
            "tint": tints,
            "hue": hues_near(tints, rng),
            "size": rng.uniform(settings.smallest, settings.largest, count),
            "x": 0.5,
            "y": 0.5,
            "angle": rng.uniform(-settings.tilt, settings.tilt, count),
            "flip": rng.random(count) < 0.5,
            "sticker": rng.random(count) < settings.sticker_share,
            "sticker_x": rng.uniform(0, 1, count),
            "sticker_y": rng.uniform(0, 1, count),
            "sticker_size": STICKER_SIZE,
            "sticker_design": rng.integers(0, 1000, count),
            "border": False,
            "border_width": BORDER_WIDTH,
            "border_opacity": 1.0,
            "border_design": 0,
            "draw": rng.integers(0, 2**32, count),
        }
    )
    aside, down = room(recipe)
    recipe["x"] += settings.spread * aside * rng.uniform(-0.5, 0.5, count)
    recipe["y"] += settings.spread * down * rng.uniform(-0.5, 0.5, count)
    return recipe


DATASET = DatasetInfo(
    "wardrobe",
    "Wardrobe",
    (
        "Real product photographs (clothes, shoes, bags) in varied colours on synthetic scenes. Because they were "
        "composed, we know exactly where the object is, and what else changes from picture to picture."
    ),
    WardrobeSettings,
    load,
    order=10,
)
