"""Finding pictures that are the same shot: moved a little, coded anew, lighter or of other colours.

Fine detail is the same in two copies and in nothing else: so pictures are compared after high-pass filtering, at the
best small shift. How alike two different pictures are depends on the data: any two sandals are more alike than any two
birds. So a picture counts as a copy only where its nearest neighbour is alike far beyond its next neighbours, judged by
how far that goes among pictures that are no copies.

Source: Barz and Denzler 2020, "Do we train on test data?" (arXiv 1902.00423), for what near-copies are.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy import fft

from core.row_blocks import row_blocks

SIDE = 32  # at which pictures are compared
DETAIL = 0.1  # width of the blur that is taken off, as a share of the side
COARSE = 8  # side of what is compared first
CANDIDATES = 8
USUAL = 3  # neighbours after the nearest, of which the nearest is judged
SHIFT = 4  # pixels at that side
LEAST = 0.5  # correlation of fine detail below which nothing is a copy
RARE = 0.0005  # share of other pictures that may be taken for copies
CHUNK = 256
CLEAREST = 0.9995  # correlation beyond which two pictures are not told apart any more


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest neighbour of each picture among others.

    Args:
        source: int (N,), row of the neighbour.
        alike: (N,), correlation of fine detail at the best small shift.
        beyond: (N,), by how much that is beyond the next neighbours, on Fisher's scale.
    """

    source: np.ndarray
    alike: np.ndarray
    beyond: np.ndarray


def nearest(images: np.ndarray, others: np.ndarray) -> Nearest:
    """Of each picture (N, H, W, C), the picture of others (M, H, W, C) whose fine detail is most alike."""
    if not len(images):
        return Nearest(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    coarse, fine = _ready(images)
    stock, stock_fine = _ready(others)
    count = min(CANDIDATES, len(others))
    source, alike, beyond = np.zeros(len(images), np.int64), np.zeros(len(images)), np.zeros(len(images))
    for rows in row_blocks(len(images), CHUNK):
        likely = np.argpartition(-(coarse[rows] @ stock.T), count - 1, axis=1)[:, :count]
        values = _correlations(fine[rows], stock_fine[likely])
        order = np.argsort(-values, axis=1)
        ranked = np.take_along_axis(values, order, axis=1)
        usual = ranked[:, min(USUAL, count - 1)] if count > 1 else np.zeros(len(ranked))
        source[rows] = np.take_along_axis(likely, order, axis=1)[:, 0]
        alike[rows] = ranked[:, 0]
        beyond[rows] = _fisher(ranked[:, 0]) - _fisher(usual)
    return Nearest(source, alike, beyond)


def copies(found: Nearest, others: Nearest) -> np.ndarray:
    """Which pictures are copies, bool (N,).

    Args:
        found: of the pictures in question.
        others: of pictures that were not copied, such as validation pictures; a few copies among them do no harm, for
            only their middle half is looked at.
    """
    low, middle, high = np.quantile(others.beyond, (0.25, 0.5, 0.75)) if len(others.beyond) else (0.0, 0.0, 0.0)
    scale = max(float(high - low) / GUMBEL_QUARTILES, 0.02)
    location = float(middle) + scale * np.log(np.log(2))
    limit = location - scale * np.log(-np.log1p(-RARE))
    return (found.beyond >= limit) & (found.alike >= LEAST)


GUMBEL_QUARTILES = 1.5725  # distance of the quartiles of a Gumbel distribution of scale 1


def _ready(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is compared first, unit rows (N, COARSE^2), and spectra of fine detail of unit length, (N, SIDE, n)."""
    grey = _grey(images)
    coarse = np.stack([cv2.resize(each, (COARSE, COARSE), interpolation=cv2.INTER_AREA) for each in grey])
    small = np.stack([_resized(each) for each in grey])
    fine = np.stack([each - cv2.GaussianBlur(each, (0, 0), DETAIL * SIDE) for each in small])
    return _unit(coarse.reshape(len(coarse), -1)), fft.rfft2(
        _unit(fine.reshape(len(fine), -1)).reshape(fine.shape).astype(np.float32)
    )


def _correlations(fine: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """The largest correlation at any shift of at most SHIFT pixels, (n, k), of spectra (n, ...) and (n, k, ...)."""
    products = fft.irfft2(fine[:, None] * np.conj(candidates), s=(SIDE, SIDE))
    near = np.r_[0 : SHIFT + 1, SIDE - SHIFT : SIDE]
    return products[:, :, near][:, :, :, near].max(axis=(2, 3))


def _grey(images: np.ndarray) -> np.ndarray:
    grey, white = np.zeros(np.shape(images)[:3], np.float32), 0.0
    for rows in row_blocks(len(images)):
        pictures = np.asarray(images[rows], np.float32)
        grey[rows], white = pictures.mean(axis=-1), max(white, float(pictures.max()))
    return grey * (255.0 if len(grey) and white <= 1 else 1.0)


def _resized(grey: np.ndarray) -> np.ndarray:
    smaller = max(grey.shape) > SIDE
    return cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)


def _unit(rows: np.ndarray) -> np.ndarray:
    centred = rows - rows.mean(axis=1, keepdims=True)
    return centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)


def _fisher(values: np.ndarray) -> np.ndarray:
    return np.arctanh(np.clip(values, 0, CLEAREST))
