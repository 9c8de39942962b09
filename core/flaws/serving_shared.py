"""What serving faults share: training is sound, but images reach the network in a different form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.datasets.base import Dataset
from core.flaws.base import Answer, Planted, apply_to_splits, follow_with

Change = Callable[[Dataset], Dataset]


def at_serving(before: Planted, flaw: str, sentence: str, change: Change) -> Planted:
    """Change how test images, and those of the evaluation set, reach the network; `clean` keeps the originals.

    Args:
        before: what was planted before.
        flaw: its name.
        sentence: the truth in plain words.
        change: data -> changed data.
    """
    answer = Answer(flaw, sentence, region="everywhere")
    splits = apply_to_splits(before.splits, lambda _, part: change(part), parts=("test",))
    return follow_with(before, answer, splits=splits, judge=change(before.judge))


def on_pixels(work: Callable[[np.ndarray], np.ndarray]) -> Change:
    """A change of each image (H, W, C) that keeps its size, masks and attributes."""

    def change(data: Dataset) -> Dataset:
        images = data.images.copy()
        for row, picture in enumerate(data.images):
            images[row] = work(picture).reshape(picture.shape)
        return replace(data, images=images)

    return change
