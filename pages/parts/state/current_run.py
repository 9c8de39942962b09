"""Opening the current run on a screen that needs one, and what that screen says when there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import Damaged, InputError
from core.networks.training.run import OWN_NETWORK, RunInfo, runs
from pages.parts.markdown import literal
from pages.parts.state import access, caches, links, planted_data, publishing
from pages.parts.state.data_source import GAME, TrainingData
from pages.parts.state.links import MATERIAL, NETWORK, TRAINING

if TYPE_CHECKING:
    from core.datasets import Dataset
    from core.flaws import Planted
    from core.networks.training.run import Run


SOURCES = {
    "judge": "evaluation set (flaw removed)",
    "test": "test",
    "validation": "validation",
    "train": "training",
}
"""What the pictures of a run are called."""
OLD_SOURCES = {"judge: without the flaw": "judge", "train: what it learned from": "train"}
"""What links called them that were made before."""


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


def read_old_source(key: str) -> None:
    """Set a dial that chooses among `SOURCES` to what an old link says; before it is drawn."""
    name = OLD_SOURCES.get(st.query_params.get(key, ""))
    if name is not None and key not in st.session_state:
        st.session_state[key] = name


def require() -> Opened:
    """The current run; where there is none, offer one and end the script."""
    key = links.current()
    if not key:
        _offer_shipped("No network is open yet")
        st.stop()
    try:
        found = open_current()
    except Damaged as error:
        st.error(literal(error.sentence), icon=":material/error:")
        found = None
    if found is None:
        _offer_training()
        st.stop()
    links.write_recipe(recipe_of(found.run))
    publishing.draw_audience_of_upload(found.training_data.upload)
    return found


def open_current() -> Opened | None:
    """The current run; None where there is none on this server."""
    key = links.current()
    store = links.store_of(key)
    if store is None:
        return None
    run = caches.run(key, store)
    source = material_of(run)
    planted = planted_data.load(source, run.class_names)
    if planted.splits.class_names != run.class_names:
        raise InputError(
            f"The pictures of this run should show {', '.join(run.class_names)}",
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
            "A run should say what it was trained on",
            "a run that does not",
            "Train it again under Train.",
        )
    return TrainingData.of(info.about[MATERIAL])


def recipe_of(info: RunInfo) -> dict[str, Any]:
    """What made a run, as the link says it: only what differs from the defaults; of a blind game, its code alone."""
    if GAME in info.about.get(MATERIAL, {}):
        return {MATERIAL: info.about[MATERIAL]}
    if info.about.get("kind") == OWN_NETWORK:
        return {}
    return {
        MATERIAL: info.about.get(MATERIAL, {}),
        NETWORK: info.network_spec.model_dump(mode="json", exclude_defaults=True),
        TRAINING: info.training_spec.model_dump(mode="json", exclude_defaults=True),
    }


def listed_runs() -> list[RunInfo]:
    """The runs that this person sees, the latest first, and the shipped one at the end; each once."""
    own = runs(access.store())
    # The shipped run may have been trained again, to record it.
    known = {info.key for info in own}
    return [*own, *(info for info in runs(caches.SHIPPED) if info.key not in known)]


def shipped_run() -> RunInfo | None:
    """The finished run that comes with Hunch; None where it is missing."""
    return next(iter(runs(caches.SHIPPED)), None)


def offer_shipped() -> None:
    """A button that makes the shipped run the current one."""
    info = shipped_run()
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
        st.header(literal(sentence), anchor=False)
        st.markdown("Open the finished example that comes with Hunch, or train one of your own. Both are quick.")
        offer_shipped()
        st.page_link("pages/train.py", label="Train one", icon=":material/model_training:")


def _offer_training() -> None:
    with st.container(border=True):
        st.header("This run is not on this server, or its owner has not published it", anchor=False)
        recipe = links.read_recipe()
        if not recipe:
            st.markdown(
                "The link names a run that was made elsewhere, has been removed or belongs to somebody else, and does "
                "not say how it was made. Open the finished example, or train one of your own."
            )
            offer_shipped()
            return
        source = TrainingData.of(recipe.get(MATERIAL, {}))
        if source.game:
            st.markdown(f"It belongs to the blind game {literal(source.game)}. Open the case to train it here.")
            links.button("pages/game.py", "Open the case", ":material/search:", {"case": source.game}, key="open_case")
            return
        st.markdown(
            f"The link says how the run was made: {literal(source.sentence)}. "
            "The same settings give the same run, so you can train it here."
        )
        links.button(
            "pages/train.py",
            "Train it here",
            ":material/model_training:",
            {links.RECIPE: links.format_recipe(recipe)},
            key="train_it",
        )
