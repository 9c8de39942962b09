"""Exchanging a region of every image between classes, or inpainting it."""

from __future__ import annotations

import numpy as np

from core.images.image_batch import ImageBatch
from core.images.masks import dilate_masks, inpaint
from core.images.stickers import find_stickers

FEWEST = 8  # pictures with a label without which nothing is said of where labels lie
USUAL = 0.5  # share of labels that lie in one place


def box_mask(shape: tuple[int, int], left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """A rectangle in fractions of width and height, rounded outwards to whole pixels.

    Args:
        shape: (H, W).
        left: in 0..1.
        top: in 0..1.
        right: in 0..1, above left.
        bottom: in 0..1, above top.

    Returns:
        bool (H, W).
    """
    height, width = shape
    mask = np.zeros(shape, bool)
    rows = slice(int(np.floor(top * height + 1e-6)), int(np.ceil(bottom * height - 1e-6)))
    mask[rows, int(np.floor(left * width + 1e-6)) : int(np.ceil(right * width - 1e-6))] = True
    return mask


def frame_mask(shape: tuple[int, int], share: float) -> np.ndarray:
    """The outermost pixels of an image, at least one wide.

    Args:
        shape: (H, W).
        share: width as a fraction of the shorter side.

    Returns:
        bool (H, W).
    """
    pixels = frame_pixels(shape, share)
    mask = np.ones(shape, bool)
    mask[pixels : shape[0] - pixels, pixels : shape[1] - pixels] = False
    return mask


def frame_pixels(shape: tuple[int, int], share: float) -> int:
    """Width in pixels of a frame; at least one, and it leaves the middle free.

    Args:
        shape: (H, W).
        share: as a fraction of the shorter side.
    """
    return int(np.clip(round(share * min(shape)), 1, max(1, (min(shape) - 1) // 2 - 1)))


def exchange_region(batch: ImageBatch, donors: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Take one region of each image from its donor.

    Args:
        batch: the images.
        donors: int (N,), rows of the donors.
        region: bool (H, W).
    """
    return np.where(region[..., None], batch.pictures[donors], batch.pictures)


def cover_regions(batch: ImageBatch, regions: np.ndarray) -> np.ndarray:
    """Inpaint regions.

    Args:
        batch: the images.
        regions: bool (N, H, W), or one (H, W) for all.
    """
    holes = np.broadcast_to(regions, batch.pictures.shape[:3])
    return inpaint(batch.pictures, holes)


def exchange_stickers(batch: ImageBatch, donors: np.ndarray) -> np.ndarray:
    """Inpaint each image's own stickers and put those of its donor at the same place.

    Some stickers are not detected. If those that are lie in one place, that place is exchanged in all images.

    Args:
        batch: the images.
        donors: int (N,), rows of the donors.
    """
    found = find_stickers(batch.pictures)
    bare = inpaint(batch.pictures, dilate_masks(found, 0.02)) if found.any() else batch.pictures
    return np.where((found[donors] | usual_sticker_region(found))[..., None], batch.pictures[donors], bare)


def usual_sticker_region(found: np.ndarray) -> np.ndarray:
    """Where at least half of the images with stickers have them, bool (H, W); empty if few have any.

    Args:
        found: bool (N, H, W), detected stickers.
    """
    having = found[found.any(axis=(1, 2))]
    if len(having) < FEWEST:
        return np.zeros(found.shape[1:], bool)
    return np.asarray(having.mean(axis=0) >= USUAL, bool)
