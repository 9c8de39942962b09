"""Superpixels: patches of similar colour that are shown or hidden as a whole."""

from __future__ import annotations

import numpy as np
from skimage.segmentation import slic

from core.attribution.engines.fills import Fill
from core.attribution.engines.score_target import Score, score_setting
from core.settings import Settings, setting

STEADIER = 10.0
"""How much more compact superpixels get where a picture falls into too few: noise has no patches of like colour."""
TRIES = 4
LIGHTNESS = 100.0
"""How far black is from white for SLIC where it compares colours as eyes do; without colours they are 1 apart."""


class SuperpixelSettings(Settings):
    """Settings of methods that show and hide superpixels."""

    samples: int = setting(
        1000,
        "Number of random selections of hidden superpixels.",
        low=4,
        high=10000,
        step=100,
        unit="pictures",
    )
    segments: int = setting(50, "Approximate number of superpixels.", low=2, high=500, step=1, unit="superpixels")
    compactness: float = setting(
        10.0,
        "Compactness of the superpixels. Low values follow the colours, high ones make a grid.",
        low=0.01,
        high=1000.0,
        log=True,
        common=False,
    )
    fill: Fill = setting("grey", "What replaces a hidden superpixel.")
    score: Score = score_setting()
    seed: int = setting(0, "Seed of the selections.", low=0, high=2**31 - 1, step=1, common=False)


def fewer_superpixels(
    settings: SuperpixelSettings,
    shape: tuple[int, int, int],  # noqa: ARG001 - a CoarseRule
    evaluations: int,
) -> SuperpixelSettings:
    """Fewer samples, and so few superpixels that there are three samples for each."""
    segments = min(settings.segments, max(2, evaluations // 3))
    return settings.model_copy(update={"samples": min(settings.samples, evaluations), "segments": segments})


def superpixels(picture: np.ndarray, segments: int, compactness: float = 10.0) -> np.ndarray:
    """The superpixel of each pixel, int32 (H, W), counted from 0 without gaps.

    A picture of pure noise has no patches of like colour, and comes out as one; it is cut into ever squarer ones until
    there are at least half as many as were asked for.

    Args:
        picture: (H, W, C), on any scale.
        segments: about how many there should be.
        compactness: how much being near counts beside being alike.

    Source: Achanta et al. 2012, "SLIC superpixels compared to state-of-the-art superpixel methods", IEEE TPAMI 34.
    """
    image = np.asarray(picture, np.float64)
    compactness /= 1.0 if image.shape[-1] == 3 else LIGHTNESS
    for _ in range(TRIES):
        labels = slic(image, n_segments=segments, compactness=compactness, start_label=0, channel_axis=-1)
        found, labels = np.unique(labels, return_inverse=True)
        if len(found) >= segments / 2:
            break
        compactness *= STEADIER
    return labels.reshape(image.shape[:2]).astype(np.int32)
