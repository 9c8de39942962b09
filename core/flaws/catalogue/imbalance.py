"""One class with far fewer images than the others."""

from __future__ import annotations

import numpy as np

from core.datasets.base import Dataset
from core.flaws.base import Answer, FlawInfo, Planted, apply_to_splits, follow_with, of_class, target_of
from core.random_streams import random_stream
from core.settings import Settings, setting


class ImbalanceSettings(Settings):
    """Which class is rare, and how rare."""

    target: str | None = setting(None, "The class that is rare; left empty, the seed decides.")
    ratio: float = setting(
        20.0,
        "How many times fewer pictures it has than before, at full strength.",
        low=1.5,
        high=100,
        step=0.5,
        log=True,
    )


def plant(before: Planted, strength: float, seed: int, settings: ImbalanceSettings) -> Planted:
    """Keep one image in ratio^strength of the class in train and validation; test stays as it is."""
    names = before.splits.class_names
    target = target_of(names, settings.target, random_stream(seed, "imbalance"))
    ratio = settings.ratio**strength

    def thin(name: str, part: Dataset) -> Dataset:
        return thin_classes(part, {target: ratio}, random_stream(seed, "imbalance", name))

    answer = Answer(
        "imbalance",
        f"There are {ratio:.1f} times fewer training pictures of {names[target]} than there could be.",
        **of_class(names, target),
    )
    return follow_with(before, answer, splits=apply_to_splits(before.splits, thin, parts=("train", "validation")))


def thin_classes(data: Dataset, ratios: dict[int, float], rng: np.random.Generator) -> Dataset:
    """The data with one image in `ratio` kept of each named class, and at least one; the order is kept.

    Args:
        data: the images.
        ratios: class index -> how many times fewer images are kept.
        rng: selects them.
    """
    kept = np.ones(len(data), bool)
    for label, ratio in ratios.items():
        members = rng.permutation(np.flatnonzero(data.labels == label))
        kept[members[max(1, round(len(members) / ratio)) :]] = False
    return data if kept.all() else data.take(np.flatnonzero(kept))


INFO = FlawInfo(
    name="imbalance",
    title="A rare class",
    help="One kind of thing is seldom sold, so there were hardly any pictures of it.",
    text=(
        "One kind of thing is seldom sold, so there were hardly any pictures of it. The network can be right most of "
        "the time and never say its name. The average looks good. The rare class pays."
    ),
    misleads=(
        "Uneven counts are not a flaw by themselves: an easy class may need few pictures. Look at how often the rare "
        "class is found, not at the counts alone and not at the average."
    ),
    place="data",
    strength="How rare the class is, from unchanged (0) to the full ratio (1), on a logarithmic scale.",
    Settings=ImbalanceSettings,
    plant=plant,
    studied=True,
    order=90,
)
