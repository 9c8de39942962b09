"""A task that a tiny network learns in a second: which of three colours is the strongest."""

from __future__ import annotations

import numpy as np
import pytest

from core.datasets.base import Dataset, Splits
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.store import Store

NAMES = ("red", "green", "blue")


def colours(count: int, seed: int, side: int = 12) -> Dataset:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    images = rng.integers(0, 120, (count, side, side, 3)).astype(np.uint8)
    images[np.arange(count), :, :, labels] += 100
    return Dataset(images, labels, NAMES)


@pytest.fixture(scope="session")
def splits() -> Splits:
    return Splits(colours(96, 0), colours(30, 1), colours(45, 2))


@pytest.fixture(scope="session")
def small() -> NetworkSpec:
    return NetworkSpec(blocks=2, convolutions=1, filters=4, first_kernel=3, first_stride=1)


@pytest.fixture(scope="session")
def short() -> TrainingSpec:
    return TrainingSpec(epochs=3, batch=32, rate=0.01)


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(str(tmp_path / "kept"))
