"""A part of one image is taken away: what becomes of it, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import cv2
import numpy as np

from core.errors import DataError, InputError
from core.images.colours import fill_colours
from core.images.image_batch import ImageBatch, ValueScale
from core.images.masks import inpaint

Becomes = Literal["blurred", "grey", "inpainted", "another"]
BLUR = 0.08  # standard deviation, as a share of the shorter side: shapes go, colours stay


def erase_region(
    image: np.ndarray,
    region: np.ndarray,
    becomes: Becomes,
    *,
    other: np.ndarray | None = None,
    scale: ValueScale | None = None,
) -> np.ndarray:
    """One image with a region blurred, made grey, painted over from its surroundings, or taken from another image.

    Args:
        image: (H, W, C), uint8 or float.
        region: bool (H, W).
        becomes: "blurred" (Gaussian), "grey" (middle grey), "inpainted" (Telea 2004) or "another" (the same place of
            `other`).
        other: (H, W, C) in the same scale; needed for "another" alone.
        scale: the image's scale, as its data set shows it; None to infer it from this image alone.

    Returns:
        an image of the same shape, scale and number type, which equals `image` outside the region.

    Raises:
        DataError: when shapes do not fit.
        InputError: for an unknown `becomes`, or "another" without an image to take it from.
    """
    region = np.asarray(region, bool)
    if region.shape != image.shape[:2]:
        raise DataError(f"The region should have the image's shape {image.shape[:2]}", f"{region.shape}")
    if becomes == "another":
        return np.where(region[..., None], _checked(other, image), image)
    if becomes not in _FILLINGS:
        raise InputError(f"An erased part becomes one of {', '.join(get_args(Becomes))}", f"{becomes!r}")
    batch = ImageBatch.of(image[None], np.zeros(1, int), scale=scale)
    filling = batch.to_dataset_scale(_FILLINGS[becomes](batch.pictures, region[None]))[0]
    return np.where(region[..., None], filling, image)


def _checked(other: np.ndarray | None, image: np.ndarray) -> np.ndarray:
    if other is None:
        raise InputError("An erased part that becomes another image's needs that image", "none")
    if other.shape != image.shape:
        raise DataError(f"The other image should have the shape {image.shape}", f"{other.shape}")
    return other.astype(image.dtype)


def _blurred(pictures: np.ndarray, region: np.ndarray) -> np.ndarray:  # noqa: ARG001 - all fillings are called alike
    picture = pictures[0]
    return cv2.GaussianBlur(picture, (0, 0), BLUR * min(picture.shape[:2])).reshape(pictures.shape)


def _grey(pictures: np.ndarray, region: np.ndarray) -> np.ndarray:  # noqa: ARG001
    return np.broadcast_to(fill_colours(pictures, "grey"), pictures.shape)


_FILLINGS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "blurred": _blurred,
    "grey": _grey,
    "inpainted": inpaint,
}
