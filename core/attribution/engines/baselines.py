"""Baselines: what "nothing to see" looks like at the start of a path to the image."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.ndimage import gaussian_filter

from core.settings import Settings, setting

Baseline = Literal["black", "white", "grey", "mean", "blur", "noise"]


class BaselineSettings(Settings):
    """Settings of methods that compare the image with a baseline."""

    baseline: Baseline = setting(
        "black",
        "What the picture is compared with: one colour, its own mean colour, a blurred copy, or random noise.",
    )
    draws: int = setting(
        4,
        "Number of random pictures the map is averaged over, if the baseline is noise.",
        low=1,
        high=64,
        step=1,
        unit="pictures",
        common=False,
    )
    blur: float = setting(
        0.1,
        "Strength of the blur, as a fraction of the shorter side, if the baseline is the blurred picture.",
        low=0.01,
        high=1.0,
        step=0.01,
        common=False,
    )
    seed: int = setting(0, "Seed of the random pictures.", low=0, high=2**31 - 1, step=1, common=False)

    @property
    def baselines(self) -> int:
        """Number of baselines that each image is compared with."""
        return self.draws if self.baseline == "noise" else 1


def value_range(images: np.ndarray) -> tuple[float, float]:
    """(black, white) in the images' own scale: 0 to 255, 0 to 1, or symmetric about 0 if values are negative."""
    if images.dtype == np.uint8:
        return 0.0, 255.0
    low, high = float(images.min()), float(images.max())
    if low < 0:
        limit = max(1.0, -low, high)
        return -limit, limit
    return 0.0, 255.0 if high > 1.0 else 1.0


def baseline_pictures(
    images: np.ndarray, settings: BaselineSettings, draw: int, span: tuple[float, float]
) -> np.ndarray:
    """One baseline for each image, float32 (N, H, W, C), or (1, H, W, C) if it is the same for all.

    Args:
        images: the images (N, H, W, C).
        settings: which baseline.
        draw: index of the random image, from 0 to `settings.baselines` - 1.
        span: `value_range` of all the images.

    Source of the choices: Sturmfels et al. 2020, "Visualizing the impact of feature attribution baselines", Distill.
    """
    low, high = span
    shape = (1, *images.shape[1:])
    if settings.baseline == "mean":
        mean = images.mean(axis=(1, 2), keepdims=True, dtype=np.float64)
        return np.broadcast_to(mean, images.shape).astype(np.float32)
    if settings.baseline == "blur":
        width = settings.blur * min(images.shape[1:3])
        return gaussian_filter(images.astype(np.float32), (0, width, width, 0), mode="nearest")
    if settings.baseline == "noise":
        generator = np.random.default_rng((settings.seed, draw))
        return generator.uniform(low, high, shape).astype(np.float32)
    colour = {"black": low, "white": high, "grey": (low + high) / 2}[settings.baseline]
    return np.full(shape, colour, np.float32)
