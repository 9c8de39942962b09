"""Pictures side by side, wrapping on a narrow screen, enlarged with hard pixels and sent as PNG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.render import as_rgb
from pages.parts.markdown import literal
from pages.parts.shared import style
from pages.parts.shared.charts import data_url, thumbnail_url
from pages.parts.state import presentation_mode

SIDE = 112
UNDER_POINTER = 64  # pixels that each of the pictures under the pointer is wide


@dataclass(frozen=True)
class Tile:
    """One picture of a gallery.

    Args:
        image: (H, W, C), uint8 or float in 0..255.
        alt: what it shows, for whoever cannot see it.
        caption: a few words beneath, plain or `Markdown`; may be empty.
        on_click: called with `argument` when the picture is pressed; None where pressing it does nothing.
        argument: what `on_click` gets.
        button: the words on a button beneath, which is pressed in place of the picture; empty for none.
        under_pointer: pictures that appear in the browser while the pointer or the keyboard is on a picture that can be
            pressed.
    """

    image: np.ndarray
    alt: str
    caption: str = ""
    on_click: Callable[..., None] | None = None
    argument: int = 0
    button: str = ""
    under_pointer: Sequence[np.ndarray] = ()


def show(tiles: Sequence[Tile], *, side: int = SIDE, key: str = "gallery") -> None:
    """Draw the tiles in rows as wide as the screen allows.

    Args:
        side: about how wide each picture is drawn, in pixels.
        key: tells the buttons of several galleries on one screen apart.
    """
    side = presentation_mode.scaled_side(side)
    with st.container(horizontal=True, gap="small"):
        for number, tile in enumerate(tiles):
            with st.container(width=side, gap="xxsmall"):
                _draw_picture(tile, side, f"{key}_{number}")
                if tile.caption:
                    style.small(tile.caption)
                if tile.button:
                    _draw_button(tile, tile.button, f"{key}_{number}")


def _draw_picture(tile: Tile, side: int, key: str) -> None:
    """The picture, which is itself the button where there is no other: the button lies over it, unseen."""
    if tile.on_click is None or tile.button:
        picture(tile.image, tile.alt, side)
        return
    with st.container(width=side, gap=None, key=f"thumbnail_{key}"):
        picture(tile.image, tile.alt, side)
        _draw_button(tile, f"Open: {tile.alt}, {tile.caption}" if tile.caption else f"Open: {tile.alt}", key)
        if tile.under_pointer:
            _draw_under_pointer(tile.under_pointer)


def _draw_under_pointer(images: Sequence[np.ndarray]) -> None:
    """What a style sheet alone shows and hides, so that no server is asked."""
    addresses = [thumbnail_url(as_rgb(image), UNDER_POINTER) for image in images]
    shown = "".join(f'<img src="{address}" alt="" width="{UNDER_POINTER}">' for address in addresses)
    st.html(f'<div class="under-pointer" aria-hidden="true">{shown}</div>')


def _draw_button(tile: Tile, label: str, key: str) -> None:
    st.button(literal(label), key=key, type="tertiary", on_click=tile.on_click, args=(tile.argument,))


def picture(image: np.ndarray, alt: str, side: int) -> None:
    """One picture, `side` pixels wide."""
    # Twice as many pixels as are drawn keeps hard edges hard on a fine screen. They travel inside the page: a script
    # that is stopped half way takes away the files of whatever it has not drawn again, while that is still in sight.
    st.image(data_url(as_rgb(image), 2 * side), width=side, alt=alt)
