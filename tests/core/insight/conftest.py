"""Pictures of a square on a ground, and networks of which it is known what they read."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import pandas as pd
import pytest

from core.datasets.base import Dataset

SIDE = 16
INSIDE = slice(5, 11)
CORE = slice(7, 9)
LIGHT = {"night": 40, "dusk": 120, "day": 200}
ROOM = 200.0
NAMES = ("cup", "jug")


def squares(
    count: int = 120,
    seed: int = 0,
    *,
    tied: float = 0.0,
    levels: tuple[str, ...] = ("night", "day"),
    noise: float = 0.0,
) -> Dataset:
    """A square whose red says what it is (0 or 200) on a grey ground whose light is its scene.

    Green in the square is a number of its own, "gloss"; "lot" is a number that shows nowhere.

    Args:
        tied: share of the pictures whose scene is that of their class.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    scene = rng.integers(0, len(levels), count)
    scene = np.where(rng.random(count) < tied, labels % len(levels), scene)
    gloss = rng.uniform(20, 220, count)
    images = np.empty((count, SIDE, SIDE, 3))
    images[:] = np.array([LIGHT[level] for level in levels])[scene][:, None, None, None]
    images += rng.normal(0, noise, images.shape) if noise else 0
    images[:, INSIDE, INSIDE] = np.stack([labels * ROOM, gloss, np.zeros(count)], axis=1)[:, None, None]
    mask = np.zeros((count, SIDE, SIDE), bool)
    mask[:, INSIDE, INSIDE] = True
    table = pd.DataFrame(
        {"scene": np.array(levels, object)[scene], "gloss": gloss.round(), "lot": rng.uniform(0, 1, count)}
    )
    return Dataset(np.clip(images + 0.5, 0, 255).astype(np.uint8), labels, NAMES, {"object": mask}, table)


def reader(truth: float = 0.0, scene: float = 0.0, gloss: float = 0.0, both: float = 0.0) -> keras.Model:
    """A network whose log odds of "jug" are a known sum.

    Args:
        truth: added where the square is red.
        scene: added for a ground of light 200, in proportion for others.
        gloss: added for green of 200 in the square, in proportion for others.
        both: added in proportion to the ground's light where the square is red, and not at all where it is not.
    """
    picture = keras.Input((SIDE, SIDE, 3), name="picture")
    read = np.zeros((SIDE, SIDE, 3, 4), np.float32)
    middle = (CORE.stop - CORE.start) ** 2
    read[CORE, CORE, 0, 0] = read[CORE, CORE, 1, 2] = 1 / (middle * ROOM)
    read[0, :, :, 1] = 1 / (3 * SIDE * ROOM)
    read[..., 3] = read[..., 0] + read[..., 1]
    flat = keras.layers.Flatten(name="flat")(picture)
    parts = keras.layers.Dense(4, activation="relu", name="parts")
    scores = keras.layers.Dense(2, name="scores")
    answer = keras.layers.Softmax(name="softmax")(scores(parts(flat)))
    parts.set_weights([read.reshape(-1, 4), np.array([0, 0, 0, -1], np.float32)])
    weights = np.zeros((4, 2), np.float32)
    weights[:, 1] = truth, scene, gloss, both
    scores.set_weights([weights, np.zeros(2)])
    return keras.Model(picture, answer)


@pytest.fixture(scope="session")
def make_reader() -> Callable[..., keras.Model]:
    """Readers by their weights, each built once."""
    known: dict[tuple[tuple[str, float], ...], keras.Model] = {}

    def make(**weights: float) -> keras.Model:
        key = tuple(sorted(weights.items()))
        if key not in known:
            known[key] = reader(**weights)
        return known[key]

    return make


@pytest.fixture(scope="session")
def composed() -> Dataset:
    """Composed pictures with a recipe."""
    from core.datasets import load

    return load("wardrobe", classes=("trouser", "bag"), size=32, train=10, validation=10, test=60).test
