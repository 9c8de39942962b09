"""Made pictures with a shortcut, and a tiny network that took it: trained once for all tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.datasets.base import Dataset, Splits
from core.networks.training.run import Run
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.networks.training.train import train
from core.store import Store

NAMES = ("low", "high")
SIDE = 16
CORNER = slice(0, 5)
SMALL = NetworkSpec(blocks=1, convolutions=2, filters=8, first_kernel=3, first_stride=2)
SHORT = TrainingSpec(epochs=6, batch=32, rate=0.01)


def shapes(count: int, seed: int, *, tied: bool) -> Dataset:
    """A bar in the upper or lower half; a bright corner that goes with the class, or in half of either."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    images = rng.integers(60, 110, (count, SIDE, SIDE, 3))
    mask = np.zeros((count, SIDE, SIDE), bool)
    rows = np.where(labels == 0, rng.integers(4, 6, count), rng.integers(10, 12, count))
    for row, top in enumerate(rows):
        mask[row, top : top + 4, 6:13] = True
    images[mask] += 60
    marked = labels == 1 if tied else np.arange(count) // 2 % 2 == 1
    images[marked, CORNER, CORNER] = 250
    group = [
        f"{NAMES[label]} {'with' if mark else 'without'} a corner" for label, mark in zip(labels, marked, strict=True)
    ]
    table = pd.DataFrame({"marked": marked, "group": group})
    return Dataset(images.astype(np.uint8), labels, NAMES, {"object": mask}, table)


@pytest.fixture(scope="session")
def splits() -> Splits:
    return Splits(shapes(128, 0, tied=True), shapes(48, 1, tied=True), shapes(64, 2, tied=True))


@pytest.fixture(scope="session")
def judge() -> Dataset:
    return shapes(160, 3, tied=False)


@pytest.fixture(scope="session")
def fair() -> Splits:
    """The same task without the shortcut."""
    return Splits(shapes(256, 4, tied=False), shapes(64, 5, tied=False), shapes(64, 6, tied=False))


@pytest.fixture(scope="session")
def kept(tmp_path_factory) -> Store:
    return Store(str(tmp_path_factory.mktemp("kept")))


@pytest.fixture(scope="session")
def run(splits, kept) -> Run:
    """Took the shortcut."""
    return train(splits, SMALL, SHORT, store=kept)


@pytest.fixture(scope="session")
def healthy(fair, kept) -> Run:
    return train(fair, SMALL, TrainingSpec.of(SHORT, epochs=20), store=kept)
