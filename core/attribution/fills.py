"""What is put in place of pixels that are taken away."""

from __future__ import annotations

from typing import Literal

import numpy as np

Fill = Literal["grey", "black", "white", "mean"]


def fill_colours(images: np.ndarray, fill: Fill) -> np.ndarray:
    """One colour a picture, float32 (N, 1, 1, C), on the pictures' own scale.

    Grey, black and white are 127.5, 0 and 255 for pictures in 0..255 and 0.5, 0 and 1 for pictures in 0..1; the mean
    is each picture's own.
    """
    channels = images.shape[-1]
    if fill == "mean":
        return images.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(np.float32)
    top = 255.0 if images.dtype == np.uint8 or float(images.max()) > 1.0 else 1.0
    value = {"grey": top / 2, "black": 0.0, "white": top}[fill]
    return np.full((len(images), 1, 1, channels), value, np.float32)
