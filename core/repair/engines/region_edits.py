"""A part of every picture exchanged between classes, or painted over."""

from __future__ import annotations

import numpy as np

from core.images.image_batch import ImageBatch
from core.images.masks import dilate_masks, inpaint
from core.images.stickers import find_stickers

FEWEST = 8  # pictures with a label without which nothing is said of where labels lie
USUAL = 0.5  # share of labels that lie in one place


def box_mask(shape: tuple[int, int], left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """A rectangle given in shares of width and height, whole pixels outwards, bool (H, W)."""
    height, width = shape
    mask = np.zeros(shape, bool)
    rows = slice(int(np.floor(top * height + 1e-6)), int(np.ceil(bottom * height - 1e-6)))
    mask[rows, int(np.floor(left * width + 1e-6)) : int(np.ceil(right * width - 1e-6))] = True
    return mask


def frame_mask(shape: tuple[int, int], share: float) -> np.ndarray:
    """The outermost share of the shorter side, at least one pixel, bool (H, W)."""
    pixels = frame_pixels(shape, share)
    mask = np.ones(shape, bool)
    mask[pixels : shape[0] - pixels, pixels : shape[1] - pixels] = False
    return mask


def frame_pixels(shape: tuple[int, int], share: float) -> int:
    """How wide a frame of this share of the shorter side is; at least one pixel, and it leaves the middle."""
    return int(np.clip(round(share * min(shape)), 1, max(1, (min(shape) - 1) // 2 - 1)))


def exchange_region(batch: ImageBatch, donors: np.ndarray, region: np.ndarray) -> np.ndarray:
    """The pictures with one region (H, W) taken from their donors."""
    return np.where(region[..., None], batch.pictures[donors], batch.pictures)


def cover_regions(batch: ImageBatch, regions: np.ndarray) -> np.ndarray:
    """The pictures with their regions (N, H, W), or one (H, W) for all, painted over from what is round them."""
    holes = np.broadcast_to(regions, batch.pictures.shape[:3])
    return inpaint(batch.pictures, holes)


def exchange_stickers(batch: ImageBatch, donors: np.ndarray) -> np.ndarray:
    """The pictures with their own printed labels painted over, and those of their donors stuck on at the same place.

    Some labels are not found. Where those that are lie in one place, that place is exchanged in all pictures alike.
    """
    found = find_stickers(batch.pictures)
    bare = inpaint(batch.pictures, dilate_masks(found, 0.02)) if found.any() else batch.pictures
    return np.where((found[donors] | usual_sticker_region(found))[..., None], batch.pictures[donors], bare)


def usual_sticker_region(found: np.ndarray) -> np.ndarray:
    """Where at least half of the pictures with labels (N, H, W) have them, bool (H, W); nowhere if few have any."""
    having = found[found.any(axis=(1, 2))]
    if len(having) < FEWEST:
        return np.zeros(found.shape[1:], bool)
    return np.asarray(having.mean(axis=0) >= USUAL, bool)
