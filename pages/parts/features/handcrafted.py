"""Hand-made features beside learned ones: how far edges and gradients alone go, and where the two disagree."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core import render
from core import text as words
from core.features.handcrafted_features import (
    LINEAR,
    NETWORK,
    HandcraftedComparison,
    HandcraftedSettings,
    edge_map,
    handcrafted_features,
    stroke_picture,
)
from core.glossary import meaning
from pages.parts.features import charts as features_charts
from pages.parts.features import compute as work
from pages.parts.features.compute import Asked
from pages.parts.shared import charts, frame, gallery, long_work, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile
from pages.parts.shared.progress import duration

SECONDS = 0.0025
"""For a picture, measured and learned from, on two cores."""
SIDE, CELL = 160, 16
SHOWN = 8
RIGHT = {NETWORK: "the network is right", "handmade": "hand-made is right", "neither": "neither is right"}


def draw(asked: Asked, dials: HandcraftedSettings) -> None:
    """The classic pipeline, behind a button, and what comes of it."""
    train = asked.opened.planted.splits.train
    what = ["handmade", dials.key]
    wanted = f"_handmade_{asked.opened.run.key}_{asked.data.key}_{dials.key}"
    if not st.session_state.get(wanted) and not work.is_known(asked, what):
        with st.container(border=True):
            st.header("Are learned features better than hand-made ones?", anchor=False)
            st.markdown(
                "Before networks, people measured edges and gradients and gave them to a simple classifier. Train "
                "three of those on the same pictures and compare."
            )
            st.button(
                "Train them",
                type="primary",
                icon=":material/draw:",
                key="feature_teach",
                on_click=long_work.request,
                args=(wanted,),
            )
            seconds = duration(SECONDS * (len(train) + len(asked.data)))
            style.small(f"About {seconds}, for {len(train):,} training pictures and {len(asked.data):,} to evaluate.")
        return

    def teach(on_step: Any) -> HandcraftedComparison:
        return handcrafted_features(train, asked.data, asked.model, on_step=on_step, **dials.model_dump())

    found = work.compute_once(asked, what, "Training on hand-made features", teach)
    if found is not None:
        draw_found(asked, found, dials)


def draw_found(asked: Asked, found: HandcraftedComparison, dials: HandcraftedSettings) -> None:
    """Accuracies, weights as pictures, and disagreements."""
    rows = {row["classifier"]: row for row in found.table.to_dict("records")}
    network = rows.pop(NETWORK)
    best = max(rows.values(), key=lambda row: row["accuracy"])
    frame.answer(
        winner(network, best),
        f"The network is right about {network['correct']:,} of {network['n']:,} pictures; the best of the hand-made "
        f"ones, {best['classifier']}, about {best['correct']:,}.",
        f"Intervals: network {network['low']:.1%} to {network['high']:.1%}, {best['classifier']} {best['low']:.1%} to "
        f"{best['high']:.1%} (95%, Wilson).",
    )
    st.header("How many are right", anchor=False, help=meaning("hand-made features"))
    charts.show(features_charts.accuracies(found.table, NETWORK))
    name = st.selectbox(
        "Look closer at", list(rows), key="feature_classifier", help="Which of the three.", bind="query-params"
    )
    draw_weights(asked, found, name)
    draw_disagreements(asked, found, name, dials)


def winner(network: dict[Any, Any], best: dict[Any, Any]) -> str:
    """Who is right more often, where the intervals do not overlap."""
    if network["low"] > best["high"]:
        return "Learned features win"
    return "Hand-made features win" if best["low"] > network["high"] else "No clear winner"


def draw_weights(asked: Asked, found: HandcraftedComparison, name: str) -> None:
    """A linear classifier's coefficients as pictures."""
    st.header("Evidence for each class", anchor=False)
    if name not in LINEAR:
        style.small("Neighbours have no weights: each answer is a vote of the most similar pictures.")
        return
    names = [spaced(label) for label in asked.data.class_names]
    if name in found.strokes:
        drawn = [stroke_picture(found.strokes[name][k], CELL) for k in range(len(names))]
        _show(drawn, names, "gradients that speak for", "strokes")
        style.small("Strokes along edges: orange ones speak for the class, blue ones against it.")
    if name in found.edges:
        _show(list(found.edges[name]), names, "places where an edge speaks for", "edges")
        style.small("Edges anywhere in a square: orange ones speak for the class, blue ones against it.")


def _show(maps: list[np.ndarray], names: list[str], what: str, key: str) -> None:
    tiles = [
        Tile(render.heatmap(values, signed=True), f"Map of {what} {words.with_article(name)}", name)
        for values, name in zip(maps, names, strict=True)
    ]
    gallery.show(tiles, side=SIDE, key=f"handmade_{key}")


def draw_disagreements(asked: Asked, found: HandcraftedComparison, name: str, dials: HandcraftedSettings) -> None:
    """Pictures of which the two say different things, each beside its edges."""
    table = found.disagreements(name)
    counts = table["right"].value_counts()
    st.header("Where the two disagree", anchor=False)
    told = ", ".join(f"in {counts.get(who, 0):,} {words_}" for who, words_ in RIGHT.items())
    st.markdown(f"They disagree about {len(table):,} of {len(asked.data):,} pictures: {told}.")
    names = [spaced(label) for label in asked.data.class_names]
    tiles = []
    for row in table.head(SHOWN).to_dict("records"):
        image, true = asked.data.images[row["index"]], names[row["label"]]
        edges = render.as_rgb(255 * edge_map(image, dials).astype(np.uint8))
        both = np.concatenate([render.as_rgb(image), edges], axis=1)
        said = f"network: {names[row[NETWORK]]}, hand-made: {names[row['handmade']]}"
        tiles.append(Tile(both, f"{words.with_article(true)}, and its edges as Canny finds them", f"{true}. {said}"))
    gallery.show(tiles, side=2 * gallery.SIDE, key="disagreements")
