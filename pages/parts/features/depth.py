"""Is "edges first, objects later" true of this network?"""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.features.depth import TRAINED, Depth, DepthSettings, compare_edges_and_objects
from core.features.stages import feature_layers
from core.glossary import meaning
from core.networks.evaluator import ModelEvaluator
from core.spreadsheets import csv_of
from pages.parts.features import charts as features_charts
from pages.parts.features import compute as work
from pages.parts.features.compute import Asked
from pages.parts.markdown import Markdown
from pages.parts.shared import charts, frame, long_work, style
from pages.parts.shared.progress import duration

WIDTH = 330
SECONDS = 0.001
"""For a picture in a layer of one network, on two cores."""
TITLES = {"edges and colours": "explained by edges and colours", "position": "reading its position (R²)"}
TONES = {"supported": "good", "not supported": "bad", "inconclusive": "plain"}
VERDICTS = {"supported": "True here", "not supported": "Not true here", "inconclusive": "Cannot tell"}


def draw(asked: Asked, dials: DepthSettings) -> None:
    """The measurement, behind a button, and what it says."""
    layers = len(feature_layers(ModelEvaluator.of(asked.model).graph))
    what = ["depth", dials.key]
    wanted = f"_depth_{asked.opened.run.key}_{asked.data.key}_{dials.key}"
    if not st.session_state.get(wanted) and not work.is_known(asked, what):
        with st.container(border=True):
            st.header("Edges first, objects later?", anchor=False)
            st.markdown(
                "Lower layers are said to detect edges, and upper layers objects. Measure it for this network: how "
                "much of each unit a bank of edge and colour filters explains, and what can be read from each layer, "
                "both here and in an untrained copy."
            )
            st.button(
                "Measure it",
                type="primary",
                icon=":material/straighten:",
                key="feature_measure",
                on_click=long_work.request,
                args=(wanted,),
            )
            seconds = 2 * SECONDS * (layers + 1) * min(dials.pictures, len(asked.data))
            style.small(f"About {duration(seconds)}, for {layers} layers of two networks.")
        return

    def measure(on_step: Any) -> Depth:
        return compare_edges_and_objects(asked.model, asked.data, on_step=on_step, **dials.model_dump())

    found = work.compute_once(asked, what, "Measuring", measure)
    if found is not None:
        draw_found(found)


def draw_found(found: Depth) -> None:
    """The verdict, and a chart for each question."""
    sentence = found.sentence.partition(": ")[2]
    frame.answer(
        VERDICTS[found.conclusion],
        f"{sentence[:1].upper()}{sentence[1:]}",
        "Intervals are 95%. Evaluated on held-out pictures and positions.",
        tone=TONES[found.conclusion],
    )
    table = found.chart()
    explained = "  \n".join(
        f"**{term.capitalize()}**: {meaning(term)}" for term in ("filter bank", "linear probe", "untrained copy")
    )
    st.header("Over the depth of the network", anchor=False, help=explained)
    style.small(Markdown(":green[**The trained network**] and its untrained copy in grey; the dashed line is chance."))
    with st.container(horizontal=True, gap="medium"):
        for question, part in table.groupby("question", sort=False):
            with st.container(width=WIDTH):
                trained = part[part["network"] == TRAINED]
                title = TITLES.get(str(question), f"reading the {question}")
                charts.show(
                    features_charts.over_depth(part, title, float(trained["chance"].max()), int(table["depth"].max()))
                )
    order = table.drop_duplicates("depth").sort_values("depth")
    style.small("Depth: " + ", ".join(f"{row.depth} {row.layer}" for row in order.itertuples()) + ".")
    with st.expander("All numbers", key="feature_depth_table"):
        st.dataframe(found.probes, hide_index=True)
        st.download_button("CSV", csv_of(table), "depth.csv", "text/csv", key="feature_depth_csv",
                           icon=":material/download:")  # fmt: skip
