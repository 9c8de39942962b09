"""Fill colours for pixels that are removed."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.attribution.engines.baselines import value_range

Fill = Literal["grey", "black", "white", "mean"]


def fill_colours(images: np.ndarray, fill: Fill) -> np.ndarray:
    """One colour per image, float32 (N, 1, 1, C), in the images' own scale.

    Grey, black and white are 127.5, 0 and 255 for images in 0..255, 0.5, 0 and 1 for images in 0..1, and the middle and
    ends
    of the range if values are negative; "mean" is each image's own mean.

    Args:
        images: (N, H, W, C).
        fill: which colour.
    """
    if fill == "mean":
        return images.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(np.float32)
    low, high = value_range(images)
    value = {"grey": (low + high) / 2, "black": low, "white": high}[fill]
    return np.full((len(images), 1, 1, images.shape[-1]), value, np.float32)
