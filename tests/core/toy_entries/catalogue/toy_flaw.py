"""Dim pictures of one class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.datasets.base import Dataset
from core.flaws.base import Answer, FlawInfo, Planted, apply_to_splits, follow_with, of_class, target_of
from core.flaws.shortcut_shared import break_tie, carriers
from core.random_streams import random_stream
from core.settings import Settings, setting


class ToyFlawSettings(Settings):
    """Which class is dim."""

    target: str | None = setting(None, "The class whose pictures are dim; left open, the seed chooses one.")


def plant(before: Planted, strength: float, seed: int, settings: ToyFlawSettings) -> Planted:
    """Dim this share of the class's pictures."""
    rng = random_stream(seed, "toy_flaw")
    names = before.splits.class_names
    target, light = target_of(names, settings.target, rng), rng.uniform(0.4, 0.8)

    def change(name: str, part: Dataset) -> Dataset:
        return dimmed(part, carriers(part.labels, target, strength, 0.0, random_stream(seed, "toy_flaw", name)), light)

    judge, rows = break_tie(before.judge, random_stream(seed, "toy_flaw", "judge"), "dim", "in full light")
    answer = Answer(
        "toy_flaw",
        f"{strength:.0%} of the pictures of {names[target]} are dim.",
        region="everywhere",
        **of_class(names, target),
    )
    return follow_with(before, answer, splits=apply_to_splits(before.splits, change), judge=dimmed(judge, rows, light))


def dimmed(data: Dataset, rows: np.ndarray, light: float) -> Dataset:
    """The data with these rows' pictures dimmed."""
    if not rows.any():
        return data
    images = data.images.copy()
    images[rows] = (images[rows] * light).astype(images.dtype)
    return replace(data, images=images)


INFO = FlawInfo(
    name="toy_flaw",
    title="Dim class",
    help="The lamp broke on the day when one kind of thing was photographed.",
    text=(
        "One kind of thing was photographed on the day when the lamp was broken, so all of its pictures are dim. The "
        "network learns that dim means this class, and looks no further."
    ),
    misleads="A dark thing is dark in any light. Make other pictures dim too, and see whether the answers follow.",
    place="data",
    strength="Share of the class's pictures that are dim.",
    Settings=ToyFlawSettings,
    plant=plant,
    shortcut=True,
    studied=True,
)
