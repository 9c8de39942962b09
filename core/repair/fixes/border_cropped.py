"""Exchange the border between classes, give it a random colour, or crop it permanently."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from core.datasets.base import Dataset, Splits
from core.images.image_batch import ImageBatch
from core.images.masks import map_images
from core.repair.base import FixInfo, TrainingRecipe, replace_images
from core.repair.engines.cross_class_donors import donors_of_any_class
from core.repair.engines.foreground import add_variants
from core.repair.engines.region_edits import exchange_region, frame_mask, frame_pixels
from core.repair.engines.suspect_region import border_settings
from core.settings import Settings, setting

if TYPE_CHECKING:
    import keras


class BorderCroppedSettings(Settings):
    """Width of the border, and what is done to it."""

    width: float = setting(
        0.085, "Width of the border, as a fraction of the shorter side.", low=0.01, high=0.4, step=0.005
    )
    how: Literal["exchange", "random colour", "crop"] = setting(
        "exchange",
        "Take it from pictures of any class, fill it with a random colour, or crop it, in training and in use.",
    )
    copies: int = setting(2, "Number of versions of each picture.", low=1, high=8, step=1, common=False)
    effort: float = setting(
        2.0, "Training time, as a multiple of the original training.", low=0.5, high=8, step=0.5, common=False
    )
    weights: bool = setting(False, "Start from new weights.", title="New weights", common=False)


def apply(recipe: TrainingRecipe, settings: BorderCroppedSettings) -> TrainingRecipe:
    """Make the border independent of the class."""
    if settings.how == "crop":
        made = _crop_recipe(recipe, settings.width)
    else:
        change = swap_frames if settings.how == "exchange" else colour_frames
        made = add_variants(
            recipe,
            settings.copies,
            "found",
            lambda batch, rng: change(batch, _frame_donors(batch, rng, settings), settings),
            "border_cropped",
        )
    return made.with_training(settings.effort, fresh=settings.weights)


def swap_frames(batch: ImageBatch, donors: np.ndarray, settings: BorderCroppedSettings) -> np.ndarray:
    """Take the border from the donors.

    Args:
        batch: the images.
        donors: int (N,), rows of the donors.
        settings: width of the border.

    Returns:
        float32 (N, H, W, C) in 0..255.
    """
    return exchange_region(batch, donors, _frame(batch, settings))


def colour_frames(batch: ImageBatch, colours: np.ndarray, settings: BorderCroppedSettings) -> np.ndarray:
    """Fill the border with one colour per image, or leave it where the colour is NaN.

    Args:
        batch: the images.
        colours: (N, C) in 0..255, or NaN.
        settings: width of the border.
    """
    paint = np.where(np.isnan(colours)[:, None, None, :], batch.pictures, colours[:, None, None, :])
    return np.where(_frame(batch, settings)[..., None], paint, batch.pictures).astype(np.float32)


def _frame_donors(batch: ImageBatch, rng: np.random.Generator, settings: BorderCroppedSettings) -> np.ndarray:
    """Donors, or colours, of which every second image has none."""
    if settings.how == "exchange":
        return donors_of_any_class(batch.labels, rng)
    colours = rng.uniform(0, 255, (len(batch), batch.pictures.shape[-1]))
    colours[rng.random(len(batch)) < 0.5] = np.nan
    return colours


def _frame(batch: ImageBatch, settings: BorderCroppedSettings) -> np.ndarray:
    height, width = batch.pictures.shape[1:3]
    return frame_mask((height, width), settings.width)


def _crop_recipe(recipe: TrainingRecipe, share: float) -> TrainingRecipe:
    pixels = frame_pixels(recipe.splits.train.shape[:2], share)

    def crop(data: Dataset) -> Dataset:
        return replace_images(data, map_images(data.images, lambda picture: _middle(picture, pixels)))

    splits = Splits(**{name: crop(part) for name, part in recipe.splits.parts.items()})
    return replace(recipe, splits=splits, front=(*recipe.front, lambda shape: _layers(shape, pixels)))


def _middle(image: np.ndarray, pixels: int) -> np.ndarray:
    height, width = image.shape[:2]
    part = image[pixels : height - pixels, pixels : width - pixels]
    return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR))


def _layers(shape: tuple[int, int, int], pixels: int) -> list[keras.layers.Layer]:
    import keras

    return [
        keras.layers.Cropping2D(pixels, name="border_cropped"),
        keras.layers.Resizing(shape[0], shape[1], name="border_enlarged"),
    ]


FIX = FixInfo(
    name="border_cropped",
    title="Border exchanged or cropped",
    plain="Takes the border from pictures of any class, or crops it, so that it says nothing about the class.",
    family="pictures",
    Settings=BorderCroppedSettings,
    flaws=("border",),
    apply=apply,
    settings_for=border_settings,
    effort=lambda settings: settings.effort,
    challenge=swap_frames,
    challenged="with the border of another class",
    order=30,
)
