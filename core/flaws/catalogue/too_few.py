"""Too few training images."""

from __future__ import annotations

import numpy as np

from core.datasets.base import Dataset
from core.flaws.base import Answer, FlawInfo, Planted, apply_to_splits, follow_with
from core.flaws.catalogue.imbalance import thin_classes
from core.random_streams import random_stream
from core.settings import Settings, setting


class TooFewSettings(Settings):
    """How few images there are."""

    pictures: int = setting(
        30, "Training pictures per class at full strength.", low=5, high=500, step=5, unit="pictures"
    )


def plant(before: Planted, strength: float, seed: int, settings: TooFewSettings) -> Planted:
    """Keep this many images of each class in train, and at most as many in validation."""

    def thin(name: str, part: Dataset) -> Dataset:
        counts = np.bincount(part.labels, minlength=len(part.class_names))
        ratios = {label: max(1.0, count / settings.pictures) ** strength for label, count in enumerate(counts) if count}
        return thin_classes(part, ratios, random_stream(seed, "too_few", name))

    splits = apply_to_splits(before.splits, thin, parts=("train", "validation"))
    left = np.bincount(splits.train.labels, minlength=len(splits.class_names))
    answer = Answer("too_few", f"There are {left.min()} to {left.max()} training pictures of each class.")
    return follow_with(before, answer, splits=splits)


INFO = FlawInfo(
    name="too_few",
    title="Too few pictures",
    help="Pictures cost money, and somebody thought that a handful would do.",
    text=(
        "Pictures cost money, and someone thought that a handful would do. The network memorises those few and "
        "does badly on new ones. Watch the two curves: one keeps rising, the other stays behind."
    ),
    misleads=(
        "A gap between the curves also comes from training too long, or from a network that is too large. Add "
        "pictures and see whether the gap closes."
    ),
    place="data",
    strength="How few there are, from all of them (0) to the set number (1), on a logarithmic scale.",
    Settings=TooFewSettings,
    plant=plant,
    order=100,
)
