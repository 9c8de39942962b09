"""Shifting, rotating and scaling images; the image is mirrored at its edges."""

from __future__ import annotations

import cv2
import numpy as np


def warp(images: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Apply an affine map to each image.

    Args:
        images: float32 (N, H, W, C).
        matrices: (N, 2, 3), from positions (x, y) in the image to positions in the result.
    """
    height, width = images.shape[1:3]
    moved = np.empty_like(images)
    for row, (image, matrix) in enumerate(zip(images, matrices, strict=True)):
        made = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        moved[row] = made.reshape(image.shape)
    return moved


def rotation_matrices(degrees: np.ndarray, factors: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Affine maps that rotate and scale images around their centre.

    Args:
        degrees: (N,), counter-clockwise.
        factors: (N,), above 1 to enlarge.
        shape: (N, H, W, C) of the images.

    Returns:
        float (N, 2, 3).
    """
    middle = ((shape[2] - 1) / 2, (shape[1] - 1) / 2)
    found = [cv2.getRotationMatrix2D(middle, angle, factor) for angle, factor in zip(degrees, factors, strict=True)]
    return np.array(found).reshape(-1, 2, 3)
