"""One unit of a layer: what it answers, the picture made for it, and the pictures that it likes most and least."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core import render
from core import text as words
from core.errors import InputError
from core.features import (
    Difference,
    Neuron,
    Responses,
    Visualization,
    VisualizeSettings,
    top_examples,
    unit_attribution,
    unit_histogram,
)
from core.features.common_attributes import CLASS, common_attributes
from core.glossary import meaning
from pages.parts.features import answer as features_answer
from pages.parts.features import charts as features_charts
from pages.parts.features import compute as work
from pages.parts.features import pictures
from pages.parts.features.compute import Asked
from pages.parts.shared import charts, frame, gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile

STRONGEST = 24  # pictures in which something common is looked for
SHOWN = 8
RESTS_ON = 4
RARE = 0.01
BESIDE = {"scene": "the background", "sticker": "the sticker", "border": "the frame"}
FLAGS = {"sticker": "have a sticker", "border": "have a border", "flip": "are mirrored"}


@dataclass(frozen=True)
class UnitDials:
    """What the dials say of a unit.

    Args:
        unit: its number.
        others: units that are pleased along with it.
        against: a unit that is displeased; None for none.
        place: row and column of the one place at which it is pleased; None for everywhere.
        making: how pictures are made.
        at_once: whether they are made without a press on the button.
        mattered: whether the pixels that mattered are laid over made pictures.
    """

    unit: int
    others: tuple[int, ...]
    against: int | None
    place: tuple[int, int] | None
    making: VisualizeSettings
    at_once: bool
    mattered: bool

    @property
    def wish(self) -> Any:
        """What the picture should please, as `make_pictures` takes it."""
        if self.place is None:
            group: Any = (self.unit, *self.others) if self.others else self.unit
            return group if self.against is None else Difference(group, self.against)
        if self.others:
            raise InputError(
                "Only one unit can be visualised at one position", self.caption, "Empty the field for several units."
            )
        here = Neuron(self.unit, *self.place)
        return here if self.against is None else Difference(here, Neuron(self.against, *self.place))

    @property
    def caption(self) -> str:
        """The same in words."""
        group = " and ".join(f"unit {unit}" for unit in (self.unit, *self.others))
        if self.place is not None:
            group = f"{group} at row {self.place[0]}, column {self.place[1]}"
        return group if self.against is None else f"{group}, against unit {self.against}"


def numbers(text: str, units: int) -> tuple[int, ...]:
    """Units that were typed, such as "3, 7".

    Raises:
        InputError: for anything but numbers of units.
    """
    parts = [part for part in re.split(r"[,;\s]+", text) if part]
    wrong = [part for part in parts if not part.isdecimal() or int(part) >= units]
    if wrong:
        raise InputError(
            f"Units that go together should be numbers from 0 to {units - 1}", wrong[0], 'Write for example "3, 7".'
        )
    return tuple(dict.fromkeys(int(part) for part in parts))


def draw(asked: Asked, found: Responses, table: pd.DataFrame, dials: UnitDials) -> None:
    """The page of one unit."""
    row: dict[Any, Any] = table.iloc[dials.unit].to_dict()
    best = top_examples(asked.model, asked.data.images, asked.layer, dials.unit, STRONGEST, known=found)
    draw_answer(asked, dials.unit, row, best.indices, len(table))
    with frame.boundary():
        draw_made(asked, found, dials)
    draw_examples(asked, found, dials.unit)
    with frame.boundary():
        draw_rests_on(asked, best.indices[:RESTS_ON], dials.unit)
    with frame.boundary():
        features_answer.draw(asked, dials.unit, best, maps=max(found.shape) > 1)
    draw_histogram(asked, found, dials.unit, row)


def draw_answer(asked: Asked, unit: int, row: dict[Any, Any], strongest: np.ndarray, units: int) -> None:
    """What the unit is for, as far as its strongest pictures tell."""
    small = (
        f"{asked.layer}, unit {unit} of {units}. Silent at {row['sparsity']:.0%} of all places; strongest answer "
        f"{row['peak']:.3g}; class selectivity {row['selectivity']:.2f}."
    )
    if row["dead"]:
        sentence = f"It answers the same at every place of all {len(asked.data):,} pictures, so it tells nothing apart."
        frame.answer("A dead unit", sentence, f"{asked.layer}, unit {unit} of {units}.", tone="bad")
        return
    shared: dict[Any, Any] = common_attributes(asked.data, strongest).iloc[0].to_dict()
    if shared["p_value"] > RARE:
        sentence = (
            f"The {len(strongest)} pictures that it answers most have no class, scene or other known trait in common "
            "beyond what chance would bring."
        )
        frame.answer("No common attribute", sentence, small)
        return
    beside = BESIDE.get(shared["attribute"])
    remark = f" That is {beside}, not the object." if beside else ""
    among = "all" if shared["among"] == shared["of"] else f"{shared['among']}"
    sentence = f"Of the {shared['of']} pictures that it answers most, {among} {phrase(shared)}; of all "
    sentence += f"{shared['n']:,} pictures {shared['overall']:,} do.{remark}"
    frame.answer(verdict(shared), sentence, small, tone="bad" if beside else "good")


def verdict(shared: dict[Any, Any]) -> str:
    """What the strongest pictures share, in a word or two."""
    level = spaced(shared["level"])
    name = shared["attribute"] if isinstance(shared["level"], bool | np.bool_) else level
    return f"{name[:1].upper()}{name[1:]}, above all"


def phrase(shared: dict[Any, Any]) -> str:
    """The same as the end of a sentence about pictures."""
    attribute, level = shared["attribute"], spaced(shared["level"])
    if attribute == CLASS:
        return f"show {words.with_article(level)}"
    if attribute == "scene":
        return f"are set on {level}"
    if isinstance(shared["level"], bool | np.bool_):
        return FLAGS.get(attribute, f"are marked {spaced(attribute)}")
    return f"have the {spaced(attribute)} {level}"


def draw_made(asked: Asked, found: Responses, dials: UnitDials) -> None:
    """The picture that was made to please the unit, and how it compares with real ones."""
    st.header("The picture that would activate it most", anchor=False, help=meaning("feature visualisation"))
    place = st.empty()
    of = {"layer": asked.layer, "units": [dials.wish]}
    captions = [dials.caption] * dials.making.variants

    def show(seen: Visualization) -> None:
        pictures.show_made(
            place, seen, captions, side=pictures.LARGE, mattered=dials.mattered, beside=best_real(asked, found, dials)
        )

    if not (dials.at_once or st.button("Visualise", key="feature_make", icon=":material/brush:")):
        style.small("Takes a few seconds.")
        return
    seen = work.pictures(asked, dials.making, of, "Painting", show)
    if seen is None:
        return
    style.small(compared(found, dials, seen, len(asked.data)))
    pictures.downloads(seen, f"{asked.layer}_{seen.names[0]}".replace("/", "_").replace(" ", ""), "feature_unit")


def real_scores(found: Responses, dials: UnitDials) -> np.ndarray | None:
    """What the real pictures score at the same task, (N,); None where the survey does not tell."""
    if not isinstance(dials.wish, int) or dials.making.places == "middle":
        return None
    return (found.peak if dials.making.places == "max" else found.mean)[:, dials.unit]


def best_real(asked: Asked, found: Responses, dials: UnitDials) -> list[Tile]:
    """The real picture that the unit answers most in the same way."""
    scores = real_scores(found, dials)
    if scores is None:
        return []
    index = int(scores.argmax())
    name = spaced(asked.data.class_names[asked.data.labels[index]])
    return [
        Tile(asked.data.images[index], f"Picture {index}, {words.with_article(name)}", f"best real picture: {name}")
    ]


def compared(found: Responses, dials: UnitDials, seen: Visualization, n: int) -> str:
    """How strongly the unit answers the made picture and the best real one, in a sentence."""
    real = real_scores(found, dials)
    if real is None:
        return f"Its score is {seen.scores.max():.3g} after {seen.steps} steps."
    how = "at its strongest place" if dials.making.places == "max" else "over all places on average"
    best = f"the best of {n:,} real pictures gets {real.max():.3g}"
    return f"The unit's activation for it is {seen.scores.max():.3g} {how}; {best}."


def draw_examples(asked: Asked, found: Responses, unit: int) -> None:
    """The pictures that the unit answers most and least."""
    st.header("Pictures that activate it most", anchor=False, help=meaning("region in view"))
    _examples(asked, found, unit, least=False)
    style.small("The outline is the unit's receptive field; the number is its activation.")
    with st.expander("Pictures that activate it least", key="feature_least"):
        _examples(asked, found, unit, least=True)


def _examples(asked: Asked, found: Responses, unit: int, *, least: bool) -> None:
    examples = top_examples(asked.model, asked.data.images, asked.layer, unit, SHOWN, least=least, known=found)
    names = asked.data.class_names
    tiles = []
    for index, region, answer in zip(examples.indices, examples.regions, examples.responses, strict=True):
        name = spaced(names[asked.data.labels[index]])
        alt = f"Picture {index}, {words.with_article(name)}, with the part that the unit saw outlined"
        tiles.append(Tile(pictures.outlined(asked.data.images[index], region), alt, f"{name}, {answer:.3g}"))
    gallery.show(tiles, side=pictures.SMALL, key=f"examples_{least}")


def draw_rests_on(asked: Asked, strongest: np.ndarray, unit: int) -> None:
    """Which pixels of its strongest pictures the unit's answer rests on."""
    st.header("What activates it in them", anchor=False, help=meaning("unit attribution"))
    images = asked.data.images[strongest]

    def attribute(on_step: Any) -> np.ndarray:
        return unit_attribution(asked.model, images, asked.layer, unit, on_step=on_step)

    maps = work.compute_once(asked, ["attribution", unit, strongest.tolist()], "Finding its pixels", attribute)
    if maps is None:
        return
    tiles = [
        Tile(
            render.overlay(image, values, 0.75, signed=True),
            f"Picture {index}, with the pixels that the unit's answer rests on",
            f"picture {index}",
        )
        for image, values, index in zip(images, maps, strongest, strict=True)
    ]
    gallery.show(tiles, side=pictures.SMALL, key="rests_on")
    style.small("Orange raises its answer, blue lowers it. Integrated gradients from the picture's mean colour.")


def draw_histogram(asked: Asked, found: Responses, unit: int, row: dict[Any, Any]) -> None:
    """How strongly it answers pictures of each class."""
    st.header("Activation by class", anchor=False, help=meaning("selectivity"))
    counts = unit_histogram(found.peak[:, unit], asked.data).assign(
        **{"class": lambda table: table["class"].map(spaced)}
    )
    charts.show(features_charts.answers_by_class(counts, spaced(row["prefers"])))
    style.small("Each bar is a share of the class's own pictures. The class with the highest mean is in colour.")
