"""The flaws that were looked for and not raised: how high each scored, and what was seen."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.diagnosis import Suspect, detectors
from pages.parts.diagnosis import charts as diagnosis_charts
from pages.parts.markdown import literal
from pages.parts.shared import charts, style

LEVELS = {"flaw": "flaw", "leaning": "worth knowing", "silent": ""}


def draw(suspects: Sequence[Suspect]) -> None:
    """A row each, strongest first, and one of them in full."""
    if not suspects:
        return
    table = pd.DataFrame(
        {
            "Flaw": [suspect.title for suspect in suspects],
            "Level": [LEVELS[suspect.level] for suspect in suspects],
            "Score": [suspect.score for suspect in suspects],
            "Finding": [_seen(suspect) for suspect in suspects],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        column_config={
            "Score": st.column_config.ProgressColumn(format="%.2f", min_value=0, max_value=1, width="small"),
            "Finding": st.column_config.TextColumn(width="large"),
        },
    )
    names = {suspect.flaw: suspect for suspect in suspects}
    chosen = st.selectbox(
        "Show measurements for",
        list(names),
        None,
        format_func=lambda name: names[name].title,
        key="other_flaw",
        placeholder="Choose one",
        help="How each flaw was searched for, and the result.",
        bind="query-params",
    )
    if chosen:
        draw_one(names[chosen])


def draw_one(suspect: Suspect) -> None:
    """How it was looked for, and the figures."""
    info = detectors().get(suspect.flaw)
    st.markdown(literal(" ".join([info.plain if info else suspect.looked, suspect.evidence])))
    if not len(suspect.data):
        style.small("Nothing to show: it could not be measured here.")
        return
    charts.show(
        diagnosis_charts.evidence(
            suspect.data.head(12),
            suspect.axis,
            suspect.threshold,
            raised=False,
            description=f"{suspect.title}: {suspect.axis}",
        )
    )


def _seen(suspect: Suspect) -> str:
    return suspect.evidence or suspect.looked
