"""A class as the network imagines it, one class against another, and the units that speak for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core import text as words
from core.features import Difference, Visualization, VisualizeSettings, contributions
from core.glossary import meaning
from core.networks.inspect import LayerInfo
from pages.parts.features import charts as features_charts
from pages.parts.features import compute as work
from pages.parts.features import pictures
from pages.parts.features.compute import Asked
from pages.parts.markdown import literal
from pages.parts.shared import charts, frame, style
from pages.parts.shared.controls import spaced

LOOKED_AT = 64
SPEAKERS = 6


def draw(
    asked: Asked, target: int, against: int | None, making: VisualizeSettings, info: LayerInfo, *, mattered: bool
) -> None:
    """The class's picture.

    Args:
        target: the class.
        against: the class that it is set against; None for none.
        info: the layer, whose units are asked what they say for the class.
        mattered: whether the pixels that mattered are laid over made pictures.
    """
    names = [spaced(name) for name in asked.data.class_names]
    answer = st.container()
    st.header("Visualised class", anchor=False, help=meaning("feature visualisation"))
    place = st.empty()
    wishes: list[Any] = [target] if against is None else [target, against, Difference(target, against)]
    titles = (
        [names[target]]
        if against is None
        else [names[target], names[against], f"{names[target]}, not {names[against]}"]
    )
    captions = [title for title in titles for _ in range(making.variants)]

    def show(seen: Visualization) -> None:
        side = pictures.LARGE if len(captions) < 4 else pictures.SMALL
        pictures.show_made(place, seen, captions, side=side, mattered=mattered)

    seen = work.pictures(asked, making, {"classes": wishes}, "Painting", show)
    if seen is not None:
        with answer:
            draw_answer(asked, target, names, seen, making)
        pictures.downloads(seen, "_".join(titles).replace(" ", "_"), "feature_class")
    with frame.boundary():
        draw_speakers(asked, target, names[target], info)


def draw_answer(asked: Asked, target: int, names: list[str], seen: Visualization, making: VisualizeSettings) -> None:
    """Whether the network takes its own picture for the class, and how real ones compare."""
    sure = float(work.sureness(asked, seen, making)[0, target])
    scores = work.logits(asked)
    name = words.with_article(names[target])
    taken = sure > 0.5
    real = "" if scores is None else (
        f" Its score for that is {seen.scores[0]:.3g}; the best of {len(asked.data):,} real pictures gets "
        f"{scores[:, target].max():.3g}."
    )  # fmt: skip
    frame.answer(
        f"{name[:1].upper()}{name[1:]}, as the network sees it",
        f"It is {words.confidence_words(sure)} sure that its own picture shows {name}.{real}",
        f"Made from grey in {seen.steps} steps. It shows what raises the score and need not look like the object.",
        tone="good" if taken else "plain",
    )


def draw_speakers(asked: Asked, target: int, name: str, info: LayerInfo) -> None:
    """Which units of the layer raise the class's score on its own pictures."""
    st.header(f"Which units of {literal(asked.layer)} speak for it", anchor=False, help=meaning("logit"))
    if not info.spatial:
        style.small("Choose a layer with maps to see its units.")
        return
    rows = np.flatnonzero(asked.data.labels == target)[:LOOKED_AT]
    if not len(rows):
        style.small(f"None of these pictures shows {words.with_article(name)}.")
        return

    def ask(_: Any) -> np.ndarray:
        return contributions(asked.model, asked.data.images[rows], target, asked.layer).channel.mean(axis=0)

    adds = work.compute_once(asked, ["speakers", target], "Asking its units", ask)
    if adds is None:
        return
    table = pd.DataFrame({"unit": np.arange(len(adds)), "adds": adds}).sort_values("adds", ascending=False)
    ends = table if len(table) <= 2 * SPEAKERS else pd.concat([table.head(SPEAKERS), table.tail(SPEAKERS)])
    charts.show(features_charts.speakers(ends, "added to its score (logit), on average"))
    style.small(
        f"Value times gradient over {len(rows)} pictures of {words.with_article(name)}: the units that raise its "
        f"score most, "
        "and those that lower it."
    )
