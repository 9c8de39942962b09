"""Mounting a picture that answers to the hand: what it shows, how it looks, and what it asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from core import render
from core.settings import digest
from pages.parts.shared.picture import encode
from pages.parts.shared.picture.shown import Answer, Asking, Box, Look, Map, Shown

HERE = Path(__file__).parent
SCRIPTS = (
    "bytes", "colour", "window", "region", "drawing", "nodes", "legend", "gestures", "keys", "answer", "asking",
    "stage", "panes", "main",
)  # fmt: skip
"""The scripts of the stage, in the order in which they are joined."""


def _script(name: str) -> str:
    return (HERE / "script" / f"{name}.js").read_text(encoding="utf-8")


_STAGE = st.components.v2.component(
    "picture_stage",
    html='<div class="stage"></div>',
    css=(HERE / "picture.css").read_text(encoding="utf-8"),
    js="\n".join(_script(name) for name in SCRIPTS),
)
_CONTROL = st.components.v2.component("picture_control", js=_script("control"))


def draw(
    shown: Shown,
    maps: Sequence[Map],
    look: Look,
    *,
    key: str,
    side: int,
    large: int = 448,
    asking: Asking | None = None,
    answer: Answer | None = None,
    on_look: Callable[[], None] = lambda: None,
    on_ask: Callable[[], None] = lambda: None,
) -> None:
    """Mount the stage. Inside a fragment, a move of its controls reruns that fragment alone.

    Args:
        shown: the picture.
        maps: any number of maps over it.
        look: how they are drawn at first, or after the address has changed.
        key: of the component; `session_state[key]["look"]` and `["ask"]` hold what the callbacks are called for.
        side: how wide each of several maps is drawn, in pixels.
        large: how wide a single one is drawn at most.
        asking: what can be asked by erasing; None where nothing can.
        answer: to the latest question.
    """
    with st.container(gap=None):
        _STAGE(key=key, data=_stage_data(key, shown, maps, asking, side, large),
               on_look_change=on_look, on_ask_change=on_ask)  # fmt: skip
        _CONTROL(key=f"{key}_control", data=_control_data(key, shown, look, answer), height=1)


def draw_alone(
    shown: Shown, map: Map, look: Look, *, key: str, side: int, on_look: Callable[[], None] = lambda: None
) -> None:
    """Mount one map without headings, with its controls beneath it; see `draw`."""
    data = {**_stage_data(key, shown, (map,), None, side, side), "alone": True}
    with st.container(gap=None):
        _STAGE(key=key, data={**data, "digest": digest(data)}, on_look_change=on_look)
        _CONTROL(key=f"{key}_control", data=_control_data(key, shown, look, None), height=1)


def draw_box(shown: Shown, box: Box, *, key: str, large: int, on_box: Callable[[], None]) -> None:
    """Mount a picture on which a rectangle is dragged, by hand or by keyboard.

    Args:
        shown: the picture.
        box: where the rectangle is.
        key: of the component; see `boxed`.
        large: how wide the picture is drawn at most, in pixels.
        on_box: called when another rectangle was dragged.
    """
    data = {**_stage_data(key, shown, (), None, large, large), "box": asdict(box)}
    _STAGE(key=key, data={**data, "digest": digest(data)}, on_box_change=on_box)


def boxed(key: str) -> Box:
    """The rectangle that was dragged, in a callback.

    Raises:
        InputError: when the browser sent none.
    """
    return Box.of(st.session_state[key].get("box"))


def asked(key: str) -> dict[str, Any] | None:
    """What the browser asked last in a callback; None where a painted region was given up."""
    question: dict[str, Any] | None = st.session_state[key].get("ask")
    return question


def looked(key: str) -> Look:
    """The look that the browser tells in a callback."""
    return Look.of(st.session_state[key].get("look") or {})


def _stage_data(
    key: str, shown: Shown, maps: Sequence[Map], asking: Asking | None, side: int, large: int
) -> dict[str, Any]:
    data = {
        "group": key,
        "picture": shown.key,
        "photo": encode.picture(shown.image if shown.photo is None else shown.photo),
        "smooth": shown.photo is not None,
        "size": encode.size(shown.image),
        "title": shown.title,
        "alt": shown.alt,
        "side": side,
        "large": large,
        "maps": [_map_data(each, shown.image.shape[:2]) for each in maps],
        "tables": encode.colour_tables(),
        "asking": None if asking is None else _asking_data(asking, shown.key),
    }
    return {**data, "digest": digest(data)}


def _map_data(map: Map, shape: tuple[int, int]) -> dict[str, Any]:
    low, high = render.limits(render.resize_map(map.values, shape), signed=map.signed)
    told = ("name", "title", "signed", "figure", "badge", "tone", "reason", "group")
    return {
        **{name: getattr(map, name) for name in told},
        "values": encode.floats(map.values),
        "size": encode.size(map.values),
        "low": low,
        "high": high,
        "meaning": meaning(map),
    }


def meaning(map: Map) -> dict[str, str]:
    """What the colours of a map mean, in a colour map from dark to bright and in one with a middle."""
    if map.signed:
        return {
            "sequential": f"Bright: {map.bright}. Dark: {map.dark}.",
            "diverging": f"Orange: {map.bright}. Blue: {map.dark}.",
        }
    return {"sequential": f"Bright: {map.bright}.", "diverging": f"Orange: {map.bright}. Blue: the least."}


def _asking_data(asking: Asking, picture: str) -> dict[str, Any]:
    return {
        "picture": picture,
        "classes": list(asking.classes),
        "truth": asking.truth,
        "becomes": [list(item) for item in asking.becomes.items()],
        "object": None if asking.object is None else encode.bits(asking.object),
        "unasked": {"said": asking.said, "before": encode.plain(asking.before), "after": None},
    }


def _control_data(key: str, shown: Shown, look: Look, answer: Answer | None) -> dict[str, Any]:
    said = None if answer is None else {
        "picture": shown.key,
        "number": answer.number,
        "changed": None if answer.changed is None else encode.picture(answer.changed),
        "before": encode.plain(answer.before),
        "after": None if answer.after is None else encode.plain(answer.after),
        "said": answer.said,
        "note": answer.note,
    }  # fmt: skip
    return {"group": key, "look": asdict(look), "answer": said}
