"""The network that the current one is compared with, and the two together on the same pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.datasets import Dataset
from core.errors import InputError
from core.networks.training.run import REPAIRED, RunInfo, run_info
from pages.parts.shared import controls
from pages.parts.state import caches, links, planted_data
from pages.parts.state.current_run import SOURCES, Opened, listed_runs

THIS, OTHER = "this network", "the other network"


@dataclass(frozen=True, eq=False)
class Pair:
    """Two networks that tell the same classes apart, and the pictures of the current run.

    Args:
        this: the current run.
        other: the other run with the current run's pictures, their classes in its own order.
        names: what each is called, this one first.
    """

    this: Opened
    other: Opened
    names: tuple[str, str]

    @property
    def both(self) -> tuple[Opened, Opened]:
        """The current run, then the other."""
        return self.this, self.other

    def answers(self, source: str) -> tuple[np.ndarray, np.ndarray]:
        """How sure each is of each class for these pictures, (N, K), both in this network's order of classes."""
        this, other = (
            caches.answers(opened.run.key, data.key, opened.run, data.images)
            for opened, data in zip(self.both, self.pictures(source), strict=True)
        )
        order = [self.other.run.class_names.index(name) for name in self.this.run.class_names]
        return this, other[:, order]

    def pictures(self, source: str) -> tuple[Dataset, Dataset]:
        """The same pictures, with their classes in the order of each network."""
        this, other = (opened.pictures(source)[source] for opened in self.both)
        return this, other


def draw(opened: Opened) -> str:
    """Which run to compare with; its key, empty where there is none."""
    found = offered(opened.run)
    if not found:
        return ""
    keys = list(found)
    asked = st.query_params.get(links.WITH, "")
    chosen = st.selectbox(
        "Compare with", keys, index=keys.index(asked) if asked in keys else 0, key="compare_with",
        format_func=lambda key: titled(found[key]), on_change=_write,
        help="Any network on this server that tells the same classes apart.",
    )  # fmt: skip
    return str(chosen)


def _write() -> None:
    st.query_params[links.WITH] = st.session_state["compare_with"]


def offered(run: RunInfo) -> dict[str, RunInfo]:
    """Key -> the runs that tell the same classes apart: the one of the link first, then the one it was made from."""
    known = {info.key: info for info in listed_runs()}
    first = [key for key in (st.query_params.get(links.WITH, ""), str(run.about.get(REPAIRED, ""))) if key]
    for key in first:
        store = links.store_of(key)
        if key not in known and store is not None:
            known[key] = run_info(key, store)
    ordered = {key: known[key] for key in (*first, *known) if key in known}
    return {key: info for key, info in ordered.items() if key != run.key and _fits(info, run)}


def _fits(info: RunInfo, run: RunInfo) -> bool:
    return set(info.class_names) == set(run.class_names)


def titled(info: RunInfo) -> str:
    """A run as the list names it."""
    return f"{info.about.get('title', 'Own run')}, {info.accuracy:.1%} right, {info.key[:4]}"


def opened_pair(opened: Opened, key: str) -> Pair:
    """Both networks, ready to be asked.

    Raises:
        InputError: where the other is not here, or takes other pictures.
    """
    store = links.store_of(key)
    if store is None:
        raise InputError("The other network should be on this server", "one that is not", "Choose another.")
    run = caches.run(key, store)
    shape, own = (each.model.input_shape[1:] for each in (run, opened.run))
    if shape != own:
        raise InputError(
            f"Both networks should take pictures of {_said(own)}", f"one that takes {_said(shape)}", "Choose another."
        )
    planted = planted_data.load(opened.training_data, run.class_names)
    names = (str(each.about.get("title", "Own run")) for each in (opened.run, run))
    return Pair(opened, Opened(run, opened.training_data, planted), _told_apart(*names))


def _told_apart(this: str, other: str) -> tuple[str, str]:
    """Names under which the two can be told apart on a chart."""
    return (this, other) if this != other else (f"{this} ({THIS})", f"{other} ({OTHER})")


def _said(shape: tuple[int | None, ...]) -> str:
    return " × ".join("any" if side is None else str(side) for side in shape)


def draw_source(pair: Pair) -> str:
    """Which pictures both are asked about."""
    sources = list(pair.this.pictures("judge", "test", "validation"))
    return str(
        st.selectbox(
            "Pictures from",
            sources,
            format_func=lambda source: SOURCES[source],
            key="both_from",
            help="Both networks answer the same pictures, those of the current run.",
            bind="query-params",
        )
    )


def spaced_classes(data: Dataset) -> list[str]:
    """The classes of these pictures, as a person writes them."""
    return [controls.spaced(name) for name in data.class_names]
