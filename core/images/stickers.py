"""Detecting printed stickers and tags by their appearance: dense vertical strokes of pale ink on a pale card.

Print changes between light and dark within a few pixels, again and again, and neither its ink nor its card is
saturated. Grass, bricks and fabric change as fast but in colour, or not as strongly.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.images.masks import dilate_masks

SIDE = 64  # larger pictures are looked at in this size
PALE = 70.0  # ink and card: their channels differ by at most this
STRONG = 120.0  # a step from light to dark counts up to this
DENSE = 44.0  # mean step over a window that is taken for print
SPARSE = 30.0  # mean step at which it ends
STROKE = 25.0  # step that belongs to print, for its exact place
WINDOW = (0.11, 0.19)  # height and width of that window, as shares of the side
AREA = (0.005, 0.15)  # smallest and largest label, as shares of the picture
WIDEST = 0.45  # longest side of a label, as a share of the picture's side
CARD = 0.02  # margin of card round the print, as a share of the side


def find_stickers(images: np.ndarray) -> np.ndarray:
    """Where stickers are, bool (N, H, W). A heuristic: it misses stickers without print.

    Args:
        images: float32 (N, H, W, C) in 0..255.
    """
    found = np.zeros(images.shape[:3], bool)
    for row, image in enumerate(images):
        for top, left, bottom, right in _sticker_boxes(image):
            found[row, top:bottom, left:right] = True
    return dilate_masks(found, CARD) if found.any() else found


def _sticker_boxes(image: np.ndarray) -> list[tuple[int, int, int, int]]:
    """Boxes (top, left, bottom, right) of print, in the image's own pixels."""
    height, width = image.shape[:2]
    factor = min(1.0, SIDE / min(height, width))
    small = cv2.resize(image, (round(width * factor), round(height * factor)), interpolation=cv2.INTER_AREA)
    steps = _steps(small.reshape(*small.shape[:2], -1))
    side = min(steps.shape)
    window = (max(1, round(WINDOW[1] * side)), max(1, round(WINDOW[0] * side)))
    density = cv2.blur(steps, window, borderType=cv2.BORDER_CONSTANT)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((density >= SPARSE).astype(np.uint8))
    boxes = []
    for piece in range(1, count):
        within = pieces == piece
        if density[within].max() < DENSE or not _fits(stats[piece], steps.size, side):
            continue
        near = np.asarray(cv2.dilate(within.astype(np.uint8), np.ones(window[::-1], np.uint8))).astype(bool)
        rows, columns = np.nonzero(near & (steps >= STROKE))
        if not len(rows):
            continue
        edges = np.array([rows.min(), columns.min(), rows.max() + 1, columns.max() + 2]) / factor
        top, left, bottom, right = (int(edge) for edge in np.round(edges))
        boxes.append((top, left, min(bottom, height), min(right, width)))
    return boxes


def _steps(image: np.ndarray) -> np.ndarray:
    """How far each pixel's darkest channel is from its right neighbour's where both are pale, (H, W)."""
    darkest = image.min(axis=-1)
    pale = image.max(axis=-1) - darkest <= PALE
    steps = np.zeros(darkest.shape, np.float32)
    steps[:, :-1] = np.minimum(np.abs(np.diff(darkest, axis=1)), STRONG) * (pale[:, 1:] & pale[:, :-1])
    return steps


def _fits(stat: np.ndarray, pixels: int, side: int) -> bool:
    """Whether a dense piece is small enough to be a sticker."""
    _, _, wide, tall, area = stat
    return bool(AREA[0] <= area / pixels <= AREA[1] and max(wide, tall) <= WIDEST * side)
