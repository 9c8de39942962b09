"""Put objects anywhere in the image, so that their position says nothing about the class."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from core.images.compositing import ObjectSettings
from core.images.image_batch import ImageBatch
from core.images.masks import feather_masks
from core.networks.training.specs import TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.cross_class_donors import donors_of_any_class
from core.repair.engines.foreground import add_variants
from core.settings import setting


class RandomShiftSettings(ObjectSettings):
    """How images or objects are moved."""

    how: Literal["cut out", "wrap round", "shift"] = setting(
        "wrap round",
        (
            "Put the object anywhere on the background of another picture, shift the whole picture with "
            "wrap-around, or shift it a little at every step."
        ),
    )
    distance: float = setting(
        0.15, "The largest small shift, as a fraction of the side.", low=0.01, high=0.5, step=0.01
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


def apply(recipe: TrainingRecipe, settings: RandomShiftSettings) -> TrainingRecipe:
    """Move images or objects at random."""
    if settings.how == "shift":
        training = TrainingSpec.of(recipe.training, shift=max(recipe.training.shift, settings.distance))
        return recipe.with_training(settings.effort, fresh=settings.weights, training=training)
    change = _cut_out if settings.how == "cut out" else wrap_around
    made = add_variants(recipe, settings.copies, settings.masks, change, "random_shift")
    return made.with_training(settings.effort, fresh=settings.weights)


def wrap_around(batch: ImageBatch, rng: np.random.Generator) -> np.ndarray:
    """Shift each image by a random distance, wrapping around the edges.

    Args:
        batch: the images.
        rng: source of the distances.

    Returns:
        float32 (N, H, W, C) in 0..255.
    """
    steps = rng.integers(0, batch.pictures.shape[1:3], (len(batch), 2))
    return np.stack([np.roll(image, step, (0, 1)) for image, step in zip(batch.pictures, steps, strict=True)])


def paste_at(batch: ImageBatch, places: np.ndarray, scenes: np.ndarray) -> np.ndarray:
    """Put each object on another scene at a given place.

    Args:
        batch: N images.
        places: float (N, 2) in 0..1, position within the available room, down and across.
        scenes: float32 (N, H, W, C) in 0..255.
    """
    cover = feather_masks(batch.objects)[..., None]
    layers = np.concatenate([batch.pictures * cover, cover], axis=-1)
    steps = _steps(batch.objects, places)
    moved = np.stack([_move_layer(layer, step) for layer, step in zip(layers, steps, strict=True)])
    return moved[..., :-1] + scenes * (1 - moved[..., -1:])


def _cut_out(batch: ImageBatch, rng: np.random.Generator) -> np.ndarray:
    scenes = batch.without_objects[donors_of_any_class(batch.labels, rng)]
    return paste_at(batch, rng.random((len(batch), 2)), scenes)


def _challenge(batch: ImageBatch, donors: np.ndarray, _: RandomShiftSettings) -> np.ndarray:
    """Each object where an object of another class is within its room, on its own background."""
    return paste_at(batch, _places(batch.objects)[donors], batch.without_objects)


def _places(masks: np.ndarray) -> np.ndarray:
    """Position of each object within its room, float (N, 2) in 0..1; the middle if it has no room."""
    low, high = _box(masks)
    room = np.array(masks.shape[1:]) - (high - low)
    return np.where(room > 0, low / np.maximum(room, 1), 0.5)


def _steps(masks: np.ndarray, places: np.ndarray) -> np.ndarray:
    low, high = _box(masks)
    room = np.array(masks.shape[1:]) - (high - low)
    return np.round(places * room).astype(int) - low


def _box(masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last row and column of each mask, (N, 2) each; the whole image if it is empty."""
    low, high = np.zeros((len(masks), 2), int), np.tile(masks.shape[1:], (len(masks), 1))
    for row in np.flatnonzero(masks.any(axis=(1, 2))):
        down, across = np.flatnonzero(masks[row].any(axis=1)), np.flatnonzero(masks[row].any(axis=0))
        low[row], high[row] = (down[0], across[0]), (down[-1] + 1, across[-1] + 1)
    return low, high


def _move_layer(layer: np.ndarray, step: np.ndarray) -> np.ndarray:
    matrix = np.array([[1, 0, step[1]], [0, 1, step[0]]], np.float32)
    return cv2.warpAffine(layer, matrix, layer.shape[1::-1], flags=cv2.INTER_NEAREST).reshape(layer.shape)


FIX = FixInfo(
    name="random_shift",
    title="Places changed",
    plain="Puts objects anywhere in the picture, so that position says nothing about the class.",
    family="pictures",
    Settings=RandomShiftSettings,
    flaws=("place", "cropped"),
    apply=apply,
    effort=lambda settings: settings.effort,
    challenge=_challenge,
    challenged="where another class stands",
    order=50,
)
