"""Move the object to where another object is."""

from __future__ import annotations

import cv2
import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.images.compositing import ObjectSettings, choose_masks, restore_artefacts
from core.images.donors import NO_DONORS, draw_donors
from core.images.image_batch import ImageBatch
from core.images.masks import feather_masks


class ObjectMovedSettings(ObjectSettings):
    """Settings of the moved object."""


def change(batch: ImageBatch, rng: np.random.Generator, settings: ObjectMovedSettings) -> Treatment:
    """Move to where an object of another class is; the control moves to where another object of the same class is."""
    batch = choose_masks(batch, settings)
    chosen, empty = draw_donors(batch.labels, rng), batch.without_objects
    cover, boxes = feather_masks(batch.objects)[..., None], _boxes(batch.objects)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2

    def move(rows: np.ndarray) -> np.ndarray:
        steps = _steps(centres[rows] - centres, boxes, batch.objects.shape[1:])
        found = np.empty_like(batch.pictures)
        for row, step in enumerate(steps):
            layer = np.concatenate([batch.pictures[row] * cover[row], cover[row]], axis=-1)
            moved = _shift(layer, step)
            found[row] = moved[..., :-1] + empty[row] * (1 - moved[..., -1:])
        return restore_artefacts(batch, found)

    able = chosen.able & batch.objects.any(axis=(1, 2))
    return Treatment(move(chosen.other), move(chosen.own), able, NO_DONORS, batch.objects, units=chosen.units)


def _boxes(masks: np.ndarray) -> np.ndarray:
    """Smallest box around each mask as (top, left, bottom, right), int (N, 4); zeros for an empty mask."""
    found = np.zeros((len(masks), 4), int)
    for row in np.flatnonzero(masks.any(axis=(1, 2))):
        down, across = np.flatnonzero(masks[row].any(axis=1)), np.flatnonzero(masks[row].any(axis=0))
        found[row] = down[0], across[0], down[-1] + 1, across[-1] + 1
    return found


def _steps(wanted: np.ndarray, boxes: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Whole pixels (down, across), int (N, 2), chosen so that no part of the object leaves the image."""
    room = np.array(shape)[None] - boxes[:, 2:]
    return np.clip(np.round(wanted), -boxes[:, :2], room).astype(int)


def _shift(layer: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The layer moved by whole pixels; zero where nothing moves in."""
    matrix = np.array([[1, 0, step[1]], [0, 1, step[0]]], np.float32)
    height, width = layer.shape[:2]
    return cv2.warpAffine(layer, matrix, (width, height), flags=cv2.INTER_NEAREST).reshape(layer.shape)


HUNCH = HunchInfo(
    name="object_moved",
    title="The object, moved",
    family="object",
    kind="shortcut",
    Settings=ObjectMovedSettings,
    plain=(
        "Cuts out the object, fills the gap, and puts it where an object of another class is. The control puts "
        "it where another object of the same class is."
    ),
    says=("place", "object place", "object move", "centre place", "left or right"),
    action="Moving the object to where another class is",
    control="Moving it to where its own class is",
    supported="The network uses the object's position.",
    rejected="The answer does not depend on the object's position.",
    change=change,
    by_class=True,
    order=80,
)
