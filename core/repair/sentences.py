"""The result of a ladder in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

import pandas as pd

from core.repair.rungs import AS_IT_IS, KEEP_TRAINING
from core.repair.symptoms import Symptom
from core.text import p_value_words

COSTLY = 0.02
Row = dict[Hashable, Any]
Rows = dict[str, Row]


def ladder_sentence(table: pd.DataFrame, symptoms: list[Symptom], measure: str, best: str | None) -> str:
    """One to four sentences: whether there was something to fix, which fix helped, how certain that is, and its price.

    Args:
        table: of the ladder.
        symptoms: what was wrong with the network as it is.
        measure: "worst_group" or "accuracy".
        best: name of the best fix; None if none helps beyond doubt.
    """
    rows: Rows = {str(row["fix"]): row for row in table.to_dict("records")}
    fixes = [row for row in rows.values() if not row["control"]]
    if not symptoms:
        return _healthy(rows)
    if not fixes:
        return f"{symptoms[0].sentence} No fix has been tried yet."
    if best is None:
        return _none(rows, fixes, measure, symptoms)
    return _best_sentence(rows, best, measure)


def _healthy(rows: Rows) -> str:
    before = rows[AS_IT_IS]
    return (
        f"This network shows nothing that needs fixing: it is right in {_of(before['worst_group'])} even in its "
        f"worst group, “{before['worst_group_name']}”. So no fix is said to help, whatever its figures."
    )


def _none(rows: Rows, fixes: list[Row], measure: str, symptoms: list[Symptom]) -> str:
    top = max(fixes, key=lambda row: row[measure])
    words = f"{symptoms[0].sentence} {top['title']} came out best, with {_of(top[measure])}"
    if KEEP_TRAINING not in rows:
        return f"{words}."
    return (
        f"{words}, compared with {_of(rows[KEEP_TRAINING][measure])} after training further without a fix. That "
        f"is not beyond doubt{_p(top['p_corrected'])}, so no fix is said to help.{_doubt(top)}"
    )


def _best_sentence(rows: Rows, best: str, measure: str) -> str:
    row = rows[best]
    sure = "helps beyond doubt" if row["seeds"] > 1 else "helped in the one training that was tried"
    gain = _in_groups(rows, row) if measure == "worst_group" else _over_all(rows, row)
    return " ".join(part for part in (f"{row['title']} {sure}.", gain, _price(row), _luck(row)) if part)


def _in_groups(rows: Rows, row: Row) -> str:
    """One named group before and after, then the worst group before and after, each by its name."""
    before, trained_on = rows[AS_IT_IS], rows[KEEP_TRAINING]
    name = before["worst_group_name"]
    same = (
        f"In “{name}”, its worst group before, the network was right in {_of(before['worst_before'])}; it is now right "
        f"in {_of(row['worst_before'])}, and after training further without a fix in {_of(trained_on['worst_before'])}"
        f"{_p(row['p_corrected'])}."
    )
    if row["worst_group_name"] == name:
        return f"{same} That is still its worst group."
    return (
        f"{same} The worst group was “{name}” with {_of(before['worst_named'])}, and is now "
        f"“{row['worst_group_name']}” with {_of(row['worst_named'])}."
    )


def _over_all(rows: Rows, row: Row) -> str:
    before, trained_on = rows[AS_IT_IS], rows[KEEP_TRAINING]
    return (
        f"Over all pictures, the network was right in {_of(before['accuracy'])}; it is now right in "
        f"{_of(row['accuracy'])}, and after training further without a fix in {_of(trained_on['accuracy'])}"
        f"{_p(row['p_corrected'])}."
    )


def _price(row: Row) -> str:
    change = row["elsewhere"]
    if math.isnan(change):
        return ""
    if change < -COSTLY:
        return f"It costs {abs(change) * 100:.0f} in 100 where the network was right before."
    return "Where the network was right before, it loses nothing that matters."


def _doubt(row: Row) -> str:
    """With two seeds, Student's test has one degree of freedom: gains of .67 and .82 have p = .064."""
    return " With two seeds, luck can hardly be ruled out; with three or more it can." if row["seeds"] == 2 else ""


def _luck(row: Row) -> str:
    return "" if row["seeds"] > 1 else "One training cannot tell how much of that is luck; more seeds can."


def _of(share: float) -> str:
    return f"{round(share * 100)} of 100"


def _p(p_value: float) -> str:
    if math.isnan(p_value):
        return ""
    return f" ({p_value_words(p_value)})"
