"""Blur the background: it keeps its colours and loses its detail."""

from __future__ import annotations

import cv2
import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import with_noise_control
from core.images.compositing import ObjectSettings, choose_masks, paste_on
from core.images.image_batch import ImageBatch
from core.images.masks import map_images
from core.settings import setting


class BackgroundBlurredSettings(ObjectSettings):
    """Settings of the blurred background."""

    radius: float = setting(0.08, "Blur radius, as a fraction of the image side.", low=0.005, high=0.5, step=0.005)


def change(batch: ImageBatch, rng: np.random.Generator, settings: BackgroundBlurredSettings) -> Treatment:
    """Blur each image's own background; the control changes the background at random with equal energy."""
    batch = choose_masks(batch, settings)
    sigma = settings.radius * min(batch.pictures.shape[1:3])
    changed = paste_on(batch, map_images(batch.backdrops, lambda scene: cv2.GaussianBlur(scene, (0, 0), sigma)))
    return with_noise_control(batch, changed, rng, ~batch.objects)


HUNCH = HunchInfo(
    name="background_blurred",
    title="The background, blurred",
    family="background",
    kind="shortcut",
    Settings=BackgroundBlurredSettings,
    plain=(
        "Blurs everything except the object: the background keeps its colours and loses its detail. The "
        "control changes the background at random by the same amount."
    ),
    says=("blur background", "background texture", "background detail"),
    action="Blurring the background",
    control="A random change of the same size there",
    supported="The network uses detail in the background.",
    rejected="The answer does not depend on detail in the background.",
    change=change,
    order=30,
)
