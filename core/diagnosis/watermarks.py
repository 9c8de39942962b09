"""Marks that lie over pictures, objects and all: writing, a see-through watermark, scratches.

Where a mark lies over the object, a found mask takes it for part of the object, so that nothing beside the object tells
of it. But it is narrow, and looks the same wherever it lies, as no two backgrounds or objects do. So narrow details
that come back, at other places, in the pictures of one class much oftener than of others are taken for its mark. They
are taken off and laid over again elsewhere: a network that goes by them answers as before, wherever they lie.
"""

from __future__ import annotations

import cv2
import numpy as np

NARROW = 1 / 10  # half the width of what counts as a detail, as a share of the picture's shorter side
STROKE = 1 / 14  # the same of what is compared between pictures, where objects should have little part in it
ELSEWHERE = 1 / 8  # how far apart two places are at least, as a share of each side
PAIRS = 300  # of pictures a class that are compared
FEWEST = 8  # pictures of a class without which nothing is said of it
OFTENER = 0.06  # correlation beyond any other class's from which on details come back; of healthy data, at most 0.03


def standing_out(alike: np.ndarray) -> int | None:
    """The class whose details, (K,) as below, come back much oftener than any other's; None where there is none."""
    known = np.sort(alike[np.isfinite(alike)])
    return int(np.nanargmax(alike)) if len(known) > 1 and known[-1] - known[-2] >= OFTENER else None


def coming_back(found: np.ndarray, labels: np.ndarray, classes: int, rng: np.random.Generator) -> np.ndarray:
    """How alike the details of two pictures of a class are, at another place, at best.

    Args:
        found: float (N, H, W).
        labels: int (N,).
        classes: how many there are, K.
        rng: chooses the pairs.

    Returns:
        (K,): of each class the median, over pairs, of the largest correlation at any shift by more than a little; NaN
        for classes of few pictures.

    Source: Lewis 1995, "Fast normalized cross-correlation" (Vision Interface), with shifts that wrap around.
    """
    height, width = found.shape[1:]
    centred = found - found.mean(axis=(1, 2), keepdims=True)
    spectra, length = np.fft.rfft2(centred), np.sqrt(np.square(centred).sum(axis=(1, 2)))
    down, across = (np.minimum(np.arange(side), side - np.arange(side)) for side in (height, width))
    far = (down[:, None] >= ELSEWHERE * height) | (across >= ELSEWHERE * width)
    alike = np.full(classes, np.nan)
    for label in range(classes):
        members = np.flatnonzero((labels == label) & (length > 0))
        if len(members) >= FEWEST:
            one, other = _pairs(members, rng)
            products = np.fft.irfft2(spectra[one] * np.conj(spectra[other]), s=(height, width))
            alike[label] = np.median(products[:, far].max(axis=1) / (length[one] * length[other]))
    return alike


def recurring(crops: np.ndarray, labels: np.ndarray, classes: int, rng: np.random.Generator) -> np.ndarray:
    """How much more alike crops of one class are than crops of two.

    Args:
        crops: float (N, h, w).
        labels: int (N,).
        classes: how many there are, K.
        rng: chooses the pairs.

    Returns:
        (K,): of each class the median, over its pairs, of the largest correlation at any shift, less the same of pairs
        of which one is of another class; NaN for classes of few crops.
    """
    centred = crops - crops.mean(axis=(1, 2), keepdims=True)
    length = np.maximum(np.sqrt(np.square(centred).sum(axis=(1, 2))), 1e-6)
    spectra, shape = np.fft.rfft2(centred / length[:, None, None]), crops.shape[1:]
    found = np.full(classes, np.nan)
    for label in range(classes):
        members, others = np.flatnonzero(labels == label), np.flatnonzero(labels != label)
        if len(members) < FEWEST or not len(others):
            continue
        one, other = _pairs(members, rng)
        strangers = rng.choice(others, len(one))
        within, between = (
            np.fft.irfft2(spectra[one] * np.conj(spectra[each]), s=shape).max(axis=(1, 2))
            for each in (other, strangers)
        )
        found[label] = np.median(within) - np.median(between)
    return found


def _pairs(members: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    one, other = np.triu_indices(len(members), 1)
    drawn = rng.permutation(len(one))[:PAIRS]
    return members[one[drawn]], members[other[drawn]]


def details(pictures: np.ndarray, bright: bool, narrow: float = NARROW) -> np.ndarray:
    """What is brighter, or darker, than all that is wide around it: the white or black top-hat.

    Args:
        pictures: float (N, H, W, C).
        bright: whether bright details are wanted, or dark ones.
        narrow: half the width of what counts as a detail, as a share of the shorter side.

    Returns:
        float (N, H, W, C), what the details add to each picture: at least 0 for bright ones, at most 0 for dark ones.

    Source: Serra 1982, Image Analysis and Mathematical Morphology.
    """
    side = 2 * max(1, round(narrow * min(pictures.shape[1:3]))) + 1
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    kind, sign = (cv2.MORPH_TOPHAT, 1) if bright else (cv2.MORPH_BLACKHAT, -1)
    return sign * np.stack([cv2.morphologyEx(each, kind, element).reshape(each.shape) for each in pictures])


def moved(laid: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each of (N, H, W, C) moved to another place; what leaves on one side comes back on the other."""
    height, width = laid.shape[1:3]
    steps = np.stack([rng.integers(0, height, len(laid)), rng.integers(0, width, len(laid))], axis=1)
    return np.stack([np.roll(each, step, axis=(0, 1)) for each, step in zip(laid, steps, strict=True)])
