"""The background loses its detail and keeps its colours."""

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
    """Dials of the blurred background."""

    radius: float = setting(
        0.08, "Radius of the blur, as a share of the picture's side.", low=0.005, high=0.5, step=0.005
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: BackgroundBlurredSettings) -> Treatment:
    """The own background, blurred; the control changes the background at random, by equal energy."""
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
        "Blurs everything but the object: the background keeps its colours and loses its detail. The control changes "
        "the background at random by as much."
    ),
    says=("blur background", "background texture", "background detail"),
    action="Blurring the background",
    control="A random change there of the same size",
    supported="The network reads detail in the background.",
    rejected="Detail in the background does not decide.",
    change=change,
    order=30,
)
