"""Remove training images that are near-copies of validation or test images, or of one another."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting

SIDE = 16
BLOCK = 512


class DuplicatesRemovedSettings(TrainedFixSettings):
    """What counts as a copy."""

    likeness: float = setting(
        0.97,
        "Two pictures count as copies if they correlate at least this much, whatever their brightness.",
        low=0.8,
        high=1.0,
        step=0.005,
    )
    within: bool = setting(True, "Also keep only one of several copies within the training pictures.", common=False)


def apply(recipe: TrainingRecipe, settings: DuplicatesRemovedSettings) -> TrainingRecipe:
    """Remove copies from the training images, and train again on the rest."""
    parts = recipe.splits
    train = fingerprints(parts.train.images)
    copies = np.zeros(len(train), bool)
    for other in (parts.test, parts.validation):
        copies |= nearest_similarity(train, fingerprints(other.images)) >= settings.likeness
    if settings.within:
        copies |= repeated_rows(train, settings.likeness)
    kept = parts.train.take(np.flatnonzero(~copies))
    return replace(recipe, splits=replace(parts, train=kept)).with_training(settings.effort, fresh=settings.weights)


def fingerprints(images: np.ndarray) -> np.ndarray:
    """Each image, small, blurred and in standard light, as a unit vector: float32 (N, F)."""
    small = [
        cv2.GaussianBlur(cv2.resize(image.astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA), (0, 0), 0.7)
        for image in images
    ]
    rows = np.stack(small).reshape(len(images), -1) if small else np.zeros((0, SIDE * SIDE), np.float32)
    rows = rows - rows.mean(axis=1, keepdims=True)
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)).astype(np.float32)


def nearest_similarity(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The correlation of each row with the most similar of the others, (N,); -1 if there are none.

    Args:
        rows: unit vectors (N, F).
        others: unit vectors (M, F).
    """
    if not len(others):
        return np.full(len(rows), -1.0)
    blocks = [(rows[start : start + BLOCK] @ others.T).max(axis=1) for start in range(0, len(rows), BLOCK)]
    return np.concatenate(blocks) if blocks else np.zeros(0)


def repeated_rows(rows: np.ndarray, likeness: float) -> np.ndarray:
    """Which rows are copies of an earlier one, bool (N,).

    Args:
        rows: unit vectors (N, F).
        likeness: smallest correlation of a copy.
    """
    found = np.zeros(len(rows), bool)
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        like = part @ rows[: start + len(part)].T >= likeness
        earlier = np.arange(start + len(part))[None] < (start + np.arange(len(part)))[:, None]
        found[start : start + len(part)] = (like & earlier).any(axis=1)
    return found


FIX = FixInfo(
    name="duplicates_removed",
    title="Copies removed",
    plain="Removes training pictures that are near-copies of the pictures used for testing.",
    family="pictures",
    Settings=DuplicatesRemovedSettings,
    flaws=("duplicates",),
    apply=apply,
    effort=lambda settings: settings.effort,
    order=100,
)
