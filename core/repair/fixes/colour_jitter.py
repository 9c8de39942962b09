"""Make colours uninformative: rotate hues, recolour objects between classes, or apply a mild jitter.

Hues of object and background are rotated independently. Rotated together, each object would keep its hue relative to
its background, and a network that recognises grass by its texture could still infer the object's colour.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.errors import DataError
from core.images.colours import from_hsv, to_hsv
from core.images.compositing import ObjectSettings
from core.images.image_batch import ImageBatch
from core.images.masks import dilate_masks
from core.networks.training.specs import TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.cross_class_donors import donors_of_any_class
from core.repair.engines.foreground import add_variants
from core.settings import setting

WIDENED = 0.03  # a fringe in the old colour would give the class away


class ColourJitterSettings(ObjectSettings):
    """What is done to the colours, and how strongly."""

    how: Literal["turn the wheel", "recolour between classes", "jitter"] = setting(
        "turn the wheel",
        (
            "Rotate all hues by a random angle, with another for the object; give each object the colour of one of "
            "any class; or change colours a little at every step."
        ),
    )
    strength: float = setting(
        0.3,
        "How far a mild jitter changes hue, saturation, brightness and contrast.",
        low=0.0,
        high=0.9,
        step=0.05,
        common=False,
    )
    copies: int = setting(3, "Number of versions of each picture.", low=1, high=8, step=1, common=False)
    effort: float = setting(
        2.0, "Training time, as a multiple of the original training.", low=0.5, high=8, step=0.5, common=False
    )
    weights: bool = setting(
        True,
        "Start from new weights. If training continues from the old ones, the shortcut mostly stays.",
        title="New weights",
        common=False,
    )


def recolour_from_donors(batch: ImageBatch, donors: np.ndarray) -> np.ndarray:
    """Each object in its donor's mean colour, keeping its own light and dark.

    value = max over channels, colour = sum of pixels / sum of values; a pixel becomes value times the donor's colour.
    No
    trace of the old colour is left, nor of a pattern in several colours.

    Args:
        batch: the images.
        donors: int (N,), rows of the donors.

    Returns:
        float32 (N, H, W, C) in 0..255.
    """
    inside = batch.objects[..., None]
    value = batch.pictures.max(axis=-1, keepdims=True)
    total = np.maximum((value * inside).sum(axis=(1, 2)), 1.0)
    colours = (batch.pictures * inside).sum(axis=(1, 2)) / total  # (N, C)
    wide = dilate_masks(batch.objects, WIDENED)[..., None]
    return np.where(wide, value * colours[donors][:, None, None, :], batch.pictures)


def rotate_hues(batch: ImageBatch, rng: np.random.Generator) -> np.ndarray:
    """Rotate the hues of each object and of its background by independent random angles.

    Args:
        batch: the images.
        rng: source of the angles.

    Returns:
        float32 (N, H, W, C) in 0..255.
    """
    hsv = to_hsv(batch.pictures)
    object_s, background_s = rng.uniform(0, 360, (2, len(batch), 1, 1))
    hsv[..., 0] = (hsv[..., 0] + np.where(batch.objects, object_s, background_s)) % 360
    return from_hsv(hsv)


def apply(recipe: TrainingRecipe, settings: ColourJitterSettings) -> TrainingRecipe:
    """Make colours say less about the class, or nothing."""
    if recipe.splits.train.shape[2] != 3:
        raise DataError("Only pictures in colour can be recoloured", "grey pictures")
    if settings.how == "jitter":
        made = recipe.with_training(settings.effort, training=_jitter_settings(recipe.training, settings.strength))
        return made.with_training(settings.effort, fresh=settings.weights)
    change = _recolour if settings.how == "recolour between classes" else rotate_hues
    made = add_variants(recipe, settings.copies, settings.masks, change, "colour_jitter")
    return made.with_training(settings.effort, fresh=settings.weights)


def _recolour(batch: ImageBatch, rng: np.random.Generator) -> np.ndarray:
    return recolour_from_donors(batch, donors_of_any_class(batch.labels, rng))


def _jitter_settings(training: TrainingSpec, strength: float) -> TrainingSpec:
    return TrainingSpec.of(
        training,
        hue=max(training.hue, strength),
        saturation=max(training.saturation, strength),
        brightness=max(training.brightness, min(0.5, strength / 2)),
        contrast=max(training.contrast, strength),
    )


FIX = FixInfo(
    name="colour_jitter",
    title="Colours changed",
    plain="Changes the colours of every picture at random, so that colour says nothing about the class.",
    family="pictures",
    Settings=ColourJitterSettings,
    flaws=("tint", "channels_swapped"),
    apply=apply,
    effort=lambda settings: settings.effort,
    challenge=lambda batch, donors, _: recolour_from_donors(batch, donors),
    challenged="in the colour of another class",
    needs_colour=True,
    order=40,
)
