"""Why this answer?: which pixels spoke for an answer, by several methods side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core import attribution, render
from core.datasets import Dataset
from core.features import activations
from core.progress import OnStep
from core.settings import Settings, digest
from pages.parts import caches, charts, controls, frame, gallery, progress, references, runs, style, words
from pages.parts.controls import DECIDE, spaced
from pages.parts.runs import Opened

SIDE = 224
SHOWN = 12
UNITS = 16
STARTERS = ("grad_cam", "occlusion")
SOURCES = {"judge": "judge: without the flaw", "test": "test", "validation": "validation"}
OWN_ANSWER = "its own answer"
ORDERS = ("wrong answers first", "right answers first", "as they come")


def main() -> None:
    """Draw the screen."""
    with frame.page("pages/attribution.py", "Pick a picture, and see which pixels spoke for an answer."):
        body(runs.needed())
        frame.next_step("pages/hunches.py", "Test a hunch about it", "pages/attribution.py")


@st.fragment
def body(opened: Opened) -> None:
    """Everything that depends on the dials: a fragment, so that a moved slider redraws nothing else."""
    with frame.boundary():
        dials, result = st.columns([1, 2.7], gap="large")
        with dials:
            data = draw_source(opened)
            table = judged(opened, data)
            row = draw_picture(table)
            question = draw_question(opened, data, row)
        with result:
            draw_answer(data, table, row)
            draw_maps(opened, question)
            draw_sureness(opened, data, row)
            draw_others(data, table)
            draw_activations(opened, question)


class Question:
    """One picture, and all that the dials ask about it."""

    def __init__(self, data: Dataset, row: int, dials: dict[str, Any]) -> None:
        self.image = data.images[row]
        self.key = digest([data.key, row])
        self.target: int = dials["target"]
        self.layer: str | None = dials["layer"]
        self.methods: dict[str, Settings] = dials["methods"]
        self.strength: float = dials["strength"]
        self.colormap: render.Colormap | None = dials["colormap"]
        self.compare: bool = dials["compare"]


def draw_source(opened: Opened) -> Dataset:
    """Which pictures to choose from."""
    sources = {"test": opened.planted.splits.test, "validation": opened.planted.splits.validation}
    helps = "The test pictures are like those it learned from."
    if opened.material.flaw != "none":
        sources = {"judge": opened.planted.judge, **sources}
        helps = "On the judge's pictures the flaw does not hold: they show what the network really learned. " + helps
    name = st.selectbox(
        "Pictures from",
        list(sources),
        format_func=lambda source: SOURCES[source],
        key="from",
        help=helps,
        bind="query-params",
    )
    return sources[name]


def judged(opened: Opened, data: Dataset) -> pd.DataFrame:
    """What the network says about each picture: row, truth, answer, sure (0..1), wrong."""
    sure = caches.answers(opened.run.key, data.key, opened.run, data.images)
    table = pd.DataFrame({"truth": data.labels, "answer": sure.argmax(axis=1), "sure": sure.max(axis=1)})
    table["wrong"] = table["truth"] != table["answer"]
    return table


def draw_picture(table: pd.DataFrame) -> int:
    """The number of the picture that is looked at."""
    if (st.session_state.get("picture") or 0) >= len(table):
        # It was chosen among the pictures of another run.
        st.session_state["picture"] = None
    chosen = st.number_input(
        "Picture",
        0,
        len(table) - 1,
        None,
        1,
        key="picture",
        placeholder=DECIDE,
        help="Its number. Leave it empty for the most confident wrong answer, or choose one below.",
        bind="query-params",
    )
    return int(ordered(table, ORDERS[0]).index[0] if chosen is None else min(chosen, len(table) - 1))


def ordered(table: pd.DataFrame, order: str) -> pd.DataFrame:
    """The pictures in one of the `ORDERS`; the most confident first where answers are sorted."""
    if order == ORDERS[2]:
        return table
    return table.sort_values(["wrong", "sure"], ascending=[order == ORDERS[1], False], kind="stable")


def draw_question(opened: Opened, data: Dataset, row: int) -> Question:
    """The dials of the maps."""
    names = [spaced(name) for name in data.class_names]
    target = st.selectbox(
        "Explain", [OWN_ANSWER, *names], key="target", help="Which answer's evidence to show.", bind="query-params"
    )
    dials = {
        "target": names.index(target) if target in names else -1,
        "methods": draw_methods(),
        "layer": draw_layer(opened),
        "strength": st.slider(
            "Overlay", 0.0, 1.0, 0.55, 0.05, key="overlay", help=words.meaning("overlay"), bind="query-params"
        ),
        "colormap": draw_colormap(),
        "compare": st.toggle("Beside tf-explain", key="compare", help=words.meaning("tf-explain"), bind="query-params"),
    }
    return Question(data, row, dials)


def draw_methods() -> dict[str, Settings]:
    """The methods to show, with the settings of each."""
    known = attribution.methods()
    names = st.multiselect(
        "Methods",
        list(known),
        [name for name in STARTERS if name in known],
        format_func=lambda name: known[name].title,
        key="methods",
        help="Each answers the question in its own way. Where they agree, trust them more.",
        wrap=True,
        bind="query-params",
    )
    chosen = {}
    for name in names:
        with st.expander(f"{known[name].title}: settings", key=f"{name}_dials"):
            st.markdown(known[name].plain)
            if known[name].caveat:
                style.small(known[name].caveat)
            style.small(known[name].reference)
            chosen[name] = controls.draw(known[name].Settings, name)
    return chosen


def draw_layer(opened: Opened) -> str | None:
    """The layer whose maps are read; None for the last convolution's."""
    paths = [layer.path for layer in caches.layers(opened.run.key, opened.run) if layer.spatial]
    layer = st.selectbox("Layer", [DECIDE, *paths], key="layer", help=words.meaning("layer"), bind="query-params")
    return None if layer == DECIDE else layer


def draw_colormap() -> render.Colormap | None:
    """The colours of the maps; None for what suits each."""
    name = st.selectbox(
        "Colours", [DECIDE, *render.COLORMAPS], key="colours", help=words.meaning("colour map"), bind="query-params"
    )
    return next((known for known in render.COLORMAPS if known == name), None)


def draw_answer(data: Dataset, table: pd.DataFrame, row: int) -> None:
    """What the network said of this picture, and whether it was right."""
    names = [spaced(name) for name in data.class_names]
    entry = table.iloc[row].to_dict()
    truth, answer, wrong = entry["truth"], entry["answer"], entry["wrong"]
    scene = "" if data.attributes is None or "scene" not in data.attributes else data.attributes["scene"].iloc[row]
    wrongs = int(table["wrong"].sum())
    frame.answer(
        f"It says {names[answer]}. " + (f"It is {words.one(names[truth])}." if wrong else "It is right."),
        f"It is {words.sure(entry['sure'])} sure." + (f" The picture is set on {scene}." if scene else ""),
        f"Picture {row}. {wrongs:,} of {len(table):,} pictures get a wrong answer.",
        tone="bad" if wrong else "good",
    )


def draw_sureness(opened: Opened, data: Dataset, row: int) -> None:
    """How sure the network is of each class, with the true one marked."""
    sure = caches.answers(opened.run.key, data.key, opened.run, data.images)[row]
    names = [spaced(name) for name in data.class_names]
    st.subheader("How sure it is of each class", anchor=False, help=words.meaning("confidence"))
    charts.show(charts.shares(names, sure.tolist(), names[data.labels[row]]))
    style.small("The true class is in colour.")


def draw_maps(opened: Opened, question: Question) -> None:
    """The picture, and the map of each method over it."""
    known = attribution.methods()
    with st.container(horizontal=True, gap="small"):
        with st.container(width=SIDE, gap="xsmall"):
            st.markdown("**The picture**")
            gallery.picture(question.image, "The picture as the network sees it", SIDE)
        for name, settings in question.methods.items():
            title = known[name].title
            with tile(title, "ours" if question.compare else ""):
                draw_map(question, ours(opened, question, name, settings), title)
            if question.compare and references.has(name):
                with tile(title, "tf-explain"):
                    draw_map(question, theirs(opened, question, name, settings), f"{title} by tf-explain", signed=False)
    style.small("Point at a map to read its values. " + references.note(question.methods) * question.compare)


@contextmanager
def tile(title: str, by: str) -> Iterator[None]:
    """The place of one map; a method that cannot make it says so there, and the others go on."""
    with st.container(width=SIDE, gap="xsmall"):
        st.markdown(f"**{title}**" + (f" :small[{by}]" if by else ""))
        with frame.boundary():
            yield


def draw_map(question: Question, values: np.ndarray | None, title: str, *, signed: bool | None = None) -> None:
    """One map over the picture; nothing where it was stopped."""
    if values is None:
        return
    seen = render.overlay(question.image, values, question.strength, question.colormap, signed=signed)
    charts.hover_map(seen, values, SIDE, f"{title} over the picture")


def ours(opened: Opened, question: Question, name: str, settings: Settings) -> np.ndarray | None:
    """The raw map of a method, (H, W); None where it was stopped."""
    target = None if question.target < 0 else question.target

    def work(on_step: OnStep) -> np.ndarray:
        return attribution.explain(
            opened.run.model,
            question.image[None],
            target,
            method=name,
            layer=question.layer,
            on_step=on_step,
            **settings.model_dump(),
        )[0]

    return _kept(opened, question, name, settings, work, attribution.methods()[name].title)


def theirs(opened: Opened, question: Question, name: str, settings: Settings) -> np.ndarray | None:
    """The same by tf-explain."""
    sure = caches.answers(opened.run.key, question.key, opened.run, question.image[None])
    target = int(sure[0].argmax()) if question.target < 0 else question.target

    def work(_: OnStep) -> np.ndarray:
        return references.run(name, opened.run.model, question.image[None], target, question.layer, settings)[0]

    return _kept(opened, question, f"tf-explain {name}", settings, work, "tf-explain")


def _kept(opened: Opened, question: Question, name: str, settings: Settings, work: Any, label: str) -> Any:
    key = digest([opened.run.key, question.key, question.target, question.layer, name, settings.key])
    found = caches.maps().get(key)
    if found is not None:
        return found

    def locked(on_step: OnStep) -> Any:
        with caches.lock(opened.run.key):
            return work(on_step)

    made = progress.watched(locked, label, f"work_{key}")
    if made is not None:
        caches.maps().put(key, made)
    return made


def draw_others(data: Dataset, table: pd.DataFrame) -> None:
    """Other pictures to look at, a page at a time."""
    st.subheader("Choose another picture", anchor=False)
    order = st.selectbox("In the order", ORDERS, key="order", help="Wrong answers teach most.", bind="query-params")
    pages = -(-len(table) // SHOWN)
    page = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
    names = [spaced(name) for name in data.class_names]
    tiles = []
    shown = ordered(table, order).iloc[(page - 1) * SHOWN : page * SHOWN]
    for row, entry in zip(shown.index.tolist(), shown.to_dict("records"), strict=True):
        said, true = names[entry["answer"]], names[entry["truth"]]
        caption = f"says {said}, is {true}" if entry["wrong"] else said
        tiles.append(gallery.Tile(data.images[row], words.one(true), caption, _choose, row))
    gallery.show(tiles, side=108, key=f"others_{page}")


def _choose(row: int) -> None:
    st.session_state["picture"] = row


def draw_activations(opened: Opened, question: Question) -> None:
    """What the units of the layer answer to this picture."""
    with st.expander("Activation maps", key="activations"):
        st.markdown(words.meaning("activation map"))

        def work(on_step: OnStep) -> np.ndarray:
            return activations(opened.run.model, question.image[None], question.layer, on_step=on_step)[0]

        maps = _kept(opened, question, "activations", Settings(), work, "Activations")
        if maps is None:
            return
        strongest = np.argsort(-maps.max(axis=(0, 1)), kind="stable")[:UNITS]
        tiles = [
            gallery.Tile(render.heatmap(maps[..., unit], question.colormap), f"map of unit {unit}", f"unit {unit}")
            for unit in strongest
        ]
        gallery.show(tiles, side=96, key="units")
        style.small(
            f"The {len(strongest)} strongest of {maps.shape[-1]} units, {maps.shape[0]} by {maps.shape[1]} places."
        )


main()
