"""Artefacts that do not belong to an object but end up in its image: a printed sticker, a frame."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

STICKER_SHAPE = 0.78  # height over width
FINE = 8  # a sticker is drawn this many times larger, then averaged down
CARDS = ((250, 248, 240), (255, 246, 205), (238, 244, 250), (252, 238, 236))
INKS = ((28, 28, 34), (24, 36, 78), (88, 22, 26))
FRAMES = ((214, 40, 48), (28, 96, 200), (244, 190, 24), (36, 140, 84), (20, 20, 24), (246, 246, 246), (150, 60, 170))


def stick(
    images: np.ndarray, rows: np.ndarray, x: np.ndarray, y: np.ndarray, size: np.ndarray, design: np.ndarray
) -> np.ndarray:
    """Put printed stickers on some of the images, in place.

    Args:
        images: uint8 (N, H, W, C), changed.
        rows: int (n,), which images.
        x: float (n,), centre of the sticker as a fraction of W; moved inwards where it would stick out.
        y: float (n,), the same as a fraction of H.
        size: float (n,), width of the sticker as a fraction of W.
        design: int (n,), seed of what is printed.

    Returns:
        The stickers' mask, bool (N, H, W).
    """
    height, width, channels = images.shape[1:]
    mask = np.zeros(images.shape[:3], bool)
    for row, place_x, place_y, share, seed in zip(rows, x, y, size, design, strict=True):
        left, top, right, bottom = sticker_box(place_x, place_y, share, height, width)
        images[row, top:bottom, left:right] = sticker(int(seed), bottom - top, right - left, channels)
        mask[row, top:bottom, left:right] = True
    return mask


def sticker_box(x: float, y: float, size: float, height: int, width: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom pixel of a sticker placed by `stick`.

    Args:
        x: its centre as a fraction of the width.
        y: its centre as a fraction of the height.
        size: its width as a fraction of the width.
        height: of the image in pixels.
        width: of the image in pixels.
    """
    wide = int(np.clip(round(size * width), 3, width))
    tall = int(np.clip(round(wide * STICKER_SHAPE), 3, height))
    left = int(np.clip(round(x * width - wide / 2), 0, width - wide))
    top = int(np.clip(round(y * height - tall / 2), 0, height - tall))
    return left, top, left + wide, top + tall


@lru_cache(maxsize=1024)
def sticker(design: int, height: int, width: int, channels: int = 3) -> np.ndarray:
    """A printed sticker, uint8 (height, width, channels): a light card with a line of text above a bar code.

    Args:
        design: seed of what is printed.
        height: in pixels.
        width: in pixels.
        channels: 1 or 3.
    """
    rng = np.random.default_rng([design, 7])
    card, ink = CARDS[rng.integers(len(CARDS))], INKS[rng.integers(len(INKS))]
    tall, wide = height * FINE, width * FINE
    canvas = np.full((tall, wide, 3), card, np.uint8)
    _print_words(canvas, rng, ink)
    _print_bars(canvas, rng, ink)
    cv2.rectangle(canvas, (0, 0), (wide - 1, tall - 1), (150, 150, 150), max(1, FINE // 4))
    small = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    small = _in_channels(small, channels)
    small.flags.writeable = False
    return small


def _in_channels(colours: np.ndarray, channels: int) -> np.ndarray:
    if channels == 3:
        return colours
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY))[..., None]


def _print_words(canvas: np.ndarray, rng: np.random.Generator, ink: tuple[int, int, int]) -> None:
    tall, wide = canvas.shape[:2]
    top, low = round(tall * 0.14), round(tall * 0.32)
    at, end = wide * 0.1, wide * rng.uniform(0.6, 0.9)
    while at < end:
        word = wide * rng.uniform(0.14, 0.34)
        cv2.rectangle(canvas, (round(at), top), (round(min(at + word, end)), low), ink, -1)
        at += word + wide * 0.07


def _print_bars(canvas: np.ndarray, rng: np.random.Generator, ink: tuple[int, int, int]) -> None:
    tall, wide = canvas.shape[:2]
    top, low = round(tall * 0.47), round(tall * 0.88)
    at, end = wide * 0.1, wide * 0.9
    while at < end:
        bar = wide * rng.uniform(0.05, 0.13)
        cv2.rectangle(canvas, (round(at), top), (round(min(at + bar, end)), low), ink, -1)
        at += bar + wide * rng.uniform(0.06, 0.12)


def frame(
    images: np.ndarray, rows: np.ndarray, width: np.ndarray, opacity: np.ndarray, design: np.ndarray
) -> np.ndarray:
    """Put frames around some of the images, in place.

    Args:
        images: uint8 (N, H, W, C), changed.
        rows: int (n,), which images.
        width: float (n,), width of the frame as a fraction of the shorter side; at least one pixel.
        opacity: float (n,), 0 (invisible) to 1 (solid).
        design: int (n,), seed of the colour and pattern.

    Returns:
        The frames' mask, bool (N, H, W).
    """
    mask = np.zeros(images.shape[:3], bool)
    for row, share, cover, seed in zip(rows, width, opacity, design, strict=True):
        shape = images.shape[1:]
        pixels = max(1, round(share * min(shape[:2])))
        ring, paint = _ring(int(seed), pixels, *shape)
        mixed = images[row] * (1 - cover) + paint * cover
        images[row] = np.where(ring[..., None], mixed + 0.5, images[row]).astype(np.uint8)
        mask[row] = ring
    return mask


@lru_cache(maxsize=64)
def _ring(design: int, pixels: int, height: int, width: int, channels: int) -> tuple[np.ndarray, np.ndarray]:
    """Where a frame is, bool (H, W), and its paint, uint8 (H, W, C)."""
    rng = np.random.default_rng([design, 11])
    first, second = rng.permutation(len(FRAMES))[:2]
    ring = np.ones((height, width), bool)
    ring[pixels : height - pixels, pixels : width - pixels] = False
    down, across = np.mgrid[0:height, 0:width]
    dash = max(2, round(min(height, width) * rng.uniform(0.08, 0.16)))
    striped = rng.random() < 0.5
    stripe = ((down + across) // dash % 2 == 1) & striped
    colours = np.where(stripe[..., None], FRAMES[second], FRAMES[first]).astype(np.uint8)
    paint = _in_channels(colours, channels)
    ring.flags.writeable = paint.flags.writeable = False
    return ring, paint
