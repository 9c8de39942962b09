"""How the maps are drawn: the address tells it, and a fragment that computes nothing writes it there on release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import streamlit as st

from core import render
from pages.parts.shared.picture import stage
from pages.parts.shared.picture.shown import Look

NAMES = {"overlay": "overlay", "colours": "colours", "view": "show", "left": "left", "right": "right", "wipe": "wipe"}
"""What the address calls each part of a look."""
NUMBER = "_looks"


def current() -> Look:
    """The look that the address tells."""
    given = {name: st.query_params.get(key) for name, key in NAMES.items()}
    return Look.of({**given, "number": st.session_state.get(NUMBER, 0)})


def colormap(look: Look) -> render.Colormap | None:
    """The colour map of a look; None for what suits each map."""
    return next((known for known in render.COLORMAPS if known == look.colours), None)


def take(key: str) -> Callable[[], None]:
    """The callback that writes the look of the stage with this key into the address, without its defaults."""

    def write() -> None:
        look = stage.looked(key)
        st.session_state[NUMBER] = look.number
        plain = asdict(Look())
        for name, parameter in NAMES.items():
            value = getattr(look, name)
            if value != plain[name]:
                st.query_params[parameter] = f"{value:g}" if isinstance(value, float) else str(value)
            elif parameter in st.query_params:
                del st.query_params[parameter]

    return write
