"""Groups of pictures that are decided by the same place, as galleries with their sentence."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core import render
from core import text as words
from core.attribution.clusters import Cluster, ClusterSettings
from core.attribution.dataset_summary import DatasetSummary
from core.datasets import Dataset
from core.glossary import meaning
from core.settings import digest
from pages.parts.attribution import compute
from pages.parts.attribution.question import Question
from pages.parts.markdown import literal
from pages.parts.shared import controls, gallery, long_work, style
from pages.parts.shared.controls import spaced

SIDE = 88
SHOWN = 6
EVERY = "every class"


def draw(data: Dataset, found: DatasetSummary, key: str, question: Question) -> None:
    """The groups, largest first."""
    st.subheader("Pictures decided in the same way", anchor=False, help=meaning("groups of maps"))
    names = [spaced(name) for name in found.class_names]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            of = st.selectbox(
                "Maps that speak for",
                [EVERY, *names],
                key="groups_of",
                help="Group the maps of one class only, or of all.",
                bind="query-params",
            )
        with st.popover("How they are grouped", icon=":material/tune:", type="tertiary", key="groups_dials"):
            settings = controls.draw(ClusterSettings, "groups")
    chosen = names.index(of) if of in names else None
    groups: list[Cluster] | None = long_work.compute_once(
        compute.large(),
        digest(["groups", key, chosen, settings.key]),
        "Grouping",
        lambda _: found.clusters(chosen, settings),
    )
    if not groups:
        style.small("No picture here has a map for this class.")
        return
    for number, group in enumerate(groups):
        st.markdown(literal(group.sentence))
        gallery.show(_tiles(data, found, group, question), side=SIDE, key=f"group_{number}")
    if len(groups) == 1:
        style.small("The maps form a single group.")


def _tiles(data: Dataset, found: DatasetSummary, group: Cluster, question: Question) -> list[gallery.Tile]:
    """The mean map, and the most typical pictures under their maps."""
    mean = gallery.Tile(
        render.heatmap(group.mean, question.colormap, signed=False), "Mean map of the group", "mean map"
    )
    return [mean, *(_tile(data, found.maps[row], row, question) for row in group.indices[:SHOWN].tolist())]


def _tile(data: Dataset, values: np.ndarray, row: int, question: Question) -> gallery.Tile:
    seen = render.overlay(data.images[row], values, question.strength, question.colormap)
    name = spaced(data.class_names[data.labels[row]])
    return gallery.Tile(seen, f"{words.with_article(name)} under its map", name, _look, row)


def _look(row: int) -> None:
    st.session_state["picture"] = row
    st.session_state["view"] = "This picture"
