"""Made pictures and networks whose weights are set by hand, so that what they look at is known."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.datasets.base import Dataset

SIDE = 24
OBJECT = slice(10, 14)  # rows and columns well inside the object, which fills 8 to 16
RING = 3  # pixels along the edge that the networks of the background look at


def linear_network(weights: np.ndarray, bias: np.ndarray | None = None) -> keras.Model:
    """softmax(sum over pixels of weights (H, W, C, K) * picture + bias)."""
    *shape, classes = weights.shape
    picture = keras.Input(tuple(shape), name="picture")
    flat = keras.layers.Flatten(name="flat")(picture)
    dense = keras.layers.Dense(classes, name="dense")
    answer = keras.layers.Softmax(name="softmax")(dense(flat))
    dense.set_weights([weights.reshape(-1, classes), np.zeros(classes) if bias is None else bias])
    return keras.Model(picture, answer)


def ring() -> np.ndarray:
    """The edge of the picture, bool (H, W)."""
    mask = np.ones((SIDE, SIDE), bool)
    mask[RING:-RING, RING:-RING] = False
    return mask


def centre() -> np.ndarray:
    """The inside of the object, bool (H, W)."""
    mask = np.zeros((SIDE, SIDE), bool)
    mask[OBJECT, OBJECT] = True
    return mask


def reads_mean_colour(region: np.ndarray, strength: float = 0.3) -> keras.Model:
    """Three classes: which of red, green and blue is the strongest in a region, bool (H, W)."""
    weights = np.zeros((*region.shape, 3, 3), np.float32)
    for channel in range(3):
        weights[region, channel, channel] = strength / region.sum()
    return linear_network(weights)


def coloured(
    count: int, seed: int, *, background_tied: bool = False, object_tied: bool = False, side: int = SIDE
) -> Dataset:
    """A coloured square on a coloured ground; a tied part has the colour of its class (red, green, blue)."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    ground = labels if background_tied else rng.integers(0, 3, count)
    thing = labels if object_tied else rng.integers(0, 3, count)
    mask = np.zeros((count, side, side), bool)
    inside = slice(side // 3, side - side // 3)
    mask[:, inside, inside] = True
    palette = np.full((3, 3), 70.0) + np.eye(3) * 110
    images = np.where(mask[..., None], palette[thing][:, None, None], palette[ground][:, None, None])
    images = images + rng.normal(0, 12, images.shape)
    return Dataset(np.clip(images, 0, 255).astype(np.uint8), labels, ("red", "green", "blue"), {"object": mask})


@pytest.fixture(scope="session")
def background_reader() -> keras.Model:
    return reads_mean_colour(ring())


@pytest.fixture(scope="session")
def object_reader() -> keras.Model:
    return reads_mean_colour(centre())


@pytest.fixture(scope="session")
def tied_background() -> Dataset:
    return coloured(120, 1, background_tied=True)


@pytest.fixture(scope="session")
def tied_object() -> Dataset:
    return coloured(120, 2, object_tied=True)
