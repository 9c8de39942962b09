"""The control that ignores the network: an edge detector's map."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np


def edge_map(images: np.ndarray) -> np.ndarray:
    """The edge strength of each image (Sobel), averaged over channels, float32 (N, H, W)."""
    return np.stack([_edge_magnitude(np.asarray(image, np.float32).mean(axis=-1)) for image in images])


def edge_detector(model: Any, images: np.ndarray, targets: Any) -> np.ndarray:  # noqa: ARG001 - stands in for a method
    """`edge_map` in the form of a method: the map is the same for every network."""
    return edge_map(images)


def _edge_magnitude(grey: np.ndarray) -> np.ndarray:
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return np.hypot(across, down)
