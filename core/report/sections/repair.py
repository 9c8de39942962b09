"""What was fixed, and the proof."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.networks.training.run import REPAIRED
from core.report.facts import Facts
from core.report.layout import Link, Section, SectionInfo, Table
from core.report.sentences import glossary_terms, sentence

TITLE = "What was fixed?"
LINK = Link("repair", "Fix and prove")
COLUMNS = {"title": "What was done", "worst_group": "Worst group, right of 100", "accuracy": "All, right of 100"}
"""Columns of a ladder's table that are shown, and what to call them."""


def section(facts: Facts) -> Section:
    """The outcome in a sentence, each fix beside its controls in a table."""
    found = facts.repaired
    if found is None:
        return Section("repair", TITLE, (_lineage(facts),), link=LINK)
    this = "This report is about the network with that fix." if found.this else ""
    before = "This report is about the network from before that." if found.best and not found.this else ""
    so_far = "" if found.complete else "Not every fix has been tried as often as planned."
    return Section(
        name="repair",
        title=TITLE,
        sentences=(glossary_terms(sentence(found.sentence), this, before, so_far),),
        table=_table(found.table),
        terms={
            "The proof": (
                "Each fix was trained several times from other random starts and tested on pictures that it never "
                "saw. Beside it stand two controls: the network as it is, and the network that just keeps training."
            )
        },
        link=LINK,
    )


def _lineage(facts: Facts) -> str:
    """What is known of its past where no ladder is at hand."""
    if REPAIRED in facts.about:
        words = str(facts.about.get("title", "a fix")).lower()
        return f"This network was made to fix an earlier one, by this: {words}. The proof is not part of this report."
    if facts.parent:
        return "It was trained further from an earlier network. Nothing here shows that this made it better."
    return "No fix was tried on this network."


def _table(table: pd.DataFrame) -> Table | None:
    """One row a fix, as texts."""
    shown = [name for name in COLUMNS if name in table]
    if table.empty or not shown:
        return None
    rows = [tuple(_cell(row, name) for name in shown) for row in table.to_dict("records")]
    return Table(tuple(COLUMNS[name] for name in shown), tuple(rows))


def _cell(row: dict[Any, Any], name: str) -> str:
    value = row[name]
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return "–"
    low, high = (row.get(f"{name}_{end}", float("nan")) for end in ("low", "high"))
    spread = "" if pd.isna(low) or pd.isna(high) else f" ({100 * low:.0f} to {100 * high:.0f})"
    group = f", {row['worst_group_name']}" if name == "worst_group" and row.get("worst_group_name") else ""
    return f"{100 * value:.0f}{spread}{group}"


SECTION = SectionInfo("repair", section, order=80)
