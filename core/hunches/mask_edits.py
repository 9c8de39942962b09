"""Object masks edited by a person: their source, their width, and which images to leave out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal

import cv2
import numpy as np

from core.datasets.base import Dataset
from core.images.image_batch import OBJECT, ImageBatch
from core.images.masks import grabcut_masks, map_images
from core.render import as_rgb, enlarge
from core.settings import Settings, setting


class MaskSettings(Settings):
    """Where the object is."""

    source: Literal["own", "found"] = setting(
        "own",
        "The data set's own masks where it has them, or masks that GrabCut finds from the picture alone.",
        title="Masks",
    )
    grow: float = setting(
        0.0,
        "Makes every mask wider (above 0) or narrower (below 0), as a fraction of the image side.",
        low=-0.15,
        high=0.15,
        step=0.01,
    )


def apply_mask_edits(data: Dataset, settings: MaskSettings, left_out: Collection[int] = ()) -> Dataset:
    """The data set with its edited object masks.

    Args:
        data: any data set; GrabCut finds the mask "object" where it has none.
        settings: see `MaskSettings`.
        left_out: positions of images with wrong masks, which are dropped.
    """
    kept = np.setdiff1d(np.arange(len(data)), np.array(sorted(left_out), int))
    part = data if len(kept) == len(data) else data.take(kept)
    own = (part.masks or {}).get(OBJECT)
    if not settings.grow and (own is None or settings.source == "own"):
        return part  # a hunch finds missing masks itself, on the pictures that it tries
    masks = grabcut_masks(part.images) if own is None or settings.source == "found" else own
    return replace(part, masks={**(part.masks or {}), OBJECT: grow_masks(masks, settings.grow)})


def grow_masks(masks: np.ndarray, share: float) -> np.ndarray:
    """Dilate masks, or erode them where `share` is negative.

    Args:
        masks: bool (N, H, W).
        share: as a fraction of the image side, such as -0.15..0.15.

    Returns:
        bool (N, H, W).
    """
    pixels = round(abs(share) * min(masks.shape[1:]))
    if not pixels or not len(masks):
        return masks
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1,) * 2)
    work = cv2.dilate if share > 0 else cv2.erode
    # Beyond the picture's edge there is nothing: erosion must not eat from it inwards, which is OpenCV's default too.
    return map_images(masks.astype(np.uint8), lambda mask: work(mask, kernel)).astype(bool)


def draw_outline(image: np.ndarray, mask: np.ndarray, side: int, colour: tuple[int, int, int]) -> np.ndarray:
    """Enlarge an image and outline a mask in it, in two tones.

    Args:
        image: (H, W, C), uint8 or float in 0..255.
        mask: bool (H, W).
        side: approximate side of the result, in pixels.
        colour: of the inner line, 0..255; the outer line is white.

    Returns:
        uint8 (h, w, 3).
    """
    large = np.ascontiguousarray(enlarge(as_rgb(image), side))
    area = enlarge(mask.astype(np.uint8), side)
    pieces, _ = cv2.findContours(area, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(large, pieces, -1, (255, 255, 255), 4)
    cv2.drawContours(large, pieces, -1, colour, 2)
    return large


def object_masks(data: Dataset) -> np.ndarray:
    """Object masks, bool (N, H, W): the data set's own where it has them, otherwise GrabCut's."""
    return ImageBatch.of(data.images, data.labels, data.masks).objects
