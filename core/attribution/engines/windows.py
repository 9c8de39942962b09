"""Sliding windows, and mapping what was measured in them back onto the pixels."""

from __future__ import annotations

import numpy as np


def window_starts(length: int, patch: int, stride: int) -> np.ndarray:
    """Where windows begin along one side: every `stride` pixels, and one flush with the far edge.

    Args:
        length: of the side in pixels.
        patch: of a window in pixels.
        stride: distance between windows in pixels.
    """
    last = max(length - patch, 0)
    regular = np.arange(0, last + 1, stride)
    return regular if regular[-1] == last else np.append(regular, last)


def window_corners(height: int, width: int, patch: int, stride: int) -> np.ndarray:
    """Top left corners (W, 2) of all windows as (row, column), in reading order.

    Args:
        height: of the image in pixels.
        width: of the image in pixels.
        patch: side of a window in pixels.
        stride: distance between windows in pixels.
    """
    rows, columns = window_starts(height, patch, stride), window_starts(width, patch, stride)
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)


def spread_over_windows(values: np.ndarray, places: np.ndarray, patch: int, height: int, width: int) -> np.ndarray:
    """For each pixel, the mean of the values of the windows that cover it; 0 where none does.

    Args:
        values: (N, W), one value a window.
        places: (W, 2), the windows' top left corners.
        patch: side of a window in pixels.
        height: of the image in pixels.
        width: of the image in pixels.

    Returns:
        float32 (N, height, width).
    """
    columns = _cover(places[:, 1], patch, width)
    total, count = np.zeros((len(values), height, width)), np.zeros((height, width))
    for row in np.unique(places[:, 0]):
        line = places[:, 0] == row
        total[:, row : row + patch] += (values[:, line] @ columns[line])[:, None]
        count[row : row + patch] += columns[line].sum(axis=0)
    return (total / np.maximum(count, 1)).astype(np.float32)


def _cover(starts: np.ndarray, patch: int, length: int) -> np.ndarray:
    places = np.arange(length)
    return ((places >= starts[:, None]) & (places < starts[:, None] + patch)).astype(np.float64)
