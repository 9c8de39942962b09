"""Crop the border of the images."""

from __future__ import annotations

import cv2
import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.changes.border_covered import border, border_pixels
from core.images.image_batch import ImageBatch
from core.settings import Settings, setting


class BorderCroppedSettings(Settings):
    """Settings of the cropped border."""

    width: float = setting(
        0.085, "How much is cropped from each side, as a fraction of the shorter side.", low=0.01, high=0.4, step=0.005
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: BorderCroppedSettings) -> Treatment:
    """Enlarge the middle to full size; the control removes as many rows and columns from the inside."""
    images = batch.pictures
    pixels = border_pixels(images.shape[1:3], settings.width)
    if min(images.shape[1:3]) < 4 * pixels:
        return Treatment(images, images, np.zeros(len(batch), bool), "The pictures are too small to crop.")
    height, width = images.shape[1:3]
    cuts = rng.integers(pixels, [height - 3 * pixels + 1, width - 3 * pixels + 1], (len(batch), 2))
    changed = [_enlarge(image[pixels : height - pixels, pixels : width - pixels], image) for image in images]
    control = [
        _enlarge(_delete_lines(_delete_lines(image, cut[0], 2 * pixels, 0), cut[1], 2 * pixels, 1), image)
        for image, cut in zip(images, cuts, strict=True)
    ]
    region = np.broadcast_to(border((height, width), settings.width), images.shape[:3])
    return Treatment(np.stack(changed), np.stack(control), region=region)


def _delete_lines(image: np.ndarray, start: int, count: int, axis: int) -> np.ndarray:
    """The image without some rows (axis 0) or columns (axis 1)."""
    return np.delete(image, np.s_[start : start + count], axis)


def _enlarge(part: np.ndarray, image: np.ndarray) -> np.ndarray:
    height, width = image.shape[:2]
    return cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR).reshape(image.shape)


HUNCH = HunchInfo(
    name="border_cropped",
    title="The border, cropped",
    family="artefact",
    kind="shortcut",
    Settings=BorderCroppedSettings,
    plain=(
        "Crops the edge of the picture on all sides and enlarges the rest. The control removes as much from "
        "the inside and closes the gap, so the border stays."
    ),
    says=("crop", "crop border", "cut border"),
    action="Cropping the border on all sides",
    control="Removing as much from the inside",
    supported="The network uses the border.",
    rejected="The answer does not depend on the border.",
    change=change,
    by_class=True,
    order=120,
)
