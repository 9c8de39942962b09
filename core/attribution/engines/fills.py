"""What is put in place of pixels that are taken away."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.attribution.engines.baselines import value_range

Fill = Literal["grey", "black", "white", "mean"]


def fill_colours(images: np.ndarray, fill: Fill) -> np.ndarray:
    """One colour a picture, float32 (N, 1, 1, C), on the pictures' own scale.

    Grey, black and white are 127.5, 0 and 255 for pictures in 0..255, 0.5, 0 and 1 for pictures in 0..1, and the middle
    and ends of their range where values are negative; the mean is each picture's own.
    """
    if fill == "mean":
        return images.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(np.float32)
    low, high = value_range(images)
    value = {"grey": (low + high) / 2, "black": low, "white": high}[fill]
    return np.full((len(images), 1, 1, images.shape[-1]), value, np.float32)
