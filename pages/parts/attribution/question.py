"""What is asked about a picture: which class, rather than which, by which methods, drawn how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import render
from core.attribution import Contrast
from core.glossary import meaning
from core.settings import Settings, digest
from pages.parts.attribution import methods as attribution_methods
from pages.parts.attribution.picture import Picture
from pages.parts.shared import style
from pages.parts.shared.controls import DECIDE, spaced
from pages.parts.shared.picture import address
from pages.parts.shared.picture.shown import Look
from pages.parts.state import caches
from pages.parts.state.current_run import Opened

OWN_ANSWER, ANY_OTHER = "its own answer", "any other class"


@dataclass(frozen=True, eq=False)
class Question:
    """One picture, and all that the dials ask about it.

    Args:
        picture: the picture.
        target: None for the network's own answer, a class, or a contrast of two.
        layer: the layer whose maps are read; None for the last convolution's.
        methods: the methods to show, with the settings of each.
        look: how the maps are drawn.
        compare: whether tf-explain's maps are shown too.
    """

    picture: Picture
    target: int | Contrast | None
    layer: str | None
    methods: dict[str, Settings]
    look: Look
    compare: bool

    @property
    def strength(self) -> float:
        """How much of a map is laid over the picture, 0..1."""
        return self.look.overlay

    @property
    def colormap(self) -> render.Colormap | None:
        """The colours of the maps; None for what suits each."""
        return address.colormap(self.look)

    def key(self, run: str, method: str, settings: Settings) -> str:
        """Everything that a map of this question depends on."""
        asked: Any = [self.target.target, self.target.against] if isinstance(self.target, Contrast) else self.target
        return digest([run, self.picture.key, asked, self.layer, method, settings.key])


def draw(opened: Opened, class_names: tuple[str, ...], picture: Picture) -> Question:
    """The dials of the maps."""
    target = draw_target(class_names, picture)
    place = st.container()
    layer = draw_layer(opened)
    with place:
        methods = attribution_methods.draw(opened, layer)
    beside = st.toggle("Beside tf-explain", key="compare", help=meaning("tf-explain"), bind="query-params")
    return Question(picture, target, layer, methods, address.current(), beside)


def draw_target(class_names: tuple[str, ...], picture: Picture) -> int | Contrast | None:
    """Which answer's evidence to show, and against which."""
    names = [spaced(name) for name in class_names]
    target = st.selectbox(
        "Explain", [OWN_ANSWER, *names], key="target", help="Which answer's evidence to show.", bind="query-params"
    )
    against = st.selectbox(
        "Rather than", [ANY_OTHER, *names], key="against", help=meaning("contrast"), bind="query-params"
    )
    asked = names.index(target) if target in names else None
    if against not in names:
        return asked
    first = picture.answer if asked is None else asked
    if first == names.index(against):
        style.small(f"{names[first].capitalize()} rather than {names[first]} is no question; choose two classes.")
        return asked
    return Contrast(first, names.index(against))


def draw_layer(opened: Opened) -> str | None:
    """The layer whose maps are read; None for the last convolution's."""
    paths = [layer.path for layer in caches.layers(opened.run.key, opened.run) if layer.spatial]
    layer = st.selectbox("Layer", [DECIDE, *paths], key="layer", help=meaning("layer"), bind="query-params")
    return None if layer == DECIDE else layer
