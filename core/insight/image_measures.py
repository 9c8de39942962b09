"""Measurements of images without attributes: light, colour, sharpness, and the object's position and size."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.images.colours import HUES, mean_hues, to_hsv
from core.images.image_batch import OBJECT, WHITE, ImageBatch
from core.images.masks import grabcut_masks
from core.progress import OnStep, silent

GREY = 0.12
"""Below this mean colourfulness (saturation times brightness) a region counts as colourless."""
EDGE = (60, 160)
"""Canny's two thresholds in grey levels."""


def image_batch_of(dataset: Dataset, *, find_objects: bool = False, on_step: OnStep = silent) -> ImageBatch:
    """The images in 0..255 with their masks; where they have none, GrabCut finds the objects.

    Args:
        dataset: images in any scale.
        find_objects: whether these are found now, rather than when they are asked for.
        on_step: called as their objects are found; stops the work when it raises.
    """
    batch = ImageBatch.of(dataset.images, dataset.labels, dataset.masks)
    if OBJECT in batch.masks or not find_objects:
        return batch
    return replace(batch, masks={**batch.masks, OBJECT: grabcut_masks(batch.pictures, on_step)})


def measure_images(dataset: Dataset, batch: ImageBatch | None = None) -> pd.DataFrame:
    """Measure every image, one row each.

    - brightness, contrast: mean and standard deviation of the grey levels, 0..1
    - saturation: mean colourfulness, 0..1 (not for greyscale images)
    - object colour, background colour: the mean hue by name, or "grey" (not for greyscale images)
    - sharpness: logarithm of the variance of the Laplacian (Pech-Pacheco et al. 2000)
    - edges: fraction of the pixels that Canny's detector marks, 0..1
    - size: the object's fraction of the image, 0..1
    - x, y: the object's centre of mass, as fractions of width and height

    Args:
        dataset: images in any scale.
        batch: the same images in 0..255, if available.
    """
    batch = batch or image_batch_of(dataset)
    grey = to_grey(batch.pictures)
    found = {
        "brightness": grey.mean(axis=(1, 2)) / WHITE,
        "contrast": grey.std(axis=(1, 2)) / WHITE,
        "sharpness": np.array([sharpness(image) for image in grey]),
        "edges": np.array([edges(image) for image in grey]),
        **place(batch.objects),
    }
    if not batch.is_grey:
        found["saturation"] = to_hsv(batch.pictures)[..., 1].mean(axis=(1, 2))
        found["object colour"] = colours(batch.pictures, batch.objects)
        found["background colour"] = colours(batch.pictures, ~batch.objects)
    return pd.DataFrame(found)


def to_grey(images: np.ndarray) -> np.ndarray:
    """Grey levels float32 (N, H, W) in 0..255."""
    if images.shape[-1] == 1:
        return images[..., 0]
    return images @ np.array([0.299, 0.587, 0.114], np.float32)


def sharpness(grey: np.ndarray) -> float:
    """Logarithm of the variance of the Laplacian of one picture (H, W) in 0..255."""
    return float(np.log1p(cv2.Laplacian(np.ascontiguousarray(grey, np.float32), cv2.CV_32F).var()))


def edges(grey: np.ndarray) -> float:
    """Share of the pixels of one picture (H, W) that are edges."""
    return float((cv2.Canny(np.clip(grey + 0.5, 0, WHITE).astype(np.uint8), *EDGE) > 0).mean())


def colours(images: np.ndarray, region: np.ndarray) -> np.ndarray:
    """The name of each picture's mean hue in a region (N, H, W), or "grey"."""
    hsv = to_hsv(images)
    area = np.maximum(region.sum(axis=(1, 2)), 1)
    vivid = (hsv[..., 1] * hsv[..., 2] * region).sum(axis=(1, 2)) / area
    hue = mean_hues(images, region)
    names = np.array([_name(angle) for angle in hue], dtype=object)
    return np.where(vivid < GREY, "grey", names).astype(object)


def place(objects: np.ndarray) -> dict[str, np.ndarray]:
    """Size and centre of masks (N, H, W), as shares."""
    height, width = objects.shape[1:]
    area = objects.sum(axis=(1, 2))
    weight = np.maximum(area, 1)
    across, down = (np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height
    x = np.where(area > 0, (objects.sum(axis=1) @ across) / weight, 0.5)
    y = np.where(area > 0, (objects.sum(axis=2) @ down) / weight, 0.5)
    return {"size": area / (height * width), "x": x, "y": y}


def _name(angle: float) -> str:
    for name, (start, end) in HUES.items():
        inside = start <= angle < end if start < end else angle >= start or angle < end
        if inside:
            return str(name)
    return "grey"
