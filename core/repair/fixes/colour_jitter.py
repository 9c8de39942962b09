"""Colours made to tell nothing: hues turned, objects recoloured between classes, or a mild jitter.

Hues of object and background are turned apart. Turned together, each object would keep its hue beside that of its
background, and a network that knows grass by its look would still read off what colour the object had.
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
        "Turn all hues by any angle, those of the object by another; or give each object the colour of one "
        "of any class; or change colours a little at every step.",
    )
    strength: float = setting(
        0.3,
        "How far a mild jitter changes hue, saturation, brightness and contrast.",
        low=0.0,
        high=0.9,
        step=0.05,
        common=False,
    )
    copies: int = setting(3, "In how many versions each picture is shown.", low=1, high=8, step=1, common=False)
    effort: float = setting(
        2.0, "How long to train, in multiples of the original training.", low=0.5, high=8, step=0.5, common=False
    )
    weights: bool = setting(
        True, "Start from new weights. From the old ones, the shortcut mostly stays.", title="New weights", common=False
    )


def recolour_from_donors(batch: ImageBatch, donors: np.ndarray) -> np.ndarray:
    """Each object in its donor's mean colour, over its own light and dark: float32 (N, H, W, C).

    value = max over channels, colour = sum of pixels / sum of values; a pixel becomes value times the donor's colour.
    No trace of the old colour is left, nor of a pattern in several colours.
    """
    inside = batch.objects[..., None]
    value = batch.pictures.max(axis=-1, keepdims=True)
    total = np.maximum((value * inside).sum(axis=(1, 2)), 1.0)
    colours = (batch.pictures * inside).sum(axis=(1, 2)) / total  # (N, C)
    wide = dilate_masks(batch.objects, WIDENED)[..., None]
    return np.where(wide, value * colours[donors][:, None, None, :], batch.pictures)


def rotate_hues(batch: ImageBatch, rng: np.random.Generator) -> np.ndarray:
    """Each picture with its object's and its background's hues turned, each by any angle: float32 (N, H, W, C)."""
    hsv = to_hsv(batch.pictures)
    object_s, background_s = rng.uniform(0, 360, (2, len(batch), 1, 1))
    hsv[..., 0] = (hsv[..., 0] + np.where(batch.objects, object_s, background_s)) % 360
    return from_hsv(hsv)


def apply(recipe: TrainingRecipe, settings: ColourJitterSettings) -> TrainingRecipe:
    """Make colours say less of the class, or nothing."""
    if recipe.splits.train.shape[2] != 3:
        raise DataError("Only pictures in colour can be recoloured", "grey pictures")
    if settings.how == "jitter":
        made = recipe.taught(settings.effort, training=_jitter_settings(recipe.training, settings.strength))
        return made.taught(settings.effort, fresh=settings.weights)
    change = _recolour if settings.how == "recolour between classes" else rotate_hues
    made = add_variants(recipe, settings.copies, settings.masks, change, "colour_jitter")
    return made.taught(settings.effort, fresh=settings.weights)


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
    plain="Changes the colours of every picture at random, so that a colour says nothing of the class.",
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
