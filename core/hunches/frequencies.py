"""Parts of pictures by how fast they change from place to place."""

from __future__ import annotations

import numpy as np


def low_pass(images: np.ndarray, cycles: float) -> np.ndarray:
    """What changes no faster than so many cycles across the picture's shorter side, float32 in 0..255.

    Pictures are mirrored at their edges first, so that opposite edges do not bleed into one another. The limit is
    soft (a Gaussian that halves amplitude at the limit), so that edges do not ring.
    """
    height, width = images.shape[1:3]
    doubled = np.concatenate([images, images[:, ::-1]], axis=1)
    doubled = np.concatenate([doubled, doubled[:, :, ::-1]], axis=2)
    down, across = np.fft.fftfreq(2 * height)[:, None], np.fft.rfftfreq(2 * width)[None]
    share = np.hypot(down, across) * min(height, width) / cycles
    weight = (0.5 ** (share**2))[None, :, :, None]
    smooth = np.fft.irfft2(np.fft.rfft2(doubled, axes=(1, 2)) * weight, s=doubled.shape[1:3], axes=(1, 2))
    return np.clip(smooth[:, :height, :width], 0, 255).astype(np.float32)
