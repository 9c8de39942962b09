"""Compress the images."""

from __future__ import annotations

import cv2
import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import WHITE, ImageBatch
from core.images.masks import map_images
from core.settings import Settings, setting


class JpegSettings(Settings):
    """Settings of the compression."""

    quality: int = setting(15, "JPEG quality: 1 is the lowest, 100 the highest.", low=1, high=100, step=1)


def change(batch: ImageBatch, rng: np.random.Generator, settings: JpegSettings) -> Treatment:
    """Write as JPEG and read back; the control is a random change of equal energy."""
    return with_noise_control(batch, compress(batch.pictures, settings.quality), rng)


def compress(images: np.ndarray, quality: int) -> np.ndarray:
    """Images, float (N, H, W, C) in 0..255, written as JPEG with a quality of 1 to 100 and read back."""
    return map_images(images, lambda picture: _compress_image(picture, quality))


def _compress_image(image: np.ndarray, quality: int) -> np.ndarray:
    # OpenCV takes the first channel for blue; turned round, so that luma and chroma are what they should be.
    written = np.clip(image[..., ::-1] + 0.5, 0, WHITE).astype(np.uint8)
    _, content = cv2.imencode(".jpg", written, [cv2.IMWRITE_JPEG_QUALITY, quality])
    read = np.asarray(cv2.imdecode(content, cv2.IMREAD_UNCHANGED)).reshape(image.shape)
    return read[..., ::-1].astype(np.float32)


HUNCH = HunchInfo(
    name="jpeg",
    title="JPEG compression",
    family="detail",
    kind="robustness",
    Settings=JpegSettings,
    plain="Compresses the picture strongly, which leaves visible blocks.",
    says=("jpeg", "compression", "quality", "jpeg quality"),
    action="Compressing the picture",
    control=NOISE,
    supported="The network is sensitive to compression, or relies on its traces.",
    rejected="Compression affects the network no more than a random change of this size.",
    change=change,
    order=220,
)
