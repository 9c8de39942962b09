"""Read one picture file of any common kind as 8-bit pixels, without trusting it."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from PIL import Image, ImageOps, features

from core.errors import DataError
from core.limits import Limits

Fit = Literal["crop", "pad", "stretch"]
Change = Literal["turned", "transparent", "cmyk", "animated", "deep", "deep_colour", "floating"]
ENDINGS = (
    ".jpg", ".jpeg", ".jfif", ".jpe", ".png", ".apng", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm",
    ".pnm", ".avif", ".heic", ".heif",
)  # fmt: skip
SMALLEST_SIDE = 8
PAD = (128, 128, 128)
SLOW_CODECS = ("ppm", "ppm_plain", "bmp_rle")  # Pillow decodes these in Python, pixel by pixel
MOST_SLOW_PIXELS = 2_000_000
SCANS = 16  # a progressive photograph has about ten scans; each costs a pass over all of its pixels
FINE = 3  # a picture is shrunk by a whole factor to about this many times its final size, and then by resampling
STRIP = 2_000_000  # pixels that are converted at a time
DEPTHS = (8, 10, 12, 14, 16)  # bits in which cameras and scanners measure
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Picture:
    """What was in a file, made to fit.

    Args:
        pixels: uint8 (H, W, C), or uint16 (H, W, 1) for a grey of more than 8 bits, as the file counts it.
        changes: what had to be done to it.
        bits: the bits that its largest value takes, for a grey of more than 8; else 8.
    """

    pixels: np.ndarray
    changes: frozenset[Change]
    bits: int = 8


def decode(
    content: bytes,
    *,
    size: int | tuple[int, int] | None = None,
    colour: bool = True,
    fit: Fit = "crop",
    limits: Limits | None = None,
) -> np.ndarray:
    """Turn a file's bytes into pixels, upright as its EXIF says, transparent parts on white.

    Args:
        content: the whole file.
        size: side, or height and width, in pixels of the result; None keeps the picture's own.
        colour: three channels, red first; otherwise one.
        fit: how another shape is made to fit: "crop" cuts the longer side, "pad" adds grey, "stretch" distorts.
        limits: how large a picture may be; by default what the environment says.

    Returns:
        uint8 (H, W, 3) or (H, W, 1).

    Raises:
        DataError: with the reason, when this is no picture, or one that is too small, too large or broken.
    """
    picture = read_picture(content, size=size, colour=colour, fit=fit, limits=limits)
    return eight_bits(picture.pixels, picture.bits, colour=colour)


def read_picture(
    content: bytes,
    *,
    size: int | tuple[int, int] | None = None,
    colour: bool = True,
    fit: Fit = "crop",
    limits: Limits | None = None,
) -> Picture:
    """As `decode`, and say what was changed; a grey of more than 8 bits keeps them.

    How many bits a camera filled can only be told from many pictures, so whoever reads a folder decides it for all
    (`eight_bits`): stretched one by one, dark pictures would become bright.
    """
    wanted = (size, size) if isinstance(size, int) else size
    try:
        picture = _opened(content, limits or Limits.from_environment())
        changes = _changes(picture)
        if wanted is not None:
            picture.draft("RGB", (wanted[1] * 2, wanted[0] * 2))  # a large JPEG is decoded at a fraction of its size
        orientation = picture.getexif().get(ORIENTATION, 1)
        picture.load()
        deep = picture.mode.startswith("I")
        top = _top(picture) if deep else 0
        flat = _shrunk(picture, _turned(wanted, orientation), fit)
        if orientation in UPRIGHT:
            flat = flat.transpose(UPRIGHT[orientation])
    except _BROKEN as error:
        if isinstance(error, DataError):
            raise
        raise DataError("A picture file that can be read", "a file that is broken or no picture") from error
    if flat.mode != "F":
        flat = flat.convert("RGB" if colour else "L")
    fitted = flat if wanted is None else _fitted(flat, wanted, fit)
    pixels = np.asarray(fitted)
    if not deep:
        return Picture(pixels if colour else pixels[..., None], changes)
    bits = next((bits for bits in DEPTHS if top < 2**bits), DEPTHS[-1])
    kept = (pixels + 0.5).clip(0, 2**bits - 1).astype(np.uint16)[..., None]
    return Picture(kept, changes if bits > 8 else changes - {"deep"}, bits)


def eight_bits(pixels: np.ndarray, bits: int, *, colour: bool) -> np.ndarray:
    """Deep greys brought to 8 bits; others as they are.

    Args:
        pixels: uint8 (H, W, C), or uint16 (H, W, 1).
        bits: the bits of the brightest value that the camera could have given.
        colour: three channels in place of one.

    Returns:
        uint8 (H, W, 3) or (H, W, 1).
    """
    if pixels.dtype == np.uint8:
        return pixels
    full = 2**bits - 1
    grey = ((pixels.astype(np.uint32).clip(0, full) * 255 + full // 2) // full).astype(np.uint8)
    return np.repeat(grey, 3, axis=-1) if colour else grey


def decoding_cost(content: bytes, limits: Limits) -> int:
    """How many pixels there are to decode, by the file's header alone; 0 for what will be refused.

    A JPEG of hundreds of scans counts many times: each of them is a pass over all pixels.
    """
    try:
        wide, tall = _opened(content, limits).size
    except _BROKEN:
        return 0
    return wide * tall * (1 + content.count(b"\xff\xda") // SCANS)


def _opened(content: bytes, limits: Limits) -> Image.Image:
    """The picture by its header; DataError where it is not worth decoding."""
    formats = _formats()
    if "HEIF" not in formats and content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"msf1"):
        raise DataError(
            "A picture of a kind that is read here",
            "a HEIC file",
            "Install pillow-heif (pip install -r requirements-heif.txt), or save it as JPEG.",
        )
    allowed = f"Pictures may have {SMALLEST_SIDE} pixels a side up to {limits.picture_pixels / 10**6:g} million in all"
    try:
        picture = Image.open(io.BytesIO(content), formats=formats)
    except Image.DecompressionBombError:
        raise DataError(allowed, "a picture that is far larger") from None
    wide, tall = picture.size
    if min(wide, tall) < SMALLEST_SIDE or wide * tall > limits.picture_pixels:
        raise DataError(allowed, f"{wide} by {tall}")
    if wide * tall > MOST_SLOW_PIXELS and any(tile[0] in SLOW_CODECS for tile in getattr(picture, "tile", ())):
        raise DataError("A large picture in a common kind of file", "one that is slow to decode", "Save it as PNG.")
    return picture


@cache
def _formats() -> tuple[str, ...]:
    """The kinds of files that are decoded, whatever else Pillow knows."""
    found = ["JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM"]
    if features.check("avif"):
        found.append("AVIF")
    with contextlib.suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener()
        found.append("HEIF")
    return tuple(found)


def _changes(picture: Image.Image) -> frozenset[Change]:
    """What will be done to a picture that is not plain 8-bit colour or grey."""
    deep_colour = picture.mode.startswith("RGB") and any(";16" in str(tile[3]) for tile in getattr(picture, "tile", ()))
    turned = picture.getexif().get(ORIENTATION, 1) in UPRIGHT or (picture.info.get("original_orientation") or 1) != 1
    seen: dict[Change, bool] = {
        "turned": turned,
        "transparent": _see_through(picture),
        "cmyk": picture.mode == "CMYK",
        "animated": bool(getattr(picture, "is_animated", False)) and picture.format != "MPO",
        "deep": picture.mode.startswith("I"),
        "deep_colour": deep_colour,
        "floating": picture.mode == "F",
    }
    return frozenset(change for change, happened in seen.items() if happened)


def _see_through(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info


def _top(picture: Image.Image) -> float:
    """The largest value of a picture of whole numbers."""
    return float(picture.getextrema()[1])  # type: ignore[arg-type]  # one band, so a pair of numbers


def _turned(wanted: tuple[int, int] | None, orientation: int) -> tuple[int, int] | None:
    """Height and width before the picture is turned upright."""
    return wanted[::-1] if wanted is not None and orientation >= 5 else wanted


def _shrunk(picture: Image.Image, wanted: tuple[int, int] | None, fit: Fit) -> Image.Image:
    """The picture in 8 bits a channel (or as floats, where it has more), opaque, at a few times its final size.

    It is done strip by strip, so that a large picture never lies in memory several times over.
    """
    left, top, right, bottom = _needed(picture.size, wanted, fit)
    wide, tall = right - left, bottom - top
    across, down = _factors((wide, tall), wanted, fit)
    low, high = _range(picture)
    rows = max(1, STRIP // wide // down) * down
    result: Image.Image | None = None
    for start in range(0, tall, rows):
        strip = picture.crop((left, top + start, right, min(bottom, top + start + rows)))
        flat = _flat(strip, low, high)
        small = flat.reduce((across, down)) if (across, down) != (1, 1) else flat
        if result is None:
            result = Image.new(small.mode, (small.width, -(-tall // down)))
        result.paste(small, (0, start // down))
    assert result is not None
    return result


def _needed(size: tuple[int, int], wanted: tuple[int, int] | None, fit: Fit) -> tuple[int, int, int, int]:
    """The box that is looked at: all of it, or the middle where most of a long picture is cut away."""
    wide, tall = size
    if wanted is None or fit != "crop":
        return 0, 0, wide, tall
    most_wide, most_tall = (
        max(1, 2 * short * wanted[1 - axis] // wanted[axis]) for axis, short in ((0, tall), (1, wide))
    )
    left, top = max(0, (wide - most_wide) // 2), max(0, (tall - most_tall) // 2)
    return left, top, wide - left, tall - top


def _factors(size: tuple[int, int], wanted: tuple[int, int] | None, fit: Fit) -> tuple[int, int]:
    """By which whole factors the picture is shrunk across and down before it is resampled."""
    if wanted is None:
        return 1, 1
    ratios = (size[0] / wanted[1] / FINE, size[1] / wanted[0] / FINE)
    if fit == "crop":
        ratios = (min(ratios),) * 2
    elif fit == "pad":
        ratios = (max(ratios),) * 2
    across, down = (max(1, min(int(ratio), side)) for ratio, side in zip(ratios, size, strict=True))
    return across, down


def _range(picture: Image.Image) -> tuple[float, float]:
    """The values that become black and white in a picture of floats."""
    if picture.mode != "F":
        return 0.0, 1.0
    values = np.asarray(picture)
    finite = values[np.isfinite(values)]
    return (float(min(finite.min(), 0.0)), float(max(finite.max(), 1.0))) if finite.size else (0.0, 1.0)


def _flat(picture: Image.Image, low: float, high: float) -> Image.Image:
    """A strip with nothing to see through; whole numbers of more than 8 bits as floats."""
    if picture.mode == "F":
        values = np.nan_to_num(np.asarray(picture), posinf=high, neginf=low).astype(np.float64)
        return Image.fromarray(((values - low) / (high - low) * 255 + 0.5).clip(0, 255).astype(np.uint8))
    if picture.mode.startswith("I"):
        return Image.fromarray(np.asarray(picture).astype(np.float32))
    if _see_through(picture):
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, clear).convert("RGB")
    return picture if picture.mode == "L" else picture.convert("RGB")


def _fitted(picture: Image.Image, size: tuple[int, int], fit: Fit) -> Image.Image:
    turned = (size[1], size[0])
    if fit == "crop":
        return ImageOps.fit(picture, turned, Image.Resampling.BICUBIC)
    if fit == "pad":
        return ImageOps.pad(picture, turned, Image.Resampling.BICUBIC, color=PAD if picture.mode == "RGB" else PAD[0])
    return picture.resize(turned, Image.Resampling.BICUBIC)
