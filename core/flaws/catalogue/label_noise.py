"""Some labels are wrong at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.datasets.base import Dataset
from core.flaws.base import Answer, FlawInfo, Planted, apply_to_splits, follow_with, pick_rows, with_attributes
from core.random_streams import random_stream
from core.settings import Settings, setting


class LabelNoiseSettings(Settings):
    """How many labels are wrong."""

    rate: float = setting(0.2, "Fraction of labels that are wrong at full strength.", low=0.01, high=0.6, step=0.01)


def plant(before: Planted, strength: float, seed: int, settings: LabelNoiseSettings) -> Planted:
    """Give this fraction of each class's training and validation images the label of another class, drawn uniformly."""
    share = strength * settings.rate

    def mislabel(name: str, part: Dataset) -> Dataset:
        rng = random_stream(seed, "label_noise", name)
        rows = pick_rows(part.labels, share, rng)
        steps = rng.integers(1, len(part.class_names), len(part))
        return relabel(part, rows, (part.labels + steps) % len(part.class_names))

    answer = Answer("label_noise", f"{share:.0%} of the labels in train and validation are wrong, at random.")
    return follow_with(before, answer, splits=apply_to_splits(before.splits, mislabel, parts=("train", "validation")))


def relabel(data: Dataset, rows: np.ndarray, labels: np.ndarray) -> Dataset:
    """The data with other labels in some rows; the column "mislabelled" marks them.

    Args:
        data: the images.
        rows: bool (N,), which of them.
        labels: int (N,), the new labels.
    """
    wrong = rows & (labels != data.labels)
    if data.attributes is not None and "mislabelled" in data.attributes:
        wrong |= data.attributes["mislabelled"].to_numpy(dtype=bool)
    return with_attributes(replace(data, labels=np.where(rows, labels, data.labels)), mislabelled=wrong)


INFO = FlawInfo(
    name="label_noise",
    title="Wrong labels",
    help="Labels were typed in a hurry by people who were paid by the hundred, and nobody looked twice.",
    text=(
        "The labels were typed in a hurry, and some are plain wrong. The network is taught that some boots are bags. "
        "It gets worse on all classes, and it may learn the wrong ones by heart."
    ),
    misleads=(
        "Heatmaps show nothing here: the network looks at the right place and was told the wrong word. Look at the "
        "labels. But a label that looks wrong to the computer may just belong to a hard picture, so a person should "
        "check."
    ),
    place="data",
    strength="Fraction of the wrong labels: at half strength, half as many.",
    Settings=LabelNoiseSettings,
    plant=plant,
    studied=True,
    order=70,
)
