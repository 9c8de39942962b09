"""What moves the answer: the verdict, how far each thing moves it, intervals, and cause beside correlation."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.glossary import meaning
from core.insight import RIGHT, Drivers, DriverSettings
from core.insight import sentences as say
from core.insight.attributes import CLASS
from core.insight.drivers import EVERYONE
from core.insight.sentences import LITTLE
from core.spreadsheets import csv_of
from pages.parts.insight import charts as insight_charts
from pages.parts.insight import compute as work
from pages.parts.insight.compute import Asked
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import charts, controls, frame, style
from pages.parts.shared.controls import spaced

PREFIX = "driver"
EACH = "each answer in turn"
STRONGEST = "whatever is strongest"
SHOWN = 10
KEY = ":green[●] as the pictures are, :orange[◇ changed on purpose]"
FORMS = {
    name: st.column_config.NumberColumn(format="%.1f")
    for name in ("effect", "low", "high", "cause", "cause_low", "cause_high", "strength")
}


def draw_dials(asked: Asked) -> tuple[DriverSettings, str | None]:
    """How drivers are measured, and of whose score."""
    names = [EACH, RIGHT, *asked.data.class_names]
    of = st.selectbox(
        "Sure of what?", names, format_func=spaced, key="insight_of", bind="query-params",
        help="Whose score is looked at: that of each answer that the network knows, of one of them, or of whatever is "
        "right for the picture.",
    )  # fmt: skip
    return controls.draw(DriverSettings, PREFIX), None if of == EACH else of


def draw(asked: Asked, settings: DriverSettings, of: str | None) -> None:
    """The finding, top to bottom."""
    found = work.drivers(asked, settings, of)
    if found is None:
        return
    draw_verdict(found, settings)
    draw_strengths(found, settings)
    draw_forest(found, settings)
    draw_disagreements(found)
    draw_table(found)


def draw_verdict(found: Drivers, settings: DriverSettings) -> None:
    """The strongest driver in a sentence."""
    others = found.strengths[found.strengths["attribute"] != CLASS].dropna(subset=["strength"])
    strong = len(others) > 0 and others.iloc[0]["strength"] >= LITTLE[settings.unit] and found.table["clear"].any()
    name = say.title(str(others.iloc[0]["attribute"])) if strong else ""
    cause = strong and not others.iloc[0]["cause_strength"] < others.iloc[0]["strength"] / 3
    verdict = f"The {name}" if cause else f"Not the {name} itself" if strong else "The object, as it should be"
    if not strong and others.empty:
        verdict = "Cannot be determined"
    small = (
        f"From {len(found.sample):,} pictures. Intervals hold the truth in {settings.confidence:.0%} of such surveys."
    )
    frame.answer(verdict, found.sentence, small, tone="bad" if strong else "good" if len(others) else "plain")
    for note in found.notes:
        style.small(note)


def draw_strengths(found: Drivers, settings: DriverSettings) -> None:
    """How far each thing moves the answer."""
    st.header("How far each thing moves the answer", anchor=False, help=meaning("driver"))
    table = found.strengths.assign(
        title=[say.title(name) for name in found.strengths["attribute"]], truth=found.strengths["attribute"] == CLASS
    )
    charts.show(insight_charts.strengths(table.dropna(subset=["strength"]), settings.unit))
    changed = ":orange[◇] The same when the thing is changed on purpose." if found.sample.trials else ""
    style.small(Markdown(f"In a typical picture. In grey what the object is, which should decide. {changed}".strip()))


def draw_forest(found: Drivers, settings: DriverSettings) -> None:
    """Each effect with its interval, and the cause beside it."""
    st.header("Which way, and how sure is that?", anchor=False, help=meaning("interval"))
    everyone = found.table[found.table["subgroup"] == EVERYONE].dropna(subset=["effect"])
    names = list(dict.fromkeys(everyone["attribute"]))
    thing = st.selectbox(
        "Show", [STRONGEST, *names], format_func=lambda name: name if name == STRONGEST else say.title(name),
        key="insight_thing", bind="query-params", help="One thing in all its forms, or the largest effects of all.",
    )  # fmt: skip
    rows = everyone if thing == STRONGEST else everyone[everyone["attribute"] == thing]
    rows = rows.loc[rows["effect"].abs().sort_values(ascending=False, kind="stable").index].head(SHOWN)
    if rows.empty:
        st.markdown("These pictures cannot show it.")
        return
    charts.show(insight_charts.forest(_titled(rows), settings.unit))
    style.small(
        Markdown(
            f"{KEY}. Right of the line the network gets surer of that answer, left of it less sure, beside the mean of "
            "all such pictures. The object and all else are held fixed. A bar that crosses the line may be chance."
        )
    )


def _titled(rows: pd.DataFrame) -> pd.DataFrame:
    titles = [
        f"{say.having(row['attribute'], row['level'])} → {spaced(row['score'])}" for row in rows.to_dict("records")
    ]
    return rows.assign(title=titles, sentence=[say.effect(row) for _, row in rows.iterrows()])


def draw_disagreements(found: Drivers) -> None:
    """Where what goes together is no cause."""
    if not found.sample.trials:
        return
    st.header("Does it only go together, or is it the cause?", anchor=False, help=meaning("intervention"))
    apart = found.table[found.table["disagree"]]
    changed = sorted({name for trial in found.sample.trials for name in trial.names})
    listed = ", ".join(say.title(name) for name in changed)
    style.small(f"Changed on purpose, one picture at a time, and the network asked again: {listed}.")
    if apart.empty:
        st.markdown("Wherever it could be tried, changing the thing moves the answer as much as the pictures say.")
        return
    for _, row in apart.head(5).iterrows():
        st.markdown(f"- {literal(say.disagreement(row))}")
    if len(apart) > 5:
        style.small(f"And {len(apart) - 5} more, marked in the table.")


def draw_table(found: Drivers) -> None:
    """All numbers, to look at and to take along."""
    with st.expander("All numbers", key="insight_numbers"):
        st.dataframe(found.table, hide_index=True, column_config=FORMS)
        st.download_button(
            "CSV",
            csv_of(found.table),
            "drivers.csv",
            "text/csv",
            key="insight_csv",
            icon=":material/download:",
        )
        style.small(
            "effect, low, high: how far the score moves, with its interval. cause: the same when the thing is changed. "
            "p_value: corrected for all rows (Holm). clear: more than chance. disagree: effect and cause differ, by "
            "more than chance. strength: of the whole attribute. Least squares on all attributes at once, HC3 errors."
        )
