"""Named colours, and changes of hue and saturation. Images are float32 (N, H, W, C) in 0..255."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from core.images.image_batch import WHITE
from core.row_blocks import row_blocks

Which = Literal["any", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"]
HUES: dict[Which, tuple[float, float]] = {
    "red": (345, 15),
    "orange": (15, 42),
    "yellow": (42, 70),
    "green": (70, 155),
    "teal": (155, 192),
    "blue": (192, 255),
    "purple": (255, 295),
    "pink": (295, 345),
}
"""Where each name begins and ends on the colour wheel, in degrees."""
SATURATED, LIT = 0.15, 0.15  # below this a pixel is grey or black and has no hue to speak of
ENOUGH = 0.02  # share of a region that must have a colour

Filling = Literal["grey", "black", "white", "red", "green", "blue", "own mean"]
_FILLS = {
    "grey": (127.5, 127.5, 127.5),
    "black": (0.0, 0.0, 0.0),
    "white": (255.0, 255.0, 255.0),
    "red": (200.0, 40.0, 40.0),
    "green": (60.0, 140.0, 60.0),
    "blue": (70.0, 130.0, 210.0),
}


def fill_colours(images: np.ndarray, filling: Filling) -> np.ndarray:
    """One fill colour per image; on greyscale images, its lightness.

    Args:
        images: float32 (N, H, W, C) in 0..255.
        filling: a colour name, or "own mean" for each image's mean colour.

    Returns:
        float32 (N, 1, 1, C).
    """
    if filling == "own mean":
        return images.mean(axis=(1, 2), keepdims=True)
    colour = np.array(_FILLS[filling], np.float32)
    if images.shape[-1] == 1:
        colour = _lightness(colour[None, None, None])[0, 0, 0]
    return np.broadcast_to(colour, (len(images), 1, 1, images.shape[-1]))


def to_greyscale(images: np.ndarray) -> np.ndarray:
    """The images without colour, with the same number of channels; greyscale images are returned as they are."""
    if images.shape[-1] == 1:
        return images
    return np.repeat(_lightness(images), 3, axis=-1)


def rotate_hue(images: np.ndarray, degrees: float | np.ndarray, which: Which = "any") -> np.ndarray:
    """Rotate the hue; greyscale images are returned as they are.

    Args:
        images: float32 (N, H, W, C) in 0..255.
        degrees: one angle for all images, or (N,).
        which: a named colour whose pixels are rotated, or "any" for all.
    """
    if images.shape[-1] == 1:
        return images
    hsv = to_hsv(images)
    chosen = _has_colour(hsv, which)
    hsv[..., 0] = (hsv[..., 0] + np.reshape(degrees, (-1, 1, 1))) % 360
    return np.where(chosen[..., None], from_hsv(hsv), images)


def mean_hues(images: np.ndarray, region: np.ndarray) -> np.ndarray:
    """The mean hue over a region, weighted by saturation and value.

    Args:
        images: float32 (N, H, W, 3) in 0..255.
        region: bool (N, H, W).

    Returns:
        degrees (N,) in 0..360.
    """
    hsv = to_hsv(images)
    weight = hsv[..., 1] * hsv[..., 2] * region
    angle = np.deg2rad(hsv[..., 0])
    return np.rad2deg(np.arctan2((weight * np.sin(angle)).sum((1, 2)), (weight * np.cos(angle)).sum((1, 2)))) % 360


def shows_colour(images: np.ndarray, region: np.ndarray, which: Which) -> np.ndarray:
    """Which images show a named colour in a region.

    Args:
        images: float32 (N, H, W, C) in 0..255.
        region: bool (N, H, W).
        which: a colour name; "any" is true of all images.

    Returns:
        bool (N,).
    """
    if which == "any":
        return np.ones(len(images), bool)
    if images.shape[-1] == 1:
        return np.zeros(len(images), bool)
    there = (_has_colour(to_hsv(images), which) & region).sum(axis=(1, 2))
    return there >= ENOUGH * np.maximum(region.sum(axis=(1, 2)), 1)


def to_hsv(images: np.ndarray) -> np.ndarray:
    """RGB in 0..255 to hue in degrees, saturation and value in 0..1."""
    return _convert(np.clip(images / WHITE, 0, 1), cv2.COLOR_RGB2HSV)


def from_hsv(hsv: np.ndarray) -> np.ndarray:
    """The inverse of `to_hsv`."""
    return _convert(hsv, cv2.COLOR_HSV2RGB) * WHITE


def to_lab(images: np.ndarray) -> np.ndarray:
    """RGB in 0..255 to CIE L*a*b*: lightness in 0..100, and two colour axes."""
    lab = np.empty(images.shape, np.float32)
    for rows in row_blocks(len(images)):
        lab[rows] = _convert(np.clip(images[rows] / WHITE, 0, 1), cv2.COLOR_RGB2LAB)
    return lab


def from_lab(lab: np.ndarray) -> np.ndarray:
    """The inverse of `to_lab`; colours outside the RGB gamut are clipped."""
    return np.clip(_convert(lab, cv2.COLOR_LAB2RGB), 0, 1) * WHITE


def _lightness(images: np.ndarray) -> np.ndarray:
    return (images @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]


def _has_colour(hsv: np.ndarray, which: Which) -> np.ndarray:
    if which == "any":
        return np.ones(hsv.shape[:-1], bool)
    start, end = HUES[which]
    hue = hsv[..., 0]
    within = (hue >= start) & (hue < end) if start < end else (hue >= start) | (hue < end)
    return within & (hsv[..., 1] > SATURATED) & (hsv[..., 2] > LIT)


def _convert(images: np.ndarray, code: int) -> np.ndarray:
    """One OpenCV call for all images, stacked vertically."""
    count, height, width, channels = images.shape
    tall = np.ascontiguousarray(images, np.float32).reshape(count * height, width, channels)
    return np.asarray(cv2.cvtColor(tall, code)).reshape(images.shape) if count else images.astype(np.float32)
