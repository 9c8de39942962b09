"""Fill colours for pixels that are removed."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.networks.pixel_range import Span, own_range

Fill = Literal["grey", "black", "white", "mean"]


def fill_colours(images: np.ndarray, fill: Fill, span: Span | None = None) -> np.ndarray:
    """One colour a picture, float32 (N, 1, 1, C), on the pictures' own scale.

    Black and white are what `span` says, or each picture by itself; grey lies between them; the mean is each
    picture's own.
    """
    if fill == "mean":
        return images.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(np.float32)
    low, high = (np.asarray(end, np.float32) for end in span or own_range(images))
    values: dict[str, np.ndarray] = {"grey": np.asarray((low + high) / 2), "black": low, "white": high}
    return np.broadcast_to(values[fill], (len(images), 1, 1, images.shape[-1])).astype(np.float32)
