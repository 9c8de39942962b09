"""The bundled cut-outs: real product photographs from Fashion-MNIST, ten kinds, 28x28, greyscale.

A pixel of value 0 is outside the object. See assets/make_wardrobe.py for how they were cut and chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import cv2
import numpy as np
from scipy import ndimage

from core.errors import DataError

Kind = Literal["tshirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PLACES = {"train": range(0, 1000), "validation": range(1000, 1150), "test": range(1150, 1450)}
SIDE = 28
FOLDER = Path(__file__).resolve().parents[2] / "assets" / "wardrobe"

BRIGHT = 175.0  # pale cloth is lifted towards this mean, so that a tint shows on it
LIFT = 2.5  # but never more than this many times, so that noise stays noise
FULL_COVER = 0.75  # a rim pixel this bright, against its brightest neighbour, is all cloth
DEEPEST = 0.2  # the shade of a black pixel, so that an object has no holes in it


@dataclass(frozen=True, eq=False)
class Cutouts:
    """All cut-outs of one kind.

    Args:
        layers: uint8 (N, 28, 28, 2), each pixel's shade times its cover, and its cover, 255 where the object is all.
        boxes: float (N, 4), left, top, right and bottom of the object in pixels.
    """

    layers: np.ndarray
    boxes: np.ndarray


@lru_cache(maxsize=len(KINDS))
def cutouts(kind: str) -> Cutouts:
    """Read one kind's sheet; the arrays are shared and read only."""
    images = _pictures(kind)
    inside = images > 0
    cover = _cover(images, inside)
    layers = np.stack([_shade(images, inside, cover), cover], axis=-1)
    layers = (layers * 255 + 0.5).astype(np.uint8)
    boxes = _boxes(inside)
    layers.flags.writeable = boxes.flags.writeable = False
    return Cutouts(layers, boxes)


def _pictures(kind: str) -> np.ndarray:
    path = FOLDER / f"{kind}.png"
    sheet = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) if kind in KINDS else None
    if sheet is None:
        raise DataError(f"The wardrobe has {', '.join(KINDS)}", repr(kind))
    rows, columns = sheet.shape[0] // SIDE, sheet.shape[1] // SIDE
    # (rows, 28, columns, 28) -> (N, 28, 28)
    return sheet.reshape(rows, SIDE, columns, SIDE).transpose(0, 2, 1, 3).reshape(-1, SIDE, SIDE)


def _cover(images: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """How much of each pixel the object covers, 0 to 1: a pixel on its rim is a mixture with the white paper (0)."""
    rim = inside & ~ndimage.binary_erosion(inside, np.ones((1, 3, 3)))
    cloth = ndimage.maximum_filter(images, (1, 3, 3))
    share = np.minimum(images / np.maximum(cloth, 1) / FULL_COVER, 1)
    return np.where(rim, share, inside)


def _shade(images: np.ndarray, inside: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """Shade times cover, 0 to 1."""
    mean = images.sum((1, 2)) / np.maximum(inside.sum((1, 2)), 1)
    gain = np.clip(BRIGHT / mean, 1.0, LIFT)[:, None, None]
    shade = np.minimum(images * gain / 255, cover)
    return np.minimum((1 - DEEPEST) * shade + DEEPEST * cover, cover)


def _boxes(inside: np.ndarray) -> np.ndarray:
    across, down = np.asarray(inside.any(1)), np.asarray(inside.any(2))
    left, top = across.argmax(1), down.argmax(1)
    right, bottom = SIDE - across[:, ::-1].argmax(1), SIDE - down[:, ::-1].argmax(1)
    return np.stack([left, top, right, bottom], axis=1).astype(np.float64)
