"""Give rare classes as much weight as common ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.datasets.base import Dataset
from core.errors import ModelError
from core.images.compositing import ObjectSettings
from core.networks.training.specs import TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe, replace_images
from core.repair.engines.foreground import masked_batch, object_masks
from core.repair.fixes.background_randomised import on_backgrounds
from core.settings import setting

if TYPE_CHECKING:
    import keras


class ClassesBalancedSettings(ObjectSettings):
    """How the classes are balanced."""

    how: Literal["repeat and vary", "repeat", "weigh", "leave out"] = setting(
        "repeat and vary",
        (
            "Show pictures of rare classes more often, each time on another background, or as they are; give each "
            "of them more weight; or leave out pictures of common classes."
        ),
    )
    adjust: float = setting(
        0.25,
        (
            "How far predictions are shifted towards rare classes afterwards: a class's score rises by this times "
            "the logarithm of how rare it was. A network that saw few objects again and again is still less "
            "confident about others like them. Needs a dense last layer with a bias; otherwise predictions stay as "
            "they are."
        ),
        low=0.0,
        high=2.0,
        step=0.05,
        title="Answers moved",
        common=False,
    )
    mirror: bool = setting(True, "Also mirror pictures left to right half of the time.")
    effort: float = setting(
        2.0, "Training time, as a multiple of the original training.", low=0.5, high=8, step=0.5, common=False
    )
    weights: bool = setting(True, "Start from new weights.", title="New weights", common=False)


def apply(recipe: TrainingRecipe, settings: ClassesBalancedSettings) -> TrainingRecipe:
    """Balance the classes in the training data, and then in the predictions."""
    shares = np.bincount(recipe.splits.train.labels, minlength=len(recipe.splits.class_names))
    shares = shares / max(1, shares.sum())
    if settings.adjust and _movable(recipe.model):
        recipe = replace(
            recipe, finish=(*recipe.finish, lambda model, _: adjust_priors(model, shares, settings.adjust))
        )
    training = TrainingSpec.of(recipe.training, flip=recipe.training.flip or settings.mirror)
    if settings.how == "weigh":
        training = TrainingSpec.of(training, class_weights="balanced")
        return recipe.with_training(settings.effort, fresh=settings.weights, training=training)
    rng, train = recipe.generator("classes_balanced"), recipe.splits.train
    rows = balanced_rows(train.labels, "fewest" if settings.how == "leave out" else "most", rng)
    made = train.take(rows)
    if settings.how == "repeat and vary":
        made = _on_other_backgrounds(train, rows, settings, rng)
    validation = recipe.splits.validation
    splits = replace(
        recipe.splits, train=made, validation=validation.take(balanced_rows(validation.labels, "most", rng))
    )
    return replace(recipe, splits=splits).with_training(settings.effort, fresh=settings.weights, training=training)


def balanced_rows(labels: np.ndarray, to: Literal["most", "fewest"], rng: np.random.Generator) -> np.ndarray:
    """Rows that give every class the same number of images: repeated in turn, or drawn.

    Args:
        labels: int (N,).
        to: match the most or the least frequent class.
        rng: source of the draws.
    """
    present, counts = np.unique(labels, return_counts=True)
    if not len(present):
        return np.zeros(0, np.int64)
    wanted = int(counts.max() if to == "most" else counts.min())
    chosen = [np.resize(rng.permutation(np.flatnonzero(labels == label)), wanted) for label in present]
    return np.sort(np.concatenate(chosen), kind="stable")


def adjust_priors(model: keras.Model, shares: np.ndarray, adjust: float) -> keras.Model:
    r"""Add $-\tau \log \pi_k$ to the score of each class k.

    Args:
        model: changed in place; its last layer is dense and has a bias.
        shares: pi, the fraction of training data in each class, float (K,); an empty class keeps its score.
        adjust: tau.

    Raises:
        ModelError: for a network that does not end in a dense layer.

    Source: Menon et al. 2020, arXiv 2007.07314, for their tau; there the training itself is left unbalanced.
    """
    from core.repair.engines.classifier_head import last_layer

    layer = last_layer(model)
    rise = -adjust * np.log(np.where(shares > 0, shares, 1.0))
    if layer.units == 1:
        rise = rise[1:] - rise[:1]
    layer.bias.assign_add(rise.astype(np.float32))
    return model


def _movable(model: keras.Model) -> bool:
    from core.repair.engines.classifier_head import last_layer

    try:
        return bool(last_layer(model).use_bias)
    except ModelError:
        return False


def _on_other_backgrounds(
    data: Dataset, rows: np.ndarray, settings: ClassesBalancedSettings, rng: np.random.Generator
) -> Dataset:
    """The rows' images; all but the first copy of each are put on the background of another image."""
    made = data.take(rows)
    again = np.concatenate([[False], rows[1:] == rows[:-1]]) if len(rows) else np.zeros(0, bool)
    if not again.any():
        return made
    own = object_masks(data, settings.masks)
    repeated = replace(data.take(rows[again]), masks={"object": own[rows[again]]})
    others = rng.integers(0, len(data), len(repeated))
    donors = replace(data.take(others), masks={"object": own[others]})
    taken, given = masked_batch(repeated, "own"), masked_batch(donors, "own")
    taken.__dict__["without_objects"] = given.without_objects
    images = made.images.copy()
    images[again] = taken.to_dataset_scale(on_backgrounds(taken, np.arange(len(repeated))))
    return replace_images(made, images)


FIX = FixInfo(
    name="classes_balanced",
    title="Classes balanced",
    plain=(
        "Shows pictures of rare classes as often as those of common ones, and shifts predictions towards rare classes."
    ),
    family="pictures",
    Settings=ClassesBalancedSettings,
    flaws=("imbalance",),
    apply=apply,
    effort=lambda settings: settings.effort,
    source="shifted predictions: Menon et al. 2020, arXiv 2007.07314",
    order=80,
)
