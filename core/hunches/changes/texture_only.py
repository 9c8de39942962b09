"""Cut the images into patches and shuffle them.

Networks trained on ImageNet classify by texture more than by shape (Geirhos et al. 2019, arXiv 1811.12231).
"""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import ImageBatch
from core.settings import Settings, setting


class TextureOnlySettings(Settings):
    """Settings of the shuffling."""

    patches: int = setting(4, "Patches along each side.", low=2, high=16, step=1, unit="patches")


def change(batch: ImageBatch, rng: np.random.Generator, settings: TextureOnlySettings) -> Treatment:
    """Put the patches in random order; the control is a random change of equal energy."""
    images = batch.pictures
    count, height, width, channels = images.shape
    rows, columns = min(settings.patches, height), min(settings.patches, width)
    tall, wide = height // rows, width // columns
    inner = images[:, : rows * tall, : columns * wide].reshape(count, rows, tall, columns, wide, channels)
    patches = inner.transpose(0, 1, 3, 2, 4, 5).reshape(count, rows * columns, tall, wide, channels)
    order = rng.random((count, rows * columns)).argsort(axis=1)
    shuffled = patches[np.arange(count)[:, None], order].reshape(count, rows, columns, tall, wide, channels)
    changed = images.copy()
    changed[:, : rows * tall, : columns * wide] = shuffled.transpose(0, 1, 3, 2, 4, 5).reshape(
        count, rows * tall, columns * wide, channels
    )
    return with_noise_control(batch, changed, rng)


HUNCH = HunchInfo(
    name="texture_only",
    title="Texture only",
    family="structure",
    kind="dependence",
    Settings=TextureOnlySettings,
    plain="Cuts the picture into patches and shuffles them: textures and colours stay, shapes are lost.",
    says=("texture", "shuffle", "shuffle rectangle", "only texture", "object texture"),
    action="Shuffling the picture's patches",
    control=NOISE,
    supported="The network needs the arrangement: shapes matter.",
    rejected="The network hardly needs the arrangement: textures and colours are enough.",
    change=change,
    order=280,
)
