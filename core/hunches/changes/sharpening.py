"""Sharpen the images."""

from __future__ import annotations

import cv2
import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import WHITE, ImageBatch
from core.images.masks import map_images
from core.settings import Settings, setting


class SharpeningSettings(Settings):
    """Settings of the sharpening."""

    amount: float = setting(4.0, "How much of the detail is added once more.", low=0.1, high=10, step=0.1)
    radius: float = setting(
        0.03, "Size of the detail, as a fraction of the image side.", low=0.005, high=0.3, step=0.005, common=False
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: SharpeningSettings) -> Treatment:
    """Apply unsharp masking; the control is a random change of equal energy."""
    sigma = settings.radius * min(batch.pictures.shape[1:3])
    soft = map_images(batch.pictures, lambda picture: cv2.GaussianBlur(picture, (0, 0), sigma))
    sharp = batch.pictures + np.float32(settings.amount) * (batch.pictures - soft)
    return with_noise_control(batch, np.clip(sharp, 0, WHITE), rng)


HUNCH = HunchInfo(
    name="sharpening",
    title="Sharpening",
    family="detail",
    kind="robustness",
    Settings=SharpeningSettings,
    plain="Makes edges and grain stronger. If this improves the answers, the pictures had been blurred.",
    says=("sharp", "too blur"),
    action="Sharpening the picture",
    control=NOISE,
    supported="The network is sensitive to sharpening.",
    rejected="Sharpening affects the network no more than a random change of this size.",
    change=change,
    cures=True,
    order=200,
)
