"""What a data source holds: its size, pictures of every class, and which attributes go with which class."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core import datasets
from core.datasets import Dataset
from core.flaws import Planted
from pages.parts.markdown import literal
from pages.parts.shared import charts, frame, gallery, style, tables
from pages.parts.shared.controls import spaced
from pages.parts.state import planted_data
from pages.parts.state.data_source import CLEAN, OWN, TrainingData

PER_CLASS = 7
MOST_VALUES = 20
WHERE = {"background": "scene"}  # the attribute in which a flawed region shows, where its name is another
PARTS = {"train": "for training", "validation": "for validation", "test": "for testing"}


def draw(source: TrainingData) -> None:
    """The pictures of a data source: how many, examples of every class, and how attributes spread over classes."""
    planted = planted_data.load(source)
    parts = planted.splits.parts
    sizes = ", ".join(f"{len(parts[name]):,} {use}" for name, use in PARTS.items())
    height, width, channels = planted.splits.train.shape
    frame.answer(
        f"{len(planted.splits.class_names)} classes, {sum(map(len, parts.values())):,} pictures",
        f"{sizes}. {_flaw_sentence(source, planted)}",
        f"{height} by {width} pixels, {'colour' if channels == 3 else 'grey'}. {origin(source)}",
        tone="bad" if source.flaw != CLEAN else "plain",
    )
    _draw_notes(source)
    name = st.selectbox(
        "Pictures to show",
        list(PARTS),
        format_func=lambda part: f"{part}: {PARTS[part]}",
        key="part",
        help="The same flaw is in all three, so that ordinary tests do not notice it.",
        bind="query-params",
    )
    draw_classes(parts[name])
    draw_counts(parts[name], planted.answer.region)


def draw_classes(data: Dataset) -> None:
    """A few pictures of each class."""
    for label, name in enumerate(data.class_names):
        rows = np.flatnonzero(data.labels == label)
        st.markdown(f"**{literal(spaced(name))}** :small[{len(rows):,} pictures]")
        gallery.show([gallery.Tile(data.images[row], _alt(data, row)) for row in rows[:PER_CLASS]], side=88)


def draw_counts(data: Dataset, region: str) -> None:
    """How the values of one attribute spread over the classes."""
    columns = categorical(data.attributes, WHERE.get(region, region))
    if not columns:
        return
    st.subheader("What goes with what", anchor=False)
    column = st.selectbox(
        "Attribute",
        columns,
        format_func=spaced,
        key="attribute",
        help="Something that changes from picture to picture and should have nothing to do with the class.",
        bind="query-params",
    )
    assert data.attributes is not None
    charts.show(charts.spread(spread_table(data, column), column))
    style.small(
        "An even column is fair. A dark cell ties this attribute to a class, and a network may learn it instead."
    )


def spread_table(data: Dataset, column: str) -> pd.DataFrame:
    """One row for each pair of level and class: the level, class, pictures, share of the class's pictures."""
    assert data.attributes is not None
    names = np.array([spaced(name) for name in data.class_names])
    counts = pd.crosstab(data.attributes[column].astype(str), names[data.labels])
    return tables.long(counts.reindex(columns=names, fill_value=0).T, "class", "level")


def categorical(attributes: pd.DataFrame | None, first: str) -> list[str]:
    """Columns with a few named values, the ones worth a chart; `first` at the front."""
    if attributes is None:
        return []
    plain = attributes.select_dtypes(include=["object", "str", "bool", "category"])
    named = [str(name) for name in plain if name != "object" and 1 < plain[name].nunique() <= MOST_VALUES]
    return sorted(named, key=lambda name: name != first)


def _alt(data: Dataset, row: int) -> str:
    words = f"a {data.class_names[data.labels[row]]}"
    if data.attributes is None or "scene" not in data.attributes:
        return words
    return f"{words} on {data.attributes['scene'].iloc[row]}"


def _flaw_sentence(source: TrainingData, planted: Planted) -> str:
    if source.game:
        return "Whether anything is wrong with them is for you to find."
    if source.flaw == CLEAN:
        return "No flaw is planted."
    return f"A flaw is planted: {planted.answer.sentence}"


def _draw_notes(source: TrainingData) -> None:
    """What there is to know about uploaded pictures; open where it can mislead."""
    own = planted_data.reading(source)
    if own is None or not own.notes:
        return
    urgent = sum(note.urgent for note in own.notes)
    title = f"{urgent} things to check" if urgent > 1 else "1 thing to check" if urgent else "How they were read"
    with st.expander(title, expanded=bool(urgent), icon=":material/warning:" if urgent else ":material/info:"):
        for note in own.notes:
            st.text(note.sentence)
        if own.skipped:
            st.dataframe(
                pd.DataFrame([{"file": item.name, "why": item.reason} for item in own.skipped]), hide_index=True
            )


def origin(source: TrainingData) -> str:
    """Where its pictures come from, in plain words."""
    if source.data == OWN:
        return "Your own pictures stay on this server."
    return datasets.info(source.data).help
