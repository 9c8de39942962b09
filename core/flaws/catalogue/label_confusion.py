"""Two classes that the annotators confused."""

from __future__ import annotations

import numpy as np

from core.datasets.base import Dataset
from core.errors import InputError
from core.flaws.base import Answer, FlawInfo, Planted, apply_to_splits, follow_with, of_class, pick_rows, target_of
from core.flaws.catalogue.label_noise import relabel
from core.random_streams import random_stream
from core.settings import Settings, setting


class LabelConfusionSettings(Settings):
    """Which two classes are confused, how often, and whether in both directions."""

    target: str | None = setting(None, "The class whose pictures get the other's label; left empty, the seed decides.")
    other: str | None = setting(None, "The class that it is confused with; left empty, the seed decides.")
    rate: float = setting(
        0.4, "Fraction of a class's pictures that get the other's label at full strength.", low=0.05, high=1, step=0.05
    )
    one_way: bool = setting(False, "Only label the first as the second, never the second as the first.")


def plant(before: Planted, strength: float, seed: int, settings: LabelConfusionSettings) -> Planted:
    """Swap the two labels on this fraction of their images, in train and validation."""
    names = before.splits.class_names
    target, other = _pair(names, settings, random_stream(seed, "label_confusion"))
    share = strength * settings.rate

    def confuse(name: str, part: Dataset) -> Dataset:
        rows = pick_rows(part.labels, share, random_stream(seed, "label_confusion", name))
        mixed = (part.labels == target) | ((part.labels == other) & (not settings.one_way))
        return relabel(part, rows & mixed, np.where(part.labels == target, other, target))

    back = "" if settings.one_way else ", and the other way round"
    sentence = f"{share:.0%} of {names[target]} are labelled {names[other]} in train and validation{back}."
    answer = Answer("label_confusion", sentence, other=other, **of_class(names, target))
    return follow_with(before, answer, splits=apply_to_splits(before.splits, confuse, parts=("train", "validation")))


def _pair(names: tuple[str, ...], settings: LabelConfusionSettings, rng: np.random.Generator) -> tuple[int, int]:
    """Two different classes: those that are named, and others that the generator chooses."""
    given = None if settings.other is None else target_of(names, settings.other, rng)
    if settings.target is not None:
        target = target_of(names, settings.target, rng)
    else:
        target = int(rng.choice([index for index in range(len(names)) if index != given]))
    other = int(rng.choice([index for index in range(len(names)) if index != target])) if given is None else given
    if target == other:
        raise InputError("Two different classes can be confused", f"{names[target]} twice")
    return target, other


INFO = FlawInfo(
    name="label_confusion",
    title="Two classes mixed up",
    help="Two people who labelled the pictures never agreed on where one kind of thing ends and another begins.",
    text=(
        "Two people never agreed where one kind ends and the other begins. So part of the dresses are called shirts. "
        "The network learns to be unsure, or takes one for the other, and it will seem that those two are simply hard "
        "to tell apart."
    ),
    misleads=(
        "They may truly be hard to tell apart. Then new labels will not help. Look at some pictures of both before "
        "you blame the labels."
    ),
    place="data",
    strength="Fraction of the swapped labels: at half strength, half as many.",
    Settings=LabelConfusionSettings,
    plant=plant,
    order=80,
)
