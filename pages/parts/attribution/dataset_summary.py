"""All pictures at once: where the evidence of each class lies, how much of it on the object, and in which groups."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, get_args

import streamlit as st

from core import attribution, render
from core.attribution.dataset_summary import Asked, DatasetSummary, summarise_dataset
from core.datasets import Dataset
from core.glossary import meaning
from core.progress import OnStep
from core.settings import Settings, digest
from pages.parts.attribution import charts as attribution_charts
from pages.parts.attribution import clusters, methods
from pages.parts.attribution.question import Question
from pages.parts.shared import charts, controls, frame, gallery, long_work, style
from pages.parts.shared.controls import spaced
from pages.parts.state.caches import Shelf
from pages.parts.state.current_run import Opened

SIDE = 132
PENDING = "_surveying"
ASKED = {"predicted": "the network's answer", "label": "the true class"}
OBJECT = "object"


@dataclass(frozen=True, eq=False)
class Survey:
    """What is asked about all pictures.

    Args:
        opened: the current run.
        data: the pictures.
        method: one method, with its dials.
        settings: these dials.
        layer: the layer that it reads; None for the last convolution's.
        asked: which class each map speaks for.
        region: the mask that evidence is measured on; empty where none is known.
    """

    opened: Opened
    data: Dataset
    method: str
    settings: Settings
    layer: str | None
    asked: Asked
    region: str

    @property
    def key(self) -> str:
        """Everything that the result depends on."""
        parts = [
            self.opened.run.key,
            self.data.key,
            self.method,
            self.settings.key,
            self.layer,
            self.asked,
            self.region,
        ]
        return digest(["overview", *parts])


@st.cache_resource(max_entries=1, show_spinner=False)
def shelf() -> Shelf:
    """The maps of whole data sets, which are large."""
    return Shelf(4)


def draw(opened: Opened, data: Dataset, question: Question) -> None:
    """The views of all pictures."""
    survey = draw_dials(opened, data, question)
    found = shelf().get(survey.key)
    if found is None and st.session_state.get(PENDING) != survey.key:
        draw_button(survey)
        return
    found = long_work.compute_once(
        shelf(), survey.key, f"Explaining {len(data):,} pictures", _maker(survey), run=opened.run.key
    )
    if found is None:
        return
    draw_verdict(survey, found)
    draw_classes(survey, found)
    clusters.draw(data, found, survey.key, question)


def draw_dials(opened: Opened, data: Dataset, question: Question) -> Survey:
    """Which method is asked, about which class, measured on which region."""
    known = attribution.methods()
    default = next(iter(question.methods), "grad_cam")
    first, second, third = st.columns(3)
    with first:
        method = st.selectbox(
            "Method for all pictures",
            list(known),
            None,
            format_func=lambda name: known[name].title,
            key="all_method",
            placeholder=known[default].title,
            help="With its current settings.",
            bind="query-params",
        )
    with second:
        asked = st.selectbox(
            "Each map speaks for",
            get_args(Asked),
            format_func=lambda name: ASKED[name],
            key="all_asked",
            help="Its own answer shows what decided it; the true class shows what speaks for the right one.",
            bind="query-params",
        )
    with third:
        region = _draw_region(data)
    name = method or default
    settings = question.methods.get(name) or controls.read(known[name].Settings, name)
    layer = question.layer if known[name].needs_layer else None
    return Survey(opened, data, name, settings, layer, asked, region)


def _draw_region(data: Dataset) -> str:
    regions = [name for name, mask in (data.masks or {}).items() if mask.any()]
    if not regions:
        style.small("These pictures have no object masks.")
        return ""
    if st.session_state.get("region") not in regions:
        # It was chosen among the masks of other pictures.
        st.session_state["region"] = OBJECT if OBJECT in regions else regions[0]
    return st.selectbox("Region", regions, key="region", help=meaning("relevance mass"), bind="query-params")


def draw_button(survey: Survey) -> None:
    """The button that begins, and how much work it is."""
    count = len(survey.data)
    info = attribution.methods()[survey.method]
    st.button(
        f"Explain all {count:,} pictures",
        type="primary",
        key="explain_all",
        icon=":material/grid_view:",
        on_click=_begin,
        args=(survey.key,),
    )
    cost = methods.cost(survey.opened, info, survey.settings, survey.layer)
    style.small(f"By {info.title}. {cost} The mean map of each class and groups of similar maps appear here.")


def draw_verdict(survey: Survey, found: DatasetSummary) -> None:
    """Where the evidence lies, over all pictures."""
    multiple, count = found.multiple, len(survey.data)
    title = attribution.methods()[survey.method].title
    small = f"{title}, {count:,} pictures, each asked about {ASKED[survey.asked]}."
    if multiple is None or math.isnan(multiple.value):
        frame.answer("Where the evidence lies", "The mean map of each class is shown below.", small)
        return
    region = f"the {spaced(survey.region)}"
    if multiple.low > 1:
        verdict = f"More on {region} than by chance"
    elif multiple.high < 1:
        verdict = f"Less on {region} than by chance"
    else:
        verdict = f"No more on {region} than by chance"
    frame.answer(
        f"{verdict}.",
        f"{region.capitalize()} holds {multiple.value:.1f} times its share of the evidence; 1 would be a uniform map.",
        f"Interval {multiple.low:.2f} to {multiple.high:.2f}, 95% sure, over {multiple.n:,} pictures with a mask. "
        f"{small}",
    )


def draw_classes(survey: Survey, found: DatasetSummary) -> None:
    """The mean map of each class, and how much of it lies on the region."""
    st.subheader("What decides each class", anchor=False, help=meaning("mean map"))
    tiles = [
        gallery.Tile(render.heatmap(mean, signed=False), f"Mean map of {spaced(name)}", found.sentence(index))
        for index, (name, mean) in enumerate(zip(found.class_names, found.means, strict=True))
    ]
    gallery.show(tiles, side=SIDE, key="means")
    rows = found.classes.dropna(subset=["multiple"])
    if len(rows):
        region = spaced(survey.region)
        charts.show(attribution_charts.multiples(rows.assign(name=rows["name"].map(spaced)), region))
        style.small("Dots are means over pictures, lines their 95% intervals; the grey line is chance.")


def _maker(survey: Survey) -> Any:
    def make(on_step: OnStep) -> DatasetSummary:
        return summarise_dataset(
            survey.opened.run.model,
            survey.data,
            method=survey.method,
            layer=survey.layer,
            asked=survey.asked,
            mask=survey.region,
            on_step=on_step,
            **survey.settings.model_dump(),
        )

    return make


def _begin(key: str) -> None:
    long_work.forget_stops([key])
    st.session_state[PENDING] = key
