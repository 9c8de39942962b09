"""Places that are printed on the pictures of one class: the same in nearly all of them, and not in those of others.

Nothing that is photographed looks the same to a few grey levels from picture to picture. A stripe, a label or a stamp
does, and shows so even where it lies on the object, which no exchange of what lies beside objects can tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

FIXED = 8.0  # grey levels by which a printed place varies at most
FIXED_SHARE = 0.7  # share of a class's pictures that show it
FIXED_FEWEST = 8  # pictures of a class without which nothing is said of it
OTHERS = 0.3  # share of other classes' pictures that look the same, from which on it is not the class's own
GROUND = 14.0  # grey levels off the usual edge up to which a place may be plain ground
SMALLEST = 0.005  # share of the picture that a printed place has at least
SOLID = 0.9  # share of its upright rectangle that it fills, and of a side that a strip spans
THICK = 0.25  # share of the other side that a strip has at most
BESIDE = 0.5  # share of other classes' objects over a label up to which it may lie beside objects


@dataclass(frozen=True, eq=False)
class PrintedPlaces:
    """Where something is printed on the pictures of each class.

    Args:
        strips: rectangles that span a side of the picture, bool (K, H, W).
        labels: other rectangles, bool (K, H, W).
    """

    strips: np.ndarray
    labels: np.ndarray


def constant_pixels(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The median of pictures (n, H, W, C), and where each of them has it, bool (n, H, W)."""
    usual = np.median(pictures, axis=0)
    return usual, _near(pictures, usual)


def printed_places(pictures: np.ndarray, labels: np.ndarray, classes: int, objects: np.ndarray) -> PrintedPlaces:
    """Upright rectangles that look the same in the pictures of one class alone, and not like plain ground.

    Args:
        pictures: float32 (N, H, W, C) in 0..255.
        labels: int (N,).
        classes: how many there are.
        objects: bool (N, H, W). A label that lies where objects of other classes mostly are is not looked for: there,
            what all objects of one class share may look printed.
    """
    found = PrintedPlaces(*np.zeros((2, classes, *pictures.shape[1:3]), bool))
    for label in range(classes):
        mine = labels == label
        if min(mine.sum(), (~mine).sum()) < FIXED_FEWEST:
            continue
        usual, same = constant_pixels(pictures[mine])
        own = (same.mean(axis=0) >= FIXED_SHARE) & (_near(pictures[~mine], usual).mean(axis=0) < OTHERS)
        covered = objects[~mine].mean(axis=0)
        for rectangle in _rectangles(own & ~_like_the_edge(usual)):
            if _spans(rectangle):
                found.strips[label] |= rectangle
            elif covered[rectangle].mean() <= BESIDE:
                found.labels[label] |= rectangle
    return found


def _near(pictures: np.ndarray, usual: np.ndarray) -> np.ndarray:
    return np.abs(pictures - usual).max(axis=-1) <= FIXED


def _like_the_edge(usual: np.ndarray) -> np.ndarray:
    """Where a class's median (H, W, C) looks as most of its edge does, bool (H, W)."""
    edge = np.concatenate([usual[0], usual[-1], usual[1:-1, 0], usual[1:-1, -1]])
    return np.abs(usual - np.median(edge, axis=0)).max(axis=-1) <= GROUND


def _rectangles(mask: np.ndarray) -> list[np.ndarray]:
    """The connected pieces of a mask that fill an upright rectangle, as such rectangles, bool (H, W) each."""
    _, _, boxes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    found = []
    for left, top, wide, tall, area in boxes[1:]:
        if area >= max(4, SMALLEST * mask.size) and area >= SOLID * wide * tall:
            rectangle = np.zeros(mask.shape, bool)
            rectangle[top : top + tall, left : left + wide] = True
            found.append(rectangle)
    return found


def _spans(rectangle: np.ndarray) -> bool:
    shares = sorted((rectangle.any(axis=0).mean(), rectangle.any(axis=1).mean()))
    return bool(shares[1] >= SOLID and shares[0] <= THICK)
