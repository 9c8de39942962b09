"""Spatial frequencies of images."""

from __future__ import annotations

import numpy as np


def low_pass(images: np.ndarray, cycles: float) -> np.ndarray:
    """Keep what changes no faster than the given number of cycles across the shorter side.

    Images are mirrored at their edges first, so that opposite edges do not bleed into each other. The cut-off is soft
    (a
    Gaussian that halves the amplitude at the limit), so that edges do not ring.

    Args:
        images: float32 (N, H, W, C) in 0..255.
        cycles: cut-off frequency, above 0.

    Returns:
        float32 (N, H, W, C) in 0..255.
    """
    height, width = images.shape[1:3]
    doubled = np.concatenate([images, images[:, ::-1]], axis=1)
    doubled = np.concatenate([doubled, doubled[:, :, ::-1]], axis=2)
    down, across = np.fft.fftfreq(2 * height)[:, None], np.fft.rfftfreq(2 * width)[None]
    share = np.hypot(down, across) * min(height, width) / cycles
    weight = (0.5 ** (share**2))[None, :, :, None]
    smooth = np.fft.irfft2(np.fft.rfft2(doubled, axes=(1, 2)) * weight, s=doubled.shape[1:3], axes=(1, 2))
    return np.clip(smooth[:, :height, :width], 0, 255).astype(np.float32)
