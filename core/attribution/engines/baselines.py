"""Baselines: what "nothing to see" looks like at the start of a path to the image."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.ndimage import gaussian_filter

from core.networks.pixel_range import Span
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


def baseline_pictures(images: np.ndarray, settings: BaselineSettings, draw: int, span: Span) -> np.ndarray:
    """One baseline for each picture, float32 (N, H, W, C), or (1, H, W, C) where it is the same for all.

    Args:
        images: the pictures (N, H, W, C).
        settings: settings of the method.
        draw: which of the random pictures, from 0 to `settings.baselines` - 1.
        span: what `core.networks.pixel_range` says of these pictures.

    Source of the choices: Sturmfels et al. 2020, "Visualizing the impact of feature attribution baselines", Distill.
    """
    # Pictures in one scale share their baselines.
    ends = [np.reshape(np.asarray(end, np.float32), (-1, 1, 1, 1)) for end in span]
    alike = all((end == end[:1]).all() for end in ends)
    low, high = (end[:1] if alike else end for end in ends)
    shape = (len(low), *images.shape[1:])
    if settings.baseline == "mean":
        mean = images.mean(axis=(1, 2), keepdims=True, dtype=np.float64)
        return np.broadcast_to(mean, images.shape).astype(np.float32)
    if settings.baseline == "blur":
        width = settings.blur * min(images.shape[1:3])
        return gaussian_filter(images.astype(np.float32), (0, width, width, 0), mode="nearest")
    if settings.baseline == "noise":
        generator = np.random.default_rng((settings.seed, draw))
        return (low + (high - low) * generator.uniform(0, 1, (1, *shape[1:]))).astype(np.float32)
    colours: dict[str, np.ndarray] = {"black": low, "white": high, "grey": np.asarray((low + high) / 2)}
    return np.broadcast_to(colours[settings.baseline], shape).astype(np.float32)
