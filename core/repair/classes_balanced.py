"""Rare classes made to count as much as common ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from core.datasets.base import Dataset
from core.hunches.cutting import ObjectSettings
from core.networks.spec import TrainingSpec
from core.repair.background_randomised import on_backgrounds
from core.repair.base import FixInfo, Recipe, repainted
from core.repair.cutting import material, object_masks
from core.settings import setting


class ClassesBalancedSettings(ObjectSettings):
    """How the classes are made even."""

    how: Literal["repeat and vary", "repeat", "weigh", "leave out"] = setting(
        "repeat and vary",
        "Show pictures of rare classes more often, each time on another background, or as they are; let each of them "
        "count for more; or leave out pictures of common classes.",
    )
    augment: bool = setting(True, "Also show all pictures mirrored, turned, moved and enlarged a little.")
    effort: float = setting(
        2.0, "How long to train, in multiples of the original training.", low=0.5, high=8, step=0.5, common=False
    )
    weights: bool = setting(True, "Start from new weights.", title="New weights", common=False)


def apply(recipe: Recipe, settings: ClassesBalancedSettings) -> Recipe:
    """Make the classes even."""
    training = _augmented(recipe.training) if settings.augment else recipe.training
    if settings.how == "weigh":
        training = TrainingSpec.of(training, class_weights="balanced")
        return recipe.taught(settings.effort, fresh=settings.weights, training=training)
    rng, train = recipe.generator("classes_balanced"), recipe.splits.train
    rows = evened(train.labels, "fewest" if settings.how == "leave out" else "most", rng)
    made = train.take(rows)
    if settings.how == "repeat and vary":
        made = _on_other_backgrounds(train, rows, settings, rng)
    validation = recipe.splits.validation
    splits = replace(recipe.splits, train=made, validation=validation.take(evened(validation.labels, "most", rng)))
    return replace(recipe, splits=splits).taught(settings.effort, fresh=settings.weights, training=training)


def evened(labels: np.ndarray, to: Literal["most", "fewest"], rng: np.random.Generator) -> np.ndarray:
    """Rows of which each class has as many as the most or the least frequent one: repeated in turn, or drawn."""
    present, counts = np.unique(labels, return_counts=True)
    if not len(present):
        return np.zeros(0, np.int64)
    wanted = int(counts.max() if to == "most" else counts.min())
    chosen = [np.resize(rng.permutation(np.flatnonzero(labels == label)), wanted) for label in present]
    return np.sort(np.concatenate(chosen), kind="stable")


def _on_other_backgrounds(
    data: Dataset, rows: np.ndarray, settings: ClassesBalancedSettings, rng: np.random.Generator
) -> Dataset:
    """The rows' pictures, of which all but the first of each are set on the background of any other picture."""
    made = data.take(rows)
    again = np.concatenate([[False], rows[1:] == rows[:-1]]) if len(rows) else np.zeros(0, bool)
    if not again.any():
        return made
    own = object_masks(data, settings.masks)
    repeated = replace(data.take(rows[again]), masks={"object": own[rows[again]]})
    others = rng.integers(0, len(data), len(repeated))
    donors = replace(data.take(others), masks={"object": own[others]})
    taken, given = material(repeated, "own"), material(donors, "own")
    taken.__dict__["emptied"] = given.emptied
    images = made.images.copy()
    images[again] = taken.given(on_backgrounds(taken, np.arange(len(repeated))))
    return repainted(made, images)


def _augmented(training: TrainingSpec) -> TrainingSpec:
    return TrainingSpec.of(
        training,
        flip=True,
        rotate=max(training.rotate, 10),
        zoom=max(training.zoom, 0.1),
        shift=max(training.shift, 0.06),
    )


FIX = FixInfo(
    name="classes_balanced",
    title="Classes balanced",
    plain="Shows pictures of rare classes as often as those of common ones, each time a little different.",
    family="pictures",
    Settings=ClassesBalancedSettings,
    flaws=("imbalance",),
    apply=apply,
    effort=lambda settings: settings.effort,
)
