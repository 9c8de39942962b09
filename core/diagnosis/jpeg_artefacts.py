"""Traces of the blocks of 8 by 8 pixels that JPEG leaves: which pictures have them, and how coarse they are.

Coding sets most coefficients of a block to zero, in blocks that begin at the picture's corner and in no others. So a
picture is taken to be coded where such blocks have many more coefficients near zero than blocks that begin four pixels
further on.

Source: Fan and de Queiroz 2003, "Identification of bitmap compression history" (IEEE TIP 12:2).
"""

from __future__ import annotations

import numpy as np
from scipy.fft import dctn

from core.hunches.changes.jpeg import compress

SIDE = 8
NEAR_ZERO = 2.0  # of a coefficient, where white is 255
CODED = 0.2  # excess of coefficients near zero from which on a picture counts as coded
OFTENER = 0.25  # share of one class's pictures more than of another's from which on the traces may tell classes apart
QUALITIES = (8, 15, 25, 40, 60, 80)


def coded(pictures: np.ndarray) -> np.ndarray:
    """Which of the pictures float (N, H, W, C), 0 to 255, show the blocks, bool (N,); none where H or W is below 16."""
    return excess(pictures) >= CODED


def marked_class(marked: np.ndarray, labels: np.ndarray) -> int | None:
    """The label whose pictures are marked, bool (N,), much oftener than those of another; None if there is none."""
    known = np.unique(labels)
    shares = [float(marked[labels == label].mean()) for label in known]
    return int(known[np.argmax(shares)]) if shares and max(shares) - min(shares) >= OFTENER else None


def quality_of(pictures: np.ndarray, marked: np.ndarray) -> int:
    """The quality at which the other pictures would show blocks as plainly as those that are marked, bool (N,)."""
    wanted, plain = float(np.median(excess(pictures[marked]))), pictures[~marked]
    return min(QUALITIES, key=lambda quality: abs(float(np.median(excess(compress(plain, quality)))) - wanted))


def excess(pictures: np.ndarray) -> np.ndarray:
    """Share of coefficients near zero in blocks from the corner on, less that in blocks four pixels on, (N,)."""
    if not len(pictures) or min(pictures.shape[1:3]) < 2 * SIDE:
        return np.zeros(len(pictures))
    half = SIDE // 2
    return _near_zero(pictures) - _near_zero(pictures[:, half:, half:])


def _near_zero(pictures: np.ndarray) -> np.ndarray:
    n, height, width, channels = pictures.shape
    down, across = height // SIDE, width // SIDE
    blocks = pictures[:, : down * SIDE, : across * SIDE].reshape(n, down, SIDE, across, SIDE, channels)
    coefficients = dctn(blocks.astype(np.float32), axes=(2, 4), norm="ortho")
    return (np.abs(coefficients) < NEAR_ZERO).mean(axis=(1, 2, 3, 4, 5))
