"""How an uploaded network is read, and the button that opens it as a run like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core import flaws
from core.datasets import FREE_SIDE, FolderSettings, settings_for
from pages.parts.own_network import card, opened_files, without_labels
from pages.parts.state import access, links, publishing, uploads
from pages.parts.state.data_source import CLEAN, OWN, Planting, TrainingData

if TYPE_CHECKING:
    from core.networks import Interface


def draw(file: str, digest: str, title: str) -> None:
    """The card and the button that opens the run, once there is a network.

    Args:
        file: the network, as `uploads.save_network` calls it.
        digest: of the uploaded pictures; empty where there are none yet.
        title: what the run will be called.
    """
    uploads.require_network(file)
    shape = opened_files.shape(file)
    publishing.draw_audience_of_upload(digest)
    if not digest:
        without_labels.draw(file, shape)
        return
    source = _source(shape, digest)
    found = card.draw(file, source)
    if found is not None:
        _draw_open(file, found, source, title)


def _source(shape: tuple[int | None, ...], digest: str) -> TrainingData:
    """The pictures at the size that the network takes."""
    sides = settings_for(shape, FolderSettings) or {"size": FREE_SIDE, "colour": shape[2] != 1}
    clean = flaws.info(CLEAN).Settings()
    return TrainingData(OWN, FolderSettings.of(**sides), CLEAN, Planting(), clean, digest)


def _draw_open(file: str, found: Interface, source: TrainingData, title: str) -> None:
    run = st.session_state.get(_opened_key(file, found, source))
    if run is None:
        if not st.button(
            "Open it", type="primary", icon=":material/folder_open:", key="own_open", disabled=not access.may("open")
        ):
            return
        with st.spinner("Asking it about your test pictures"):
            made = opened_files.open_as_run(file, title, found, source)
        st.session_state[_opened_key(file, found, source)] = made.key
        links.open_run(made.key)
        # The menu and "Current run" stand above and have been drawn for the run before.
        st.rerun()
    st.success("It is open. The other screens now show this network.", icon=":material/check_circle:")
    with st.container(horizontal=True):
        links.button(
            "pages/diagnosis.py", "Find the flaw", ":material/troubleshoot:", {links.RUN: run}, key="own_diagnosis"
        )
        st.page_link(
            "pages/attribution.py",
            label="See why it answers as it does",
            icon=":material/center_focus_strong:",
            query_params={links.RUN: run},
        )


def _opened_key(file: str, found: Interface, source: TrainingData) -> str:
    """Where the session remembers that this reading was opened."""
    return f"_opened_{file}_{source.key}_{'_'.join(found.class_names)}_{found.transform.name}"
