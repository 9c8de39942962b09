"""The guide's live maps: a method on the shipped network, and on a copy of it that has forgotten everything."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core import attribution, render
from core import text as words
from core.progress import OnStep
from pages.parts.guide.stage import Stage
from pages.parts.markdown import Markdown
from pages.parts.shared import gallery, style
from pages.parts.state import links

SIDE = 192
WRONG, RIGHT = "a wrong answer", "a right answer"


def draw(stage: Stage, method: str) -> None:
    """The picture, the method's map of it, and the map of a network that knows nothing."""
    row = draw_picture_dial(stage)
    info = attribution.methods()[method]
    style.small(_asked(stage, row))
    known, empty = ours(stage, method, row), _forgotten(stage, method, row)
    tiles = [gallery.Tile(stage.judge.images[row], f"The picture: {_shown(stage, row)}", Markdown("**The picture**"))]
    tiles += [
        _tile(stage, row, values, info.draws_signed(info.Settings()), f"{info.title}: {of}", Markdown(f"**{of}**"))
        for values, of in ((known, "This network"), (empty, "A copy with random weights"))
        if values is not None
    ]
    gallery.show(tiles, side=SIDE, key="maps")
    if known is not None and empty is not None:
        style.small(
            f"Similarity of the two maps: {_likeness(known, empty):.2f}. 1 is the same, 0 is nothing in common. A map "
            "that hardly changes with random weights is not about the network."
        )
    links.button(
        "pages/attribution.py",
        f"Try {info.title} on other pictures",
        ":material/center_focus_strong:",
        {links.RUN: stage.run.key, "methods": info.title},
        key="try_method",
    )


def draw_picture_dial(stage: Stage) -> int:
    """Which of two pictures is looked at."""
    chosen = st.radio(
        "Look at",
        (WRONG, RIGHT),
        horizontal=True,
        key="look_at",
        help=f"Either {_shown(stage, stage.wrong)}, or {_shown(stage, stage.right)}.",
        bind="query-params",
    )
    return stage.wrong if chosen == WRONG else stage.right


def ours(stage: Stage, method: str, row: int) -> np.ndarray | None:
    """What speaks for the class of the flaw on one picture, (H, W); None where it was stopped."""
    title = attribution.methods()[method].title
    return stage.compute_once(
        f"{method}_{row}", title, lambda on_step: _map(stage.run.model, stage, row, method, on_step)
    )


def _forgotten(stage: Stage, method: str, row: int) -> np.ndarray | None:
    """The same of a copy of the network with every layer drawn anew."""
    title = attribution.methods()[method].title

    def work(on_step: OnStep) -> np.ndarray:
        return _map(_empty(stage.run.key, stage), stage, row, method, on_step)

    return stage.compute_once(f"{method}_{row}_forgot", f"{title} once more", work)


def _map(model: Any, stage: Stage, row: int, method: str, on_step: OnStep) -> np.ndarray:
    images = stage.judge.images[row][None]
    return attribution.explain(model, images, stage.target, method=method, on_step=on_step)[0]


@st.cache_resource(max_entries=1, show_spinner=False)
def _empty(key: str, _stage: Stage) -> Any:  # noqa: ARG001 - the cache's key
    """A copy of the network with every layer drawn anew."""
    from core.networks.graph import graph_of
    from core.trust.weight_randomisation import blocks, randomise

    model = _stage.run.model
    return randomise(model, len(blocks(graph_of(model))), _stage.judge.images, [0])


def _likeness(first: np.ndarray, second: np.ndarray) -> float:
    from core.attribution.comparison import ssim

    return float(ssim(first[None], second[None])[0])


def _tile(stage: Stage, row: int, values: np.ndarray, signed: bool, alt: str, caption: str) -> gallery.Tile:
    return gallery.Tile(render.overlay(stage.judge.images[row], values, 0.65, signed=signed), alt, caption)


def _asked(stage: Stage, row: int) -> str:
    target = stage.names[stage.target]
    return (
        f"The picture is {_shown(stage, row)}. The network says "
        f"{words.confidence_words(float(stage.sure[row, stage.target]))} {target}. "
        f"Bright is what speaks for {target}; in blue and orange, orange does, and blue is against."
    )


def _shown(stage: Stage, row: int) -> str:
    assert stage.judge.attributes is not None
    return f"{words.with_article(stage.names[stage.judge.labels[row]])} on {stage.judge.attributes['scene'].iloc[row]}"
