"""What serving faults share: training is sound, but pictures reach the network differently from how it learned them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.datasets.base import Dataset
from core.flaws.base import Answer, Planted, apply_to_splits, follow_with

Change = Callable[[Dataset], Dataset]


def at_serving(before: Planted, flaw: str, sentence: str, change: Change) -> Planted:
    """Change how test pictures, and the judge's, reach the network; `clean` keeps them as they were."""
    answer = Answer(flaw, sentence, region="everywhere")
    splits = apply_to_splits(before.splits, lambda _, part: change(part), parts=("test",))
    return follow_with(before, answer, splits=splits, judge=change(before.judge))


def on_pixels(work: Callable[[np.ndarray], np.ndarray]) -> Change:
    """A change of each picture (H, W, C) that keeps its size and what else is known of it."""

    def change(data: Dataset) -> Dataset:
        images = data.images.copy()
        for row, picture in enumerate(data.images):
            images[row] = work(picture).reshape(picture.shape)
        return replace(data, images=images)

    return change
