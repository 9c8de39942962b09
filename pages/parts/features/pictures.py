"""Made pictures, examples with the region in view, and their downloads."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import render
from core import text as words
from core.features import Responses, Visualization, strongest_pictures
from pages.parts.features.compute import Asked
from pages.parts.shared import gallery, style
from pages.parts.shared.gallery import Tile

LARGE, SMALL = 224, 108
POINTED = 6  # pictures of a unit that one points at
SHARP = 448  # pixels of a downloaded picture's side, about
FRAME = (255, 255, 255), (20, 24, 27)
EDGE = 2


def best_of(asked: Asked, found: Responses, unit: int) -> list[np.ndarray]:
    """The pictures that a unit responds to most, to be shown while one points at it."""
    return [asked.data.images[index] for index in strongest_pictures(found, unit, POINTED)]


def as_bytes(picture: np.ndarray) -> np.ndarray:
    """A picture of 0..1 as uint8 (H, W, 3)."""
    return render.as_rgb(255 * picture)


def show_made(
    place: DeltaGenerator,
    seen: Visualization,
    captions: list[str],
    *,
    side: int,
    mattered: bool,
    beside: Sequence[Tile] = (),
) -> None:
    """Draw made pictures in a place, in the stead of what was there.

    Args:
        captions: what each is of.
        mattered: whether the pixels on which the answer depended most are laid over.
        beside: what is shown after them.
    """
    with place.container(), st.container(horizontal=True, gap="small"):
        for picture, importance, caption in zip(seen.pictures, seen.importance, captions, strict=True):
            image = as_bytes(picture)
            image = render.overlay(image, importance, 0.6, signed=False) if mattered else image
            with st.container(width=side, gap="xxsmall"):
                alt = f"Picture that activates {caption}, after {seen.steps} steps"
                gallery.picture(image, alt, side)
                style.small(caption)
        for tile in beside:
            with st.container(width=side, gap="xxsmall"):
                gallery.picture(tile.image, tile.alt, side)
                style.small(tile.caption)
        if seen.silent.any():
            style.small(silence([caption for caption, still in zip(captions, seen.silent, strict=True) if still]))


def silence(captions: list[str]) -> str:
    """Why pictures came out as noise, in words."""
    return (
        f"No change of the picture moves {words.join_words(captions)}, from wherever it starts, so what is shown is "
        "noise. Real pictures tell more about it."
    )


def outlined(image: np.ndarray, region: np.ndarray) -> np.ndarray:
    """A picture, enlarged, with a light and a dark line round a region (top, left, bottom, right)."""
    picture = render.enlarge(render.as_rgb(image), SMALL * 2).copy()
    factor = len(picture) // len(image)
    top, left, bottom, right = (int(end) * factor for end in region)
    for inset, colour in zip((0, EDGE), FRAME, strict=True):
        rows, columns = slice(top + inset, bottom - inset), slice(left + inset, right - inset)
        for line in (
            (slice(top + inset, top + inset + EDGE), columns),
            (slice(bottom - inset - EDGE, bottom - inset), columns),
            (rows, slice(left + inset, left + inset + EDGE)),
            (rows, slice(right - inset - EDGE, right - inset)),
        ):
            picture[line] = colour
    return picture


def downloads(seen: Visualization, name: str, key: str) -> None:
    """Buttons that save the pictures: one PNG with all of them, or the raw numbers."""
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "PNG", _png(seen), f"{name}.png", "image/png", key=f"{key}_png", icon=":material/download:",
            help="All of them side by side, as they are shown.",
        )  # fmt: skip
        st.download_button(
            "NPY", _npy(seen.pictures), f"{name}.npy", "application/octet-stream", key=f"{key}_npy",
            icon=":material/download:", help="The raw values, 0 to 1, as a NumPy file.",
        )  # fmt: skip
    if seen.cancelled:
        style.small(f"Stopped after {seen.steps} steps.")


def _png(seen: Visualization) -> bytes:
    return render.png(np.concatenate([render.enlarge(as_bytes(picture), SHARP) for picture in seen.pictures], axis=1))


def _npy(pictures: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, pictures)
    return buffer.getvalue()
