"""What was fixed, and the proof."""

from __future__ import annotations

import pandas as pd

from core.report.facts import Facts
from core.report.layout import Link, Section, Table
from core.report.words import said, sentence

HIDDEN = ("low", "high")


def section(facts: Facts) -> Section:
    """The outcome in a sentence, each fix beside its controls in a table."""
    title, link = "What was fixed?", Link("repair", "Fix and prove")
    found = facts.repaired
    if found is None:
        parent = f"It was taught on from an earlier network ({facts.parent[:8]})." if facts.parent else ""
        proof = "Nothing shows that this made it better." if facts.parent else ""
        return Section("repair", title, (said(parent, proof) or "No fix was tried on this network.",), link=link)
    this = "This report is about the network with that fix." if found.this else ""
    before = "This report is about the network from before that." if found.best and not found.this else ""
    return Section(
        name="repair",
        title=title,
        sentences=(said(sentence(found.sentence), this, before),),
        table=_table(found.table),
        terms={
            "The proof": "Each fix was trained with several seeds, and judged on pictures that it never saw, beside "
            "two controls: the network as it is, and the network that just keeps training."
        },
        link=link,
    )


def _table(table: pd.DataFrame) -> Table | None:
    """The columns that hold names and shares, as texts."""
    if table.empty:
        return None
    shown = [name for name in table.columns if _tells(table[name])]
    rows = [tuple(_cell(value) for value in row) for row in table[shown].itertuples(index=False)]
    return Table(tuple(str(name).replace("_", " ") for name in shown), tuple(rows))


def _tells(column: pd.Series) -> bool:
    name = str(column.name)
    shares = pd.api.types.is_float_dtype(column) and bool(column.dropna().between(-1, 1).all())
    named = all(isinstance(value, str) for value in column)
    return (named or shares) and not name.endswith(HIDDEN)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "–" if pd.isna(value) else f"{100 * value:.0f} of 100"
    return str(value).replace("_", " ")
