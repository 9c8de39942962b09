"""Keep only the silhouette of the object."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.compositing import ObjectSettings, choose_masks
from core.images.image_batch import WHITE, ImageBatch
from core.settings import setting


class ShapeOnlySettings(ObjectSettings):
    """Settings of the silhouette."""

    object: float = setting(0.15, "Brightness of the object: 0 is black, 1 is white.", low=0, high=1, step=0.05)
    background: float = setting(
        0.85, "Brightness of everything else: 0 is black, 1 is white.", low=0, high=1, step=0.05
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: ShapeOnlySettings) -> Treatment:
    """Draw a dark shape on a light background; the control is a random change of equal energy."""
    inside = choose_masks(batch, settings).objects[..., None]
    silhouette = np.where(inside, np.float32(settings.object * WHITE), np.float32(settings.background * WHITE))
    return with_noise_control(batch, np.broadcast_to(silhouette, batch.pictures.shape), rng)


HUNCH = HunchInfo(
    name="shape_only",
    title="Shape only",
    family="structure",
    kind="dependence",
    Settings=ShapeOnlySettings,
    plain="Keeps nothing of the picture except the object's silhouette.",
    says=("shape", "only shape", "object shape"),
    action="Keeping only the object's outline",
    control=NOISE,
    supported="The network needs more than the outline.",
    rejected="The outline does as well as any picture changed by as much.",
    change=change,
    order=270,
)
