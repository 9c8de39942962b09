"""A readable stand-in for the network: rules, how often they agree with it, and where they do not."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import text as words
from core.glossary import meaning
from core.insight import StandIn, StandInSettings
from core.insight import sentences as say
from core.insight.attributes import CLASS
from core.spreadsheets import csv_of
from pages.parts.insight import charts as insight_charts
from pages.parts.insight import compute as work
from pages.parts.insight.compute import Asked
from pages.parts.markdown import literal
from pages.parts.shared import charts, controls, frame, gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile

PREFIX = "rules"
SHOWN = 8
MOST_WEIGHTS = 14
GOOD = 0.8


def draw_dials() -> StandInSettings:
    """What the rules may be."""
    return controls.draw(StandInSettings, PREFIX)


def draw(asked: Asked, settings: StandInSettings) -> None:
    """The verdict, the rules, and where they fail."""
    found = work.stand_in(asked, settings)
    if found is None:
        return
    draw_verdict(found, settings)
    if found.nodes:
        draw_tree(found)
    else:
        draw_weights(found)
    draw_failures(asked, found)


def draw_verdict(found: StandIn, settings: StandInSettings) -> None:
    """How far the rules can stand for the network."""
    useless = found.low <= found.baseline
    good = found.fidelity >= GOOD and not useless
    verdict = "They describe it well" if good else "They do not describe it" if useless else "They describe part of it"
    blind = good and not settings.with_object
    frame.answer(
        verdict,
        found.sentence,
        f"Judged on {found.n:,} pictures that the rules did not learn from. 95% interval."
        + (
            " Rules that never see the object should not do so well: the network goes by other things." if blind else ""
        ),
        tone="bad" if blind else "good" if good else "plain",
    )


def draw_tree(found: StandIn) -> None:
    """The tree, drawn and in words."""
    st.header("The rules", anchor=False, help=meaning("readable stand-in"))
    with st.container(key="insight_tree", horizontal=True):
        charts.show(insight_charts.tree(found.nodes))
    with st.expander("In words", key="insight_rules_words"):
        st.markdown("\n".join(f"- {literal(rule)}" for rule in found.rules))
        text = "\n".join(found.rules)
        st.download_button(
            "Text", text, "rules.txt", "text/plain", key="insight_rules_text", icon=":material/download:"
        )


def draw_weights(found: StandIn) -> None:
    """The points of each thing for one answer."""
    st.header("The points", anchor=False, help=meaning("readable stand-in"))
    names = [name for name in found.weights if name not in ("attribute", "level")]
    answer = st.selectbox(
        "For the answer",
        names,
        format_func=spaced,
        key="insight_answer",
        bind="query-params",
        help="Which answer's points.",
    )
    table = pd.DataFrame(
        {
            "title": [_named(row["attribute"], row["level"]) for row in found.weights.to_dict("records")],
            "points": found.weights[answer],
        }
    )
    table = table.loc[table["points"].abs().sort_values(ascending=False).index].head(MOST_WEIGHTS)
    charts.show(insight_charts.weights(table))
    style.small("The answer with the most points wins. A number counts for each step (its standard deviation).")
    with st.expander("All points", key="insight_points"):
        st.dataframe(found.weights, hide_index=True)
        st.download_button("CSV", csv_of(found.weights), "points.csv", "text/csv", key="insight_points_csv",
                           icon=":material/download:")  # fmt: skip


def _named(attribute: str, level: str) -> str:
    if attribute == CLASS:
        return f"it is {say.one_of(level)}"
    return say.having(attribute, level or "one step more")


def draw_failures(asked: Asked, found: StandIn) -> None:
    """Where the rules and the network part ways."""
    st.header("Where they fail", anchor=False, help=meaning("fidelity"))
    wrong = [place for place in range(found.n) if found.says[place] != found.network[place]]
    if not wrong:
        st.markdown("On no held-out picture.")
        return
    worst = found.failures[found.failures["clear"]].head(3)
    for row in worst.to_dict("records"):
        st.markdown(
            f"- {literal(say.where(row['attribute'], row['level']).capitalize())}, they agree in "
            f"{100 * row['agreement']:.0f} of 100 ({100 * row['low']:.0f} to {100 * row['high']:.0f})."
        )
    if worst.empty:
        st.markdown("Nowhere in particular: they fail about as often on every kind of picture.")
    names = [spaced(name) for name in asked.data.class_names]
    tiles = [
        Tile(
            asked.data.images[found.indices[place]], words.with_article(names[asked.data.labels[found.indices[place]]]),
            f"network: {names[found.network[place]]}; rules: {names[found.says[place]]}",
        )
        for place in wrong[:SHOWN]
    ]  # fmt: skip
    gallery.show(tiles, side=112, key="insight_wrong")
    with st.expander("All numbers", key="insight_failures"):
        st.dataframe(found.failures, hide_index=True)
