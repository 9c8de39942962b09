"""Raw maps as pictures. Signed and unsigned maps are kept apart; a constant map stays plain."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from typing import Any, Literal

import cv2
import numpy as np
from PIL import Image

from core.errors import InputError

Colormap = Literal["cividis", "magma", "viridis", "inferno", "diverging"]
COLORMAPS: tuple[Colormap, ...] = ("cividis", "magma", "viridis", "inferno", "diverging")
_DIVERGING = ("#0b3c6f", "#4b82b8", "#f7f5f0", "#e08a3c", "#8a3d05")


def normalise(values: np.ndarray, *, signed: bool = False, clip: float = 99.5) -> np.ndarray:
    """A map as numbers in 0..1, or in -1..1 about zero where it is signed.

    Args:
        values: (H, W), any finite numbers.
        signed: whether zero is the middle rather than the bottom.
        clip: the percentile at which the scale ends, so that one wild pixel does not darken the rest.

    Returns:
        float32 (H, W); all zeros for a map that is the same everywhere.
    """
    values = np.asarray(values, np.float32)
    low, high = limits(values, signed=signed, clip=clip)
    if not high > low:
        return np.zeros_like(values)
    return np.clip(values / high, -1, 1) if signed else np.clip((values - low) / (high - low), 0, 1)


def limits(values: np.ndarray, *, signed: bool = False, clip: float = 99.5) -> tuple[float, float]:
    """The values at which the scale of a map begins and ends; equal for a map that is the same everywhere.

    Args:
        values: (H, W), any finite numbers.
        signed: whether zero is the middle: the ends then lie as far below it as above.
        clip: the percentile at which the scale ends.
    """
    values = np.asarray(values, np.float32)
    if signed:
        sizes = np.abs(values)
        end = float(np.percentile(sizes, clip) or sizes.max())
        return -end, end
    low, high = float(values.min()), float(np.percentile(values, clip))
    return low, high if high > low else float(values.max())


def heatmap(map: np.ndarray, colormap: Colormap | None = None, *, signed: bool | None = None) -> np.ndarray:
    """A map in colours.

    Args:
        map: (H, W) raw values.
        colormap: a name from `COLORMAPS`; by default diverging for signed maps and magma for the rest.
        signed: whether the map is drawn about zero; by default whether it has values below zero.

    Returns:
        uint8 (H, W, 3).
    """
    if signed is None:
        signed = bool(np.min(map) < 0)
    scaled = normalise(map, signed=signed)
    place = (scaled + 1) / 2 if signed else scaled
    return colour_table(colormap or ("diverging" if signed else "magma"))[np.rint(place * 255).astype(np.uint8)]


def overlay(
    image: np.ndarray,
    map: np.ndarray,
    alpha: float = 0.5,
    colormap: Colormap | None = None,
    *,
    signed: bool | None = None,
) -> np.ndarray:
    """A map laid over its picture.

    Args:
        image: (H, W, 3) or (H, W, 1), uint8 or float in 0..255.
        map: (H, W) raw values; resized to the picture where it is smaller.
        alpha: how much of the map shows, 0..1. Default 0.5.
        colormap: as for `heatmap`.
        signed: as for `heatmap`.

    Returns:
        uint8 (H, W, 3).
    """
    if not 0 <= alpha <= 1:
        raise InputError("The overlay's strength should lie in 0 to 1", f"{alpha}")
    picture = as_rgb(image)
    values = resize_map(map, picture.shape[:2])
    return cv2.addWeighted(picture, 1 - alpha, heatmap(values, colormap, signed=signed), alpha, 0)


def resize_map(map: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A map (h, w) on a grid of another shape (H, W), bilinear, float32."""
    values: np.ndarray = np.asarray(map, np.float32)
    if values.shape == tuple(shape):
        return values
    return np.asarray(cv2.resize(values, tuple(shape)[::-1], interpolation=cv2.INTER_LINEAR))


def as_rgb(image: np.ndarray) -> np.ndarray:
    """A picture as uint8 (H, W, 3), whether it was grey or float; floats are taken to lie in 0..255."""
    picture: Any = np.asarray(image)
    if picture.ndim == 2:
        picture = picture[..., None]
    if picture.dtype != np.uint8:
        picture = np.clip(np.nan_to_num(picture), 0, 255).astype(np.uint8)
    rgb: np.ndarray = np.repeat(picture, 3, axis=-1) if picture.shape[-1] == 1 else picture
    return rgb


def enlarge(image: np.ndarray, side: int) -> np.ndarray:
    """A small picture enlarged by a whole factor with hard pixels, to about `side` pixels wide."""
    factor = max(1, round(side / image.shape[1]))
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST)


def thumbnail(image: np.ndarray, side: int) -> np.ndarray:
    """A picture about `side` pixels wide: a small one enlarged with hard pixels, a large one averaged down."""
    height, width = image.shape[:2]
    if width <= side:
        return enlarge(image, side)
    return cv2.resize(image, (side, max(1, round(height * side / width))), interpolation=cv2.INTER_AREA)


def png(image: np.ndarray, *, compress_level: int = 6) -> bytes:
    """A picture, uint8 (H, W, 3), as a PNG file.

    Args:
        image: the picture.
        compress_level: of zlib, 0 (fastest) to 9 (smallest).
    """
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", compress_level=compress_level)
    return buffer.getvalue()


def data_url(image: np.ndarray) -> str:
    """The same as an address that holds it, encoded quickly: somebody waits for the page that it is in."""
    return f"data:image/png;base64,{base64.b64encode(png(image, compress_level=1)).decode()}"


@lru_cache(maxsize=len(COLORMAPS))
def colour_table(name: str) -> np.ndarray:
    """The colours of a colour map, from its lowest value to its highest: uint8 (256, 3)."""
    if name == "diverging":
        stops = np.array([[int(code[i : i + 2], 16) for i in (1, 3, 5)] for code in _DIVERGING], float)
        places = np.linspace(0, 1, len(stops))
        lanes = [np.interp(np.linspace(0, 1, 256), places, stops[:, lane]) for lane in range(3)]
        return np.rint(np.stack(lanes, axis=-1)).astype(np.uint8)
    if name not in COLORMAPS:
        raise InputError(f"The colour maps are {', '.join(COLORMAPS)}", name)
    code = getattr(cv2, f"COLORMAP_{name.upper()}")
    table = cv2.applyColorMap(np.arange(256, dtype=np.uint8)[:, None], code)
    return cv2.cvtColor(table, cv2.COLOR_BGR2RGB)[:, 0]
