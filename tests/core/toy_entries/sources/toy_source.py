"""Two kinds of noise."""

from __future__ import annotations

import numpy as np

from core.datasets.base import Dataset, Splits
from core.datasets.info import DatasetInfo
from core.random_streams import random_stream
from core.settings import Settings, setting

NAMES = ("fine", "coarse")


class ToySourceSettings(Settings):
    """How many pictures there are."""

    train: int = setting(40, "Training pictures of each class.", low=2, high=1000, step=1, unit="pictures")
    seed: int = setting(0, "Fixes the pictures.", low=0, high=2**31 - 1, step=1, common=False)


def load(settings: ToySourceSettings) -> Splits:
    """Fine noise and coarse noise, 32 by 32, grey."""
    return Splits(**{name: _part(name, settings) for name in ("train", "validation", "test")})


def _part(name: str, settings: ToySourceSettings) -> Dataset:
    rng, count = random_stream(settings.seed, "toy_source", name), 2 * settings.train
    labels = np.arange(count) % 2
    fine = rng.integers(0, 256, (count, 32, 32, 1))
    coarse = np.kron(rng.integers(0, 256, (count, 8, 8, 1)), np.ones((1, 4, 4, 1), int))
    return Dataset(np.where(labels[:, None, None, None] == 0, fine, coarse).astype(np.uint8), labels, NAMES)


DATASET = DatasetInfo(
    name="toy_source",
    title="Two kinds of noise",
    help="Fine and coarse noise, which anyone can tell apart.",
    Settings=ToySourceSettings,
    load=load,
)
