"""The guide's live flaws: each is planted in a few pictures, and shown before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from core import flaws
from core import text as words
from core.datasets import Dataset
from core.progress import OnStep
from pages.parts.attribution import compute
from pages.parts.guide import stage as guide_stage
from pages.parts.guide.stage import Stage
from pages.parts.markdown import Markdown
from pages.parts.shared import access_notes, charts, gallery, long_work, style
from pages.parts.shared.controls import spaced
from pages.parts.state import access, caches, links

if TYPE_CHECKING:
    from core.flaws import Planted
    from core.networks import Run

SHOWN, SIDE = 5, 112
SMALL = {"size": 32, "train": 60, "validation": 20}


def draw(stage: Stage, name: str) -> None:
    """What the flaw does to pictures, to their number or to the settings; and the way to try it."""
    planted = _planted(name, stage)
    style.small(f"{_begun(planted.answer.sentence)} How it happens: {_begun(flaws.info(name).help)}")
    place, test = flaws.info(name).place, planted.splits.test
    if place == "specs":
        draw_specs(planted, name)
    elif place == "nothing":
        gallery.show([_tile(planted.splits.train, row) for row in range(SHOWN)], side=SIDE)
    elif test.attributes is not None and "copy_of" in test.attributes:
        draw_copies(planted)
    elif place == "serving":
        draw_serving(stage, planted)
    else:
        draw_data(planted)
    recipe = links.format_recipe({links.MATERIAL: {"flaw": name} if name != "none" else {}})
    parameters = {links.RECIPE: recipe} if recipe else {}
    links.button("pages/data.py", "Plant it yourself", ":material/photo_library:", parameters, key="plant")


@st.cache_resource(max_entries=24, show_spinner="Planting the flaw")
def _planted(name: str, _stage: Stage) -> Planted:
    """The flaw in a few pictures; a fault of serving in those of the shipped network, which has to bear it."""
    at_serving = flaws.info(name).place == "serving"
    return flaws.plant(_stage.opened.planted.splits if at_serving else guide_stage.few_pictures(), name)


def draw_data(planted: Planted) -> None:
    """Pictures before and after; counts where there are fewer of them; labels where these are wrong."""
    before, after = planted.clean.train, planted.splits.train
    if len(before) != len(after):
        draw_counts(before, after)
        return
    if not np.array_equal(before.labels, after.labels):
        rows = np.flatnonzero(before.labels != after.labels)[:SHOWN]
        style.small(Markdown("**These labels are wrong**"))
        gallery.show([_mislabelled(before, after, row) for row in rows], side=SIDE)
        return
    draw_pairs(before, after, "As they were", "With the flaw")


def draw_pairs(before: Dataset, after: Dataset, first: str, second: str) -> None:
    """The same pictures in two rows."""
    changed = np.flatnonzero([not np.array_equal(*pair) for pair in zip(before.images, after.images, strict=True)])
    for title, data in ((first, before), (second, after)):
        style.small(Markdown(f"**{title}**"))
        gallery.show([_tile(data, row) for row in changed[:SHOWN]], side=SIDE)


def draw_counts(before: Dataset, after: Dataset) -> None:
    """How many pictures there are of each class."""
    names = [spaced(name) for name in before.class_names]
    parts = {"as it was": before.labels, "with the flaw": after.labels}
    counts = pd.DataFrame(
        [
            {"class": name, "level": part, "pictures": int((labels == label).sum()), "share": 0.0}
            for part, labels in parts.items()
            for label, name in enumerate(names)
        ]
    )
    counts["share"] = counts["pictures"] / counts["pictures"].max()
    charts.show(charts.spread(counts, "pictures of it"))


def draw_copies(planted: Planted) -> None:
    """Test pictures beside the training pictures that they are copies of."""
    test, train = planted.splits.test, planted.splits.train
    assert test.attributes is not None
    copies = test.attributes["copy_of"].to_numpy()
    rows = np.flatnonzero(copies >= 0)[:SHOWN]
    style.small(Markdown("**In the test set**"))
    gallery.show([_tile(test, row) for row in rows], side=SIDE)
    style.small(Markdown("**Already in the training set**"))
    gallery.show([_tile(train, row) for row in copies[rows]], side=SIDE)


def draw_serving(stage: Stage, planted: Planted) -> None:
    """Pictures as they were and as they arrive, and what the shipped network makes of both."""
    before, after = planted.clean.test, planted.splits.test
    right = [_right(stage, data) for data in (before, after)]
    style.small(
        f"The network that comes with Hunch gets {right[0]} of {len(before)} pictures right as they were, and "
        f"{right[1]} as they arrive."
    )
    draw_pairs(before, after, "As they were", "As they arrive")


def _right(stage: Stage, data: Dataset) -> int:
    sure = caches.answers(stage.run.key, data.key, stage.run, data.images)
    return int((sure.argmax(axis=1) == data.labels).sum())


def draw_specs(planted: Planted, name: str) -> None:
    """What the flaw sets, and on a press what becomes of a small network that is trained so."""
    from core.networks import NetworkSpec, TrainingSpec

    given = {"network": planted.network_spec, "training": planted.training_spec}
    usual: dict[str, Any] = {"network": NetworkSpec(), "training": TrainingSpec()}
    rows = [
        {"setting": dial.title, "as usual": str(getattr(usual[part], dial.name)), "with the flaw": str(value)}
        for part, spec in given.items()
        if spec is not None
        for dial in type(spec).dials()
        if (value := getattr(spec, dial.name)) != getattr(usual[part], dial.name)
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    asked = f"_both_{name}"
    st.button(
        "Train both on a few pictures", key="train_both", disabled=not access.may("train"),
        on_click=long_work.request, args=(asked,),
    )  # fmt: skip
    access_notes.draw_refusal("train")
    if st.session_state.get(asked):
        draw_both(planted, name)


def draw_both(planted: Planted, name: str) -> None:
    """Two small networks on the same pictures: as usual, and with the flaw.

    Raises:
        NotAllowed: for a viewer.
    """
    from core.networks import train

    access.require("train")
    store, splits = access.store(), _small()

    def work(on_step: OnStep) -> list[dict[str, str]]:
        usual = train(splits, store=store, on_step=on_step)
        flawed = train(splits, planted.network_spec, planted.training_spec, store=store, on_step=on_step)
        return [_fared("as usual", usual), _fared("with the flaw", flawed)]

    table = long_work.compute_once(compute.large(), f"guide_both_{name}", "Training both", work, in_turn=True)
    if table is not None:
        st.dataframe(pd.DataFrame(table), hide_index=True)


def _fared(title: str, run: Run) -> dict[str, str]:
    last = run.history.iloc[-1]
    return {
        "trained": title,
        "right on training pictures": f"{last['accuracy']:.0%}",
        "right on new pictures": f"{run.accuracy:.0%}",
    }


@st.cache_resource(max_entries=1, show_spinner="Loading a few pictures")
def _small() -> Any:
    from core import datasets

    return datasets.load("wardrobe", **{**guide_stage.FEW, **SMALL})


def _tile(data: Dataset, row: int) -> gallery.Tile:
    name = spaced(data.class_names[data.labels[row]])
    return gallery.Tile(data.images[row], words.with_article(name), name)


def _mislabelled(before: Dataset, after: Dataset, row: int) -> gallery.Tile:
    true, said = (spaced(data.class_names[data.labels[row]]) for data in (before, after))
    return gallery.Tile(before.images[row], words.with_article(true), f"is {true}, labelled {said}")


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
