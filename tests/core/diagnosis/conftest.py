"""Made pictures and networks whose weights are set by hand, so that what they go by, and how well they do, is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import keras
import numpy as np
import pytest

from core.datasets.base import Dataset, Splits
from core.diagnosis.context import DiagnosisContext
from tests.core.hunches.conftest import SIDE, coloured, linear_network, reads_mean_colour

CORNER = (slice(0, 5), slice(0, 5))
FRAME = 2  # pixels, at this size


def region(name: str) -> np.ndarray:
    """Where a network looks, bool (H, W)."""
    mask = np.zeros((SIDE, SIDE), bool)
    if name == "corner":
        mask[CORNER] = True
    if name == "strip":
        mask[11:13] = True
    if name == "object":
        mask[9:15, 9:15] = True
    if name == "frame":
        mask[:] = True
        mask[FRAME:-FRAME, FRAME:-FRAME] = False
    if name == "background":
        mask[FRAME:-FRAME, FRAME:-FRAME] = True
        mask[6:18, 6:18] = False
    return mask


def reader(name: str) -> keras.Model:
    """Three classes: which of red, green and blue is the strongest in one region."""
    return reads_mean_colour(region(name))


def marked(data: Dataset, name: str) -> Dataset:
    """A region in the colour of each picture's class."""
    palette = np.full((3, 3), 70.0) + np.eye(3) * 110
    paint = palette[data.labels][:, None, None]
    images = np.where(region(name)[None, ..., None], paint, data.images).astype(np.uint8)
    return replace(data, images=images)


def varied(data: Dataset, seed: int) -> Dataset:
    """No two pictures alike: light that changes slowly over each of them."""
    rng = np.random.default_rng(seed)
    fields = np.stack([cv2.resize(each, (SIDE, SIDE)) for each in rng.uniform(-60, 60, (len(data), 5, 5))])
    return replace(data, images=np.clip(data.images + fields[..., None], 0, 255).astype(np.uint8))


def splits_of(part: Callable[[int], Dataset]) -> Splits:
    """Train, validation and test, each made from a seed of its own."""
    return Splits(part(1), part(2), part(3))


def subject_of(model: keras.Model, splits: Splits) -> DiagnosisContext:
    return DiagnosisContext(model, splits, seed=3)


@pytest.fixture(scope="session")
def honest() -> Splits:
    """Objects whose colour is their class, and nothing else is."""
    return splits_of(lambda seed: coloured(90, seed, object_tied=True))


@pytest.fixture(scope="session")
def object_reader() -> keras.Model:
    return reader("object")


def biased_reader() -> keras.Model:
    """Two classes by how light the object is: above or below a middle grey. Scale and light matter to it."""
    weights = np.zeros((SIDE, SIDE, 3, 2), np.float32)
    inside = region("object")
    weights[inside, :, 1] = 1.0 / (inside.sum() * 3)
    return linear_network(weights, np.array([110.0, 0.0], np.float32))


def light_and_dark(count: int, seed: int, side: int = SIDE) -> Dataset:
    """A light or a dark square on noise."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    images = rng.integers(60, 160, (count, side, side, 3)).astype(np.float32)
    images[:, 8:16, 8:16] = np.where(labels, 160, 60)[:, None, None, None] + rng.normal(0, 5, (count, 8, 8, 3))
    return Dataset(np.clip(images, 0, 255).astype(np.uint8), labels, ("dark", "light"))
