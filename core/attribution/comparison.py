"""Comparing two maps of one image: their difference and their similarity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata
from skimage.metrics import structural_similarity

from core.errors import InputError

CLIP = 99.5  # the percentile at which a map's scale ends, as on the screen
WINDOW = 7  # side of the window in which SSIM compares, in pixels


@dataclass(frozen=True)
class Comparison:
    """How two maps of the same image differ.

    Args:
        difference: the first minus the second, each scaled to 0..1, float32 (H, W) in -1..1.
        spearman: rank correlation of their magnitudes, -1..1.
        ssim: structural similarity of their magnitudes, -1..1.
    """

    difference: np.ndarray
    spearman: float
    ssim: float


def compare(first: np.ndarray, second: np.ndarray) -> Comparison:
    """Compare two maps of one image by the magnitude of their values.

    Args:
        first: (H, W).
        second: (H, W).

    Raises:
        InputError: when their shapes differ.
    """
    first, second = _pair(np.asarray(first)[None], np.asarray(second)[None])
    difference = (unit_scale(first) - unit_scale(second))[0].astype(np.float32)
    return Comparison(difference, float(spearman(first, second)[0]), float(ssim(first, second)[0]))


def unit_scale(maps: np.ndarray) -> np.ndarray:
    """The magnitudes of each map scaled to 0..1, float64 (N, H, W); zeros for a constant map.

    The scale ends at a high percentile, so that a single outlier does not darken the rest.

    Args:
        maps: (N, H, W).
    """
    sizes: np.ndarray = np.abs(np.asarray(maps, np.float64))
    low = sizes.min(axis=(1, 2), keepdims=True)
    high = np.percentile(sizes, CLIP, axis=(1, 2), keepdims=True)
    high = np.where(high > low, high, sizes.max(axis=(1, 2), keepdims=True))
    span = high - low
    return np.clip((sizes - low) / np.where(span > 0, span, 1), 0, 1)


def spearman(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Rank correlation of the magnitudes of two maps, image by image: float64 (N,).

    Two constant maps are alike (1); a constant map is unlike any other (0).

    Args:
        first: (N, H, W).
        second: (N, H, W).
    """
    first, second = _pair(first, second)
    ranks = [rankdata(np.abs(maps).reshape(len(maps), -1), axis=1) for maps in (first, second)]
    centred = [rank - rank.mean(axis=1, keepdims=True) for rank in ranks]
    lengths = [np.linalg.norm(values, axis=1) for values in centred]
    products = (centred[0] * centred[1]).sum(axis=1)
    flat = np.stack([length == 0 for length in lengths])
    rough = products / np.where(flat.any(axis=0), 1, lengths[0] * lengths[1])
    return np.where(flat.all(axis=0), 1.0, np.where(flat.any(axis=0), 0.0, rough))


def ssim(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Structural similarity of the magnitudes of two maps, image by image: float64 (N,).

    Each map is first scaled to 0..1 (Wang et al. 2004, doi 10.1109/TIP.2003.819861). A constant map is unlike any that
    is
    not constant (0), and like another constant one (1).

    Args:
        first: (N, H, W).
        second: (N, H, W).
    """
    first, second = (unit_scale(maps) for maps in _pair(first, second))
    window = min(WINDOW, *first.shape[1:])
    window -= 1 - window % 2
    return np.array([_ssim(one, other, window) for one, other in zip(first, second, strict=True)])


def _ssim(one: np.ndarray, other: np.ndarray, window: int) -> float:
    flat = (not one.any(), not other.any())
    if any(flat):
        return float(all(flat))
    if window < 3:
        return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
    return float(structural_similarity(one, other, data_range=1.0, win_size=window))


def _pair(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if first.shape != second.shape or first.ndim != 3:
        raise InputError("Two sets of maps should have the same shape (N, H, W)", f"{first.shape} and {second.shape}")
    return first, second
