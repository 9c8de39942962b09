"""Only the outline of the object is left."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.compositing import ObjectSettings, choose_masks
from core.images.image_batch import WHITE, ImageBatch
from core.settings import setting


class ShapeOnlySettings(ObjectSettings):
    """Dials of the silhouette."""

    object: float = setting(0.15, "How light the object is: 0 black, 1 white.", low=0, high=1, step=0.05)
    background: float = setting(0.85, "How light all else is: 0 black, 1 white.", low=0, high=1, step=0.05)


def change(batch: ImageBatch, rng: np.random.Generator, settings: ShapeOnlySettings) -> Treatment:
    """A dark shape on a light ground; the control is a random change of equal energy."""
    inside = choose_masks(batch, settings).objects[..., None]
    silhouette = np.where(inside, np.float32(settings.object * WHITE), np.float32(settings.background * WHITE))
    return with_noise_control(batch, np.broadcast_to(silhouette, batch.pictures.shape), rng)


HUNCH = HunchInfo(
    name="shape_only",
    title="Shape only",
    family="structure",
    kind="dependence",
    Settings=ShapeOnlySettings,
    plain="Leaves nothing of the picture but the object's silhouette.",
    says=("shape", "only shape", "object shape"),
    action="Leaving only the object's outline",
    control=NOISE,
    supported="The network needs more than the outline.",
    rejected="The outline does as well as any picture changed by as much.",
    change=change,
    order=270,
)
