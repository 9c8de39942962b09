"""Pictures, raw maps and masks as the browser reads them, and painted regions as they come back."""

from __future__ import annotations

import base64
import binascii
from functools import cache
from typing import Any

import numpy as np

from core import render
from core.errors import InputError


def floats(values: np.ndarray) -> str:
    """Raw values as little-endian float32; what is not finite as 0."""
    return _text(np.nan_to_num(np.asarray(values, "<f4"), posinf=0, neginf=0).tobytes())


def bits(mask: np.ndarray) -> str:
    """A mask (H, W), one bit a pixel, row by row."""
    return _text(np.packbits(np.asarray(mask, bool).ravel()).tobytes())


def mask_of(text: str, height: int, width: int) -> np.ndarray:
    """The inverse of `bits`, for what a browser sends.

    Returns:
        bool (height, width).

    Raises:
        InputError: when it is not as many bits as the picture has pixels.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        content = b""
    if len(content) != -(-height * width // 8):
        raise InputError(
            f"A painted part should have one bit for each of the picture's {height} by {width} pixels",
            f"{len(content)} bytes",
            "Paint it again.",
        )
    return np.unpackbits(np.frombuffer(content, np.uint8), count=height * width).reshape(height, width).astype(bool)


@cache
def colour_tables() -> dict[str, str]:
    """The colours of every colour map: 256 times red, green and blue."""
    return {name: _text(render.colour_table(name).tobytes()) for name in render.COLORMAPS}


def picture(image: np.ndarray) -> str:
    """A picture as an address that holds it."""
    return render.data_url(render.as_rgb(image))


def size(values: np.ndarray) -> list[int]:
    """Width and height of what has the shape (H, W, ...)."""
    return [int(values.shape[1]), int(values.shape[0])]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def plain(found: Any) -> list[float]:
    """Shares to four decimals, which is more than a bar shows."""
    return [round(float(value), 4) for value in found]
