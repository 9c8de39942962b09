"""Ideas that people have words for: does the network use them? Those that come with the data, and one's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core import text as words
from core.features.responses import checked_layer
from core.glossary import meaning
from core.insight import ConceptSettings, known_concepts
from core.insight import sentences as say
from core.insight.tcav import FEWEST, Concept
from core.spreadsheets import csv_of
from pages.parts.insight import charts as insight_charts
from pages.parts.insight import compute as work
from pages.parts.insight.compute import Asked
from pages.parts.markdown import literal
from pages.parts.shared import charts, controls, frame, gallery, long_work, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile
from pages.parts.state import caches

PREFIX = "idea"
OWN = "insight_own"
SHOWN, ROWS = 12, 14
NOTHING = "only my own"


def draw_dials(asked: Asked) -> tuple[list[Concept], ConceptSettings]:
    """Which ideas, and how they are tested."""
    everything = known_concepts(asked.data)
    kinds = list(dict.fromkeys(concept.attribute for concept in everything))
    kind = st.selectbox(
        "Ideas about", [*kinds, NOTHING], format_func=lambda name: name if name == NOTHING else say.title(name),
        key="insight_ideas", bind="query-params", help=meaning("concept"),
    )  # fmt: skip
    settings = controls.draw(
        ConceptSettings,
        PREFIX,
        skip=("layer",),
        helps={"opposites": "How often each idea is set against random pictures."},
    )
    layers = [info.path for info in caches.layers(asked.opened.run.key, asked.opened.run) if len(info.shape) in (2, 4)]
    layer = st.selectbox(
        "Looked for in", [controls.DECIDE, *layers], key="insight_layer", bind="query-params",
        help=f"{meaning('layer')} Left open, the last one that still sees places.",
    )  # fmt: skip
    chosen = settings if layer == controls.DECIDE else ConceptSettings.of(settings, layer=layer)
    return [concept for concept in everything if concept.attribute == kind], chosen


def draw(asked: Asked, wanted: list[Concept], settings: ConceptSettings) -> None:
    """The test behind a button, what it found, and making an idea of one's own."""
    own = own_concept(asked)
    wanted = [*wanted, *([own] if own is not None else [])]
    if not wanted:
        frame.answer("Pick some pictures", f"Choose at least {FEWEST} pictures below that show what you mean.")
    else:
        draw_test(asked, wanted, settings)
    draw_own(asked)


def draw_test(asked: Asked, wanted: list[Concept], settings: ConceptSettings) -> None:
    """The result where it is at hand or asked for; else the button that asks."""
    flag = f"_ideas_{asked.key}_{settings.key}_{[(concept.name, len(concept.indices)) for concept in wanted]}"
    if not st.session_state.get(flag) and not work.is_known(asked, work.concepts_key(wanted, settings)):
        with st.container(border=True):
            st.header("Does it use these ideas?", anchor=False, help=meaning("concept test"))
            names = literal(", ".join(spaced(concept.name) for concept in wanted))
            st.markdown(
                f"To be tested: {names}. For each, the network's inner values are moved on the way from random "
                "pictures to those that show it, and the scores are watched. Ideas made of random "
                "pictures say what chance does."
            )
            st.button(
                "Test them",
                type="primary",
                icon=":material/science:",
                key="insight_test",
                on_click=long_work.request,
                args=(flag,),
            )
            style.small("A few seconds.")
        return
    table = work.concepts(asked, wanted, settings)
    if table is not None:
        draw_found(table, settings, asked)


def draw_found(table: pd.DataFrame, settings: ConceptSettings, asked: Asked) -> None:
    """What stands out from chance."""
    clear = table[table["clear"]]
    strong = clear.loc[clear["sensitivity"].abs().sort_values(ascending=False).index]
    layer = checked_layer(asked.model, settings.layer)
    small = (
        f"{len(clear)} of {len(table)} pairs of an idea and an answer stand out from random ideas (t-test, Holm). "
        f"Looked for in {layer}."
    )
    sentence = idea_sentence(strong.iloc[0]) if len(strong) else "None of them moves a score more than random ideas do."
    frame.answer(
        "It uses some" if len(strong) else "No sign of them", sentence, small, tone="bad" if len(strong) else "good"
    )
    st.header("How far each idea moves each score", anchor=False, help=meaning("concept test"))
    shown = table.loc[table["sensitivity"].abs().sort_values(ascending=False).index].head(ROWS)
    shown = shown.assign(
        title=[f"{spaced(idea)} → {spaced(name)}" for idea, name in zip(shown["concept"], shown["class"], strict=True)],
        sentence=[idea_sentence(row) for _, row in shown.iterrows()],
    )
    charts.show(insight_charts.ideas(shown))
    style.small(
        "The grey bar is what random ideas reach. A mark in colour lies outside it, corrected for looking at so many. "
        "Right of the line the idea speaks for the answer, left of it against."
    )
    with st.expander("All numbers", key="insight_idea_numbers"):
        st.dataframe(table, hide_index=True)
        st.download_button("CSV", csv_of(table), "ideas.csv", "text/csv", key="insight_idea_csv",
                           icon=":material/download:")  # fmt: skip
        style.small(
            "score: share of the pictures whose score grows along the idea (TCAV). sensitivity: how far it moves, in "
            "logits, to first order. separable: how well the layer tells the idea's pictures from random ones; near "
            "0.5 it does not see the idea."
        )


def idea_sentence(row: pd.Series) -> str:
    """One row in words."""
    way = "for" if row["sensitivity"] > 0 else "against"
    share = row["score"] if row["sensitivity"] > 0 else 1 - row["score"]
    chance = "" if row["clear"] else " Random ideas do as much."
    return (
        f"{spaced(row['concept']).capitalize()} speaks {way} {spaced(row['class'])} in {100 * share:.0f} of 100 "
        f"pictures of that class.{chance}"
    )


def own_concept(asked: Asked) -> Concept | None:
    """What the visitor picked, where it is enough."""
    rows = [row for row in picked() if row < len(asked.data)]
    if len(rows) < FEWEST:
        return None
    return Concept(st.session_state.get("insight_name") or "my idea", np.array(sorted(rows)), "")


def picked() -> list[int]:
    """The numbers of the pictures that were picked, as the dial or the link says them."""
    text = str(st.session_state.get(OWN) or st.query_params.get(OWN, ""))
    return sorted({int(part) for part in text.replace(",", " ").split() if part.isdecimal()})


def draw_own(asked: Asked) -> None:
    """Making an idea by picking pictures."""
    st.header("An idea of your own", anchor=False, help=meaning("concept"))
    rows = [row for row in picked() if row < len(asked.data)]
    style.small(
        f"Pick pictures that show what you mean: {FEWEST} at least, better about twenty. {len(rows)} are picked."
    )
    with st.container(horizontal=True):
        st.text_input("What you call it", "my idea", key="insight_name", bind="query-params", width=220)
        st.text_input(
            "Numbers of the pictures", key=OWN, bind="query-params", width=320, placeholder="such as 3, 17, 20, 41",
            help="Type them, or press Add below a picture.",
        )  # fmt: skip
    pages = -(-len(asked.data) // SHOWN)
    page = st.pagination(pages, key="insight_idea_page", bind="query-params") if pages > 1 else 1
    tiles = []
    for row in range((page - 1) * SHOWN, min(page * SHOWN, len(asked.data))):
        name = spaced(asked.data.class_names[asked.data.labels[row]])
        taken = row in rows
        tiles.append(
            Tile(asked.data.images[row], words.with_article(name), f"{row}, taken" if taken else str(row), _toggle, row,
                 "Remove" if taken else "Add")
        )  # fmt: skip
    gallery.show(tiles, side=96, key=f"insight_pick_{page}")


def _toggle(row: int) -> None:
    rows = set(picked()) ^ {row}
    st.session_state[OWN] = ", ".join(map(str, sorted(rows)))
