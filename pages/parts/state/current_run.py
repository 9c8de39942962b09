"""Opening the current run on a screen that needs one, and what that screen says when there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import InputError
from core.networks.training.run import RunInfo, runs
from core.networks.training.specs import NetworkSpec, TrainingSpec
from pages.parts.shared import controls, frame
from pages.parts.state import caches, links, training_data
from pages.parts.state.links import MATERIAL, NETWORK, TRAINING
from pages.parts.state.training_data import TrainingData

if TYPE_CHECKING:
    from core.datasets import Dataset
    from core.flaws import Planted
    from core.networks.training.run import Run


SEEN = "_seen_run"
SOURCES = {
    "judge": "judge: without the flaw",
    "test": "test",
    "validation": "validation",
    "train": "train: what it learned from",
}
"""What the pictures of a run are called."""


@dataclass(frozen=True)
class Opened:
    """The current run and the pictures that it was made from."""

    run: Run
    training_data: TrainingData
    planted: Planted

    def pictures(self, *names: str) -> dict[str, Dataset]:
        """These of `SOURCES`, in this order; the judge only where a flaw was planted."""
        splits = self.planted.splits
        every = {"train": splits.train, "validation": splits.validation, "test": splits.test}
        if self.training_data.flaw != "none":
            every["judge"] = self.planted.judge
        return {name: every[name] for name in names if name in every}


def needed() -> Opened:
    """The current run; where there is none, offer one and end the script."""
    key = links.current()
    if not key:
        _offer_shipped("No network is open yet")
        st.stop()
    found = opened()
    if found is None:
        _offer_training(key)
        st.stop()
    links.write_recipe(recipe_of(found.run))
    return found


def opened() -> Opened | None:
    """The current run; None where there is none on this server."""
    key = links.current()
    store = links.store_of(key)
    if store is None:
        return None
    run = caches.run(key, store)
    source = material_of(run)
    planted = caches.planted(source)
    if planted.splits.class_names != run.class_names:
        raise InputError(
            f"This run tells {', '.join(run.class_names)} apart",
            f"pictures of {', '.join(planted.splits.class_names)}",
            "Train it again under Train.",
        )
    return Opened(run, source, planted)


def material_of(info: RunInfo) -> TrainingData:
    """What a run learned from.

    Raises:
        InputError: when the run does not say, as those of other programs do not.
    """
    if MATERIAL not in info.about:
        raise InputError(
            "A run should say what it learned from",
            f"the run {info.key}, which does not",
            "Train it again under Train.",
        )
    return TrainingData.of(info.about[MATERIAL])


def recipe_of(info: RunInfo) -> dict[str, Any]:
    """What made a run, as the link says it: only what differs from the defaults; of a blind game, its code alone."""
    if training_data.GAME in info.about.get(MATERIAL, {}):
        return {MATERIAL: info.about[MATERIAL]}
    return {
        MATERIAL: info.about.get(MATERIAL, {}),
        NETWORK: info.network_spec.model_dump(mode="json", exclude_defaults=True),
        TRAINING: info.training_spec.model_dump(mode="json", exclude_defaults=True),
    }


def take_recipe() -> TrainingData:
    """The material of the link's recipe. What the recipe says of network and training moves into their dials.

    Raises:
        InputError: when the recipe has settings that do not exist.
    """
    recipe = links.read_recipe() or _recipe_of_fresh_run()
    source = TrainingData.of(recipe.get(MATERIAL, {}))
    if NETWORK in recipe or TRAINING in recipe:
        moves = [
            *controls.positions(NetworkSpec.of(**recipe.get(NETWORK, {})), NETWORK),
            *controls.positions(TrainingSpec.of(**recipe.get(TRAINING, {})), TRAINING),
        ]
        controls.put(moves, recipe=links.written({MATERIAL: source.plain()}) or None)
        # On the way back in the history, only a new run of the script heeds dials that were set by the script.
        st.rerun()
    return source


def _recipe_of_fresh_run() -> dict[str, Any]:
    """All of the recipe of a run that was just opened by a link without one; empty where the link has dials."""
    key, info = links.current(), links.current_info()
    if info is None or MATERIAL not in info.about or st.session_state.get(SEEN) == key:
        return {}
    st.session_state[SEEN] = key
    if any(name.startswith((NETWORK, TRAINING)) for name in st.query_params):
        return {}
    if training_data.GAME in info.about[MATERIAL]:
        return recipe_of(info)
    specs = {NETWORK: info.network_spec, TRAINING: info.training_spec}
    return {MATERIAL: info.about[MATERIAL], **{name: spec.model_dump(mode="json") for name, spec in specs.items()}}


def take_material() -> TrainingData | None:
    """Move the material of the link's recipe, where it has one, into the dials under Data.

    Returns:
        the material of a blind game, which has no dials; None for any other.

    Raises:
        InputError: when the recipe has settings that do not exist.
    """
    recipe = links.read_recipe()
    if links.game():
        return TrainingData.of(recipe[MATERIAL])
    if recipe:
        controls.put(training_data.positions(TrainingData.of(recipe.get(MATERIAL, {}))), recipe=None)
        st.rerun()
    return None


def shipped() -> RunInfo | None:
    """The finished run that comes with Hunch; None where it is missing."""
    return next(iter(runs(caches.SHIPPED)), None)


def offer_shipped() -> None:
    """A button that makes the shipped run the current one."""
    info = shipped()
    if info is not None:
        st.button(
            "Open the finished example",
            type="primary",
            icon=":material/folder_open:",
            key="open_shipped",
            on_click=links.open_run,
            args=(info.key,),
        )


def _offer_shipped(sentence: str) -> None:
    with st.container(border=True):
        st.header(sentence, anchor=False)
        st.markdown("Open the finished example that comes with Hunch, or train one of your own. Neither takes long.")
        offer_shipped()
        st.page_link("pages/train.py", label="Train one", icon=":material/model_training:")


def _offer_training(key: str) -> None:
    with st.container(border=True):
        st.header("This run is not on this server", anchor=False)
        recipe = links.read_recipe()
        if not recipe:
            st.markdown(
                f"The link names the run `{key[:16]}`, which was made elsewhere or has been removed, and does not say "
                "how it was made. Open the finished example, or train one of your own."
            )
            offer_shipped()
            return
        source = TrainingData.of(recipe.get(MATERIAL, {}))
        if source.game:
            st.markdown(f"It belongs to the blind game {source.game}. Open the case, and it is made here.")
            frame.button("pages/game.py", "Open the case", ":material/search:", {"case": source.game}, key="open_case")
            return
        st.markdown(
            f"The link names the run `{key[:16]}` and says how it was made: {source.sentence}. "
            "The same settings give the same run, so you can train it here."
        )
        frame.button(
            "pages/train.py",
            "Train it here",
            ":material/model_training:",
            {links.RECIPE: links.written(recipe)},
            key="train_it",
        )
