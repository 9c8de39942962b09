"""Read one picture file of any common kind as 8-bit pixels, without trusting it."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Literal

import numpy as np
from PIL import Image, ImageOps

from core.errors import DataError

Fit = Literal["crop", "pad", "stretch"]
ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
SMALLEST_SIDE = 8
MOST_PIXELS = 50_000_000  # a picture is refused by its header, before its pixels are decoded
MOST_BYTES = 64 * 2**20
PAD = (128, 128, 128)

_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
)


def decode(
    content: bytes, *, size: int | tuple[int, int] | None = None, colour: bool = True, fit: Fit = "crop"
) -> np.ndarray:
    """Turn a file's bytes into pixels, upright as its EXIF says, transparent parts on white.

    Args:
        content: the whole file.
        size: side, or height and width, in pixels of the result; None keeps the picture's own.
        colour: three channels, red first; otherwise one.
        fit: how another shape is made to fit: "crop" cuts the longer side, "pad" adds grey, "stretch" distorts.

    Returns:
        uint8 (H, W, 3) or (H, W, 1).

    Raises:
        DataError: with the reason, when this is no picture, or one that is too small, too large or broken.
    """
    try:
        picture = Image.open(io.BytesIO(content))
        _check(picture)
        wanted = (size, size) if isinstance(size, int) else size
        if wanted is not None:
            picture.draft("RGB", (wanted[1] * 2, wanted[0] * 2))  # a large JPEG is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(picture)
        flat = _flat(upright).convert("RGB" if colour else "L")
    except Image.DecompressionBombError:
        raise DataError(_ALLOWED, "a picture that is far larger") from None
    except _BROKEN as error:
        if isinstance(error, DataError):
            raise
        raise DataError("A picture file that can be read", "a file that is broken or no picture") from error
    fitted = flat if wanted is None else _fitted(flat, wanted, fit)
    pixels = np.asarray(fitted, np.uint8)
    return pixels if colour else pixels[..., None]


_ALLOWED = f"Pictures may have {SMALLEST_SIDE} pixels a side up to {MOST_PIXELS // 10**6} million in all"


def _check(picture: Image.Image) -> None:
    wide, tall = picture.size
    if min(wide, tall) < SMALLEST_SIDE or wide * tall > MOST_PIXELS:
        raise DataError(_ALLOWED, f"{wide} by {tall}")


def _flat(picture: Image.Image) -> Image.Image:
    """The picture in 8 bits a channel, with nothing to see through."""
    if picture.mode.startswith(("I", "F")):
        return Image.fromarray(_eight_bits(np.asarray(picture)))
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, clear).convert("RGB")
    return picture


def _eight_bits(values: np.ndarray) -> np.ndarray:
    """16-bit greys as a scanner or camera means them; floats by their own range."""
    if values.dtype.kind == "f":
        finite = np.nan_to_num(values.astype(np.float64))
        low, high = min(finite.min(), 0.0), max(finite.max(), 1.0)
        return ((finite - low) / (high - low) * 255 + 0.5).astype(np.uint8)
    whole = values.astype(np.int64)
    if whole.max() <= 255:
        return np.clip(whole, 0, 255).astype(np.uint8)
    return np.clip((whole + 128) // 257, 0, 255).astype(np.uint8)


def _fitted(picture: Image.Image, size: tuple[int, int], fit: Fit) -> Image.Image:
    turned = (size[1], size[0])
    if fit == "crop":
        return ImageOps.fit(picture, turned, Image.Resampling.BICUBIC)
    if fit == "pad":
        return ImageOps.pad(picture, turned, Image.Resampling.BICUBIC, color=PAD if picture.mode == "RGB" else PAD[0])
    return picture.resize(turned, Image.Resampling.BICUBIC)
