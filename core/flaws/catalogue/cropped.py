"""Images arrive cropped more closely than the training images."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.datasets.base import Dataset
from core.flaws.base import FlawInfo, Planted
from core.flaws.serving_shared import at_serving
from core.settings import Settings, setting


class CroppedSettings(Settings):
    """How much is cut off."""

    cut: float = setting(
        0.5, "Fraction of the width and height that is cut off at full strength.", low=0.05, high=0.8, step=0.05
    )


def plant(before: Planted, strength: float, seed: int, settings: CroppedSettings) -> Planted:  # noqa: ARG001
    """Crop the middle of every image that the network is tested on, and enlarge it."""
    kept = 1 - strength * settings.cut
    sentence = f"Only the middle {kept:.0%} of each picture's width and height reaches the network, enlarged."
    return at_serving(before, "cropped", sentence, lambda data: _crop_all(data, kept))


def _crop_all(data: Dataset, kept: float) -> Dataset:
    if kept == 1:
        return data
    images = np.stack([_enlarge(image, kept, cv2.INTER_LINEAR) for image in data.images])
    masks = {
        name: np.stack([_enlarge(mask.astype(np.uint8), kept, cv2.INTER_NEAREST) for mask in masks]).astype(bool)
        for name, masks in (data.masks or {}).items()
    }
    return replace(data, images=images, masks=masks or None)


def _enlarge(image: np.ndarray, kept: float, how: int) -> np.ndarray:
    height, width = image.shape[:2]
    move = np.array([[1 / kept, 0, (1 - 1 / kept) * (width - 1) / 2], [0, 1 / kept, (1 - 1 / kept) * (height - 1) / 2]])
    return cv2.warpAffine(image, move, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE).reshape(image.shape)


INFO = FlawInfo(
    name="cropped",
    title="Another crop at serving",
    help="The new camera software crops pictures to a square more tightly than the old one did.",
    text=(
        "The new camera crops its pictures closer than the old one did. Things now look larger, and their "
        "edges are gone. The network was never shown such pictures, and its score drops at work though nothing "
        "in it changed."
    ),
    misleads=(
        "The test in the lab does not show it, for the lab has the old pictures. A drop of the score may also "
        "mean that the things themselves have changed. Compare the pictures side by side."
    ),
    place="serving",
    strength="How much is cut off: at half strength, half as much.",
    Settings=CroppedSettings,
    plant=plant,
    order=160,
)
