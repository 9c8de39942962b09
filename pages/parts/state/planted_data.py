"""The pictures of a data source, with its flaw: loaded once for every visitor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.state import uploads
from pages.parts.state.data_source import TrainingData

if TYPE_CHECKING:
    from core.datasets import Reading, Splits
    from core.flaws import Planted


def load(source: TrainingData, class_names: tuple[str, ...] = ()) -> Planted:
    """The pictures of a data source, with its flaw.

    Args:
        source: what they are.
        class_names: the order of classes, where a network has the same ones in another.

    Raises:
        Unavailable: where they were uploaded by somebody else and are not published.
    """
    _require(source)
    planted = _load(source.key, source)
    names = planted.splits.class_names
    if class_names == names or set(class_names) != set(names):
        return planted
    return _reordered(source.key, class_names, planted)


@st.cache_resource(max_entries=2, show_spinner=False)
def _reordered(key: str, class_names: tuple[str, ...], _planted: Planted) -> Planted:  # noqa: ARG001 - the cache's key
    from core.datasets import in_order, splits_in_order

    splits, clean = (splits_in_order(each, class_names) for each in (_planted.splits, _planted.clean))
    return replace(_planted, splits=splits, clean=clean, judge=in_order(_planted.judge, class_names))


def _require(source: TrainingData) -> None:
    """What is loaded once for all is asked for by each: nobody may read another's pictures from the cache."""
    if source.upload and not source.game:
        uploads.require(source.upload)


@st.cache_resource(max_entries=3, show_spinner="Loading the pictures")
def _load(key: str, _source: TrainingData) -> Planted:  # noqa: ARG001 - the cache's key
    from core import flaws, game

    if _source.game:
        return game.hide_answer(answer_key(_source.game))
    return flaws.plant(
        _splits(_source),
        _source.flaw,
        strength=_source.planting.strength,
        seed=_source.planting.seed,
        **_source.flaw_settings.model_dump(),
    )


@st.cache_resource(max_entries=2, show_spinner="Preparing the case")
def answer_key(code: str) -> Planted:
    """What was really planted in a blind game. Only its own screen may ask."""
    from core.game import Case

    return Case(code).plant()


def reading(source: TrainingData) -> Reading | None:
    """The uploaded pictures, what was left out of them and what there is to say; None for a named data set."""
    if not source.upload:
        return None
    _require(source)
    return _read_zip(source.upload, source.settings.key, source)


def _splits(source: TrainingData) -> Splits:
    from core import datasets

    own = reading(source)
    return own.splits if own else datasets.load(source.data, **source.settings.model_dump())


@st.cache_resource(max_entries=2, show_spinner="Reading the pictures")
def _read_zip(upload: str, key: str, _source: TrainingData) -> Reading:  # noqa: ARG001
    from core import datasets

    return datasets.read_folder(uploads.read(upload), datasets.FolderSettings(**_source.settings.model_dump()))
