"""Blur the images."""

from __future__ import annotations

import cv2
import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import ImageBatch
from core.images.masks import map_images
from core.settings import Settings, setting


class BlurSettings(Settings):
    """Settings of the blur."""

    radius: float = setting(0.03, "Blur radius, as a fraction of the image side.", low=0.005, high=0.3, step=0.005)


def change(batch: ImageBatch, rng: np.random.Generator, settings: BlurSettings) -> Treatment:
    """Apply a Gaussian blur; the control is a random change of equal energy."""
    sigma = settings.radius * min(batch.pictures.shape[1:3])
    return with_noise_control(
        batch, map_images(batch.pictures, lambda picture: cv2.GaussianBlur(picture, (0, 0), sigma)), rng
    )


HUNCH = HunchInfo(
    name="blur",
    title="Blur",
    family="detail",
    kind="robustness",
    Settings=BlurSettings,
    plain="Blurs the whole picture, like a lens out of focus.",
    says=("blur", "fine detail"),
    action="Blurring the picture",
    control=NOISE,
    supported="The network is sensitive to blur: it relies on fine detail.",
    rejected="Blur affects the network no more than a random change of this size.",
    change=change,
    order=190,
)
