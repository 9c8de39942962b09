"""Object masks: finding, feathering and dilating them, and inpainting what they cover.

A hard mask leaves a one-pixel fringe of the old scene around the object, and that fringe alone keeps a background
shortcut alive. So masks are eroded and feathered before an object is put on another scene, and dilated before an
object is inpainted.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from core.progress import OnStep, silent
from core.row_blocks import row_blocks

Routine = Callable[[np.ndarray], np.ndarray]

SMALLEST, LARGEST = 32, 96  # sides in pixels between which GrabCut, and the filling of objects, works on a picture
AT_ONCE = 16  # pictures between two reports of how far the search for objects is
MARGIN = 0.04  # outermost share of the picture that is taken for background
ROUNDS = 2
DEGENERATE = (0.03, 0.9)  # a mask that covers less or more of the picture is taken for a failure
FALLBACK = 0.34  # radius, as a share of the side, of the ellipse that stands in for a mask that failed
ERODED, FEATHER, WIDENED = 0.02, 0.015, 0.05  # as shares of the picture's side


def grabcut_masks(images: np.ndarray, on_step: OnStep = silent) -> np.ndarray:
    """Segment the foreground with GrabCut (Rother, Kolmogorov and Blake 2004), initialised with a box with a small
    margin.

    A mask that covers almost nothing or almost everything is replaced with an ellipse in the middle of the image, where
    photographers place their subject.

    Args:
        images: uint8 or float (N, H, W, C) in 0..255.
        on_step: called after every few pictures; stops the work when it raises.

    Returns:
        bool (N, H, W).
    """
    found = np.zeros(images.shape[:3], bool)
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for part in row_blocks(len(images), AT_ONCE):
            found[part] = list(pool.map(_segment, _as_bytes(images[part])))
            on_step(part.stop, len(images), "objects found")
    return found


def feather_masks(masks: np.ndarray) -> np.ndarray:
    """Eroded and feathered masks, float32 (N, H, W) in 0..1 and zero outside the mask."""
    side = min(masks.shape[1:])
    inner = map_images(masks.astype(np.float32), _eroder(_pixels(ERODED, side)))
    sigma = max(0.4, FEATHER * side)
    blurred = map_images(inner, lambda mask: cv2.GaussianBlur(mask, (0, 0), sigma))
    return blurred * masks


def dilate_masks(masks: np.ndarray, share: float = WIDENED) -> np.ndarray:
    """Dilate masks.

    Args:
        masks: bool (N, H, W).
        share: radius as a fraction of the image side, above 0.

    Returns:
        bool (N, H, W).
    """
    pixels = _pixels(share, min(masks.shape[1:]))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1,) * 2)
    return map_images(masks.astype(np.uint8), lambda mask: cv2.dilate(mask, kernel)).astype(bool)


def inpaint(images: np.ndarray, holes: np.ndarray, radius: float = 3.0, largest: int | None = None) -> np.ndarray:
    """Fill holes from their surroundings (Telea 2004); pixels outside the holes stay exactly as they were.

    Args:
        images: float32 (N, H, W, C) in 0..255.
        holes: bool (N, H, W); an image that is all hole gets its mean colour.
        radius: neighbourhood of the filling, in pixels.
        largest: longer side in pixels beyond which a picture is filled from a smaller copy, which is quicker; None for
            never. A hole as large as an object has nothing fine to be filled with.
    """
    filled = images.copy()
    for row in np.flatnonzero(holes.any(axis=(1, 2))):
        filled[row][holes[row]] = _fill_hole(images[row], holes[row], radius, largest)
    return filled


def map_images(images: np.ndarray, work: Routine) -> np.ndarray:
    """Apply an OpenCV routine to every image.

    Args:
        images: (N, H, W) or (N, H, W, C).
        work: takes and returns one image of the same size; a last axis of one that it drops is restored.
    """
    done = np.empty_like(images)
    for row, image in enumerate(images):
        done[row] = work(image).reshape(image.shape)
    return done


def _fill_hole(image: np.ndarray, hole: np.ndarray, radius: float, largest: int | None = None) -> np.ndarray:
    if hole.all():
        return image.mean(axis=(0, 1))
    if largest is not None and max(hole.shape) > largest:
        return _fill_coarsely(image, hole, radius, largest)
    source = np.ascontiguousarray(_as_bytes(image[None])[0])
    painted = cv2.inpaint(source, hole.astype(np.uint8), radius, cv2.INPAINT_TELEA).reshape(source.shape)
    return painted[hole][:, : image.shape[-1]]


def _fill_coarsely(image: np.ndarray, hole: np.ndarray, radius: float, largest: int) -> np.ndarray:
    height, width = hole.shape
    factor = largest / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    # What is left of the object in a pixel on the hole's edge must not bleed into it: every touched pixel is hole.
    small_hole = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).reshape(*small_hole.shape, -1)
    small = inpaint(small[None], small_hole[None], radius)[0]
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).reshape(image.shape)[hole]


def _as_bytes(images: np.ndarray) -> np.ndarray:
    """uint8 (N, H, W, 3)."""
    if images.dtype != np.uint8:
        images = np.clip(images + 0.5, 0, 255).astype(np.uint8)
    return images if images.shape[-1] == 3 else np.repeat(images, 3, axis=-1)


def _segment(image: np.ndarray) -> np.ndarray:
    height, width = image.shape[:2]
    working = _resize_for_grabcut(image)
    mask = cv2.resize(_run_grabcut(working).astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST).astype(
        bool
    )
    share = mask.mean()
    return mask if DEGENERATE[0] <= share <= DEGENERATE[1] else _ellipse(height, width)


def _resize_for_grabcut(image: np.ndarray) -> np.ndarray:
    side = max(image.shape[:2])
    factor = max(1.0, SMALLEST / side) if side < SMALLEST else min(1.0, LARGEST / side)
    if factor == 1.0:
        return np.ascontiguousarray(image)
    height, width = (max(8, round(length * factor)) for length in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)


def _run_grabcut(image: np.ndarray) -> np.ndarray:
    height, width = image.shape[:2]
    mask = np.full((height, width), cv2.GC_BGD, np.uint8)
    top, left = max(1, round(MARGIN * height)), max(1, round(MARGIN * width))
    mask[top : height - top, left : width - left] = cv2.GC_PR_FGD
    cv2.setRNGSeed(0)  # GrabCut's first clusters are random, from this thread's own generator
    try:
        cv2.grabCut(image, mask, (0, 0, 0, 0), np.zeros((1, 65)), np.zeros((1, 65)), ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # a picture of one colour has no clusters
        return np.zeros((height, width), bool)
    found = (mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)
    return _largest_pieces(found)


def _largest_pieces(mask: np.ndarray) -> np.ndarray:
    """The largest piece of a mask, and every other piece of at least a quarter of its size."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count <= 2:
        return mask
    areas = stats[1:, cv2.CC_STAT_AREA]
    return np.isin(pieces, 1 + np.flatnonzero(areas >= areas.max() / 4))


def _ellipse(height: int, width: int) -> np.ndarray:
    down, across = np.mgrid[0:height, 0:width]
    far = ((down + 0.5) / height - 0.5) ** 2 + ((across + 0.5) / width - 0.5) ** 2
    return far <= FALLBACK**2


def _eroder(pixels: int) -> Routine:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1,) * 2)
    return lambda mask: cv2.erode(mask, kernel)


def _pixels(share: float, side: int) -> int:
    return max(1, round(share * side))
