"""The dials under Train: network and training, and what the link's recipe says of them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.networks import NetworkSpec, TrainingSpec
from pages.parts.markdown import literal
from pages.parts.shared import controls
from pages.parts.state import current_run, links
from pages.parts.state.data_source import GAME, TrainingData

SEEN = "_seen_run"


def apply_recipe_from_link() -> TrainingData:
    """Set the dials of network and training to the recipe of the link, where it has one, and start the script anew.

    Returns:
        the data source of the recipe.

    Raises:
        InputError: when the recipe has settings that do not exist.
    """
    recipe = links.read_recipe() or _recipe_of_fresh_run()
    source = TrainingData.of(recipe.get(links.MATERIAL, {}))
    if links.NETWORK in recipe or links.TRAINING in recipe:
        moves = [
            *controls.positions(NetworkSpec.of(**recipe.get(links.NETWORK, {})), links.NETWORK),
            *controls.positions(TrainingSpec.of(**recipe.get(links.TRAINING, {})), links.TRAINING),
        ]
        controls.put(moves, recipe=links.format_recipe({links.MATERIAL: source.plain()}) or None)
        # On the way back in the history, only a new run of the script heeds dials that were set by the script.
        st.rerun()
    return source


def recipe() -> str:
    """The recipe that links from Train carry: the data of the link, and what the dials say.

    Raises:
        InputError: when the dials contradict each other.
    """
    specs: dict[str, Any] = {links.NETWORK: NetworkSpec, links.TRAINING: TrainingSpec}
    read = {
        name: controls.read(cls, name).model_dump(mode="json", exclude_defaults=True) for name, cls in specs.items()
    }
    return links.format_recipe({**links.read_recipe(), **read})


def draw_data(source: TrainingData) -> None:
    """What it learns from, and the way to its dials."""
    st.header("Pictures", anchor=False)
    st.markdown(literal(source.sentence))
    st.page_link(
        "pages/data.py",
        label="View or change them",
        icon=":material/photo_library:",
        query_params=links.parameters(links.format_recipe({links.MATERIAL: source.plain()})),
    )


def draw_specs() -> tuple[NetworkSpec, TrainingSpec]:
    """The dials of the network and of the training."""
    st.header("Training", anchor=False)
    training = controls.draw(TrainingSpec, links.TRAINING, folded="All training settings")
    st.header("Network", anchor=False)
    return controls.draw(NetworkSpec, links.NETWORK, folded="All network settings"), training


def _recipe_of_fresh_run() -> dict[str, Any]:
    """All of the recipe of a run that was just opened by a link without one; empty where the link has dials."""
    key, info = links.current(), links.current_info()
    if info is None or links.MATERIAL not in info.about or st.session_state.get(SEEN) == key:
        return {}
    st.session_state[SEEN] = key
    if any(name.startswith((links.NETWORK, links.TRAINING)) for name in st.query_params):
        return {}
    material = info.about[links.MATERIAL]
    if GAME in material:
        return current_run.recipe_of(info)
    specs = {links.NETWORK: info.network_spec, links.TRAINING: info.training_spec}
    return {links.MATERIAL: material, **{name: spec.model_dump(mode="json") for name, spec in specs.items()}}
