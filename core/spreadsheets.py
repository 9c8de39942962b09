"""Tables as CSV files that are safe to open in a spreadsheet: what names contain is never run as a formula."""

from __future__ import annotations

from typing import Any

import pandas as pd

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(table: pd.DataFrame) -> str:
    """A table as CSV, without its index.

    A text that a spreadsheet would read as a formula gets an apostrophe in front, as OWASP advises against CSV
    injection; numbers stay as they are.

    Args:
        table: names of columns and cells may come from strangers' files.
    """
    made = table.rename(columns=_as_text)
    for column in made.select_dtypes(exclude="number"):
        made[column] = made[column].map(_as_text)
    # Lines end as RFC 4180 has it, so that a carriage return within a name is quoted, too.
    text: str = made.to_csv(index=False, lineterminator="\r\n")
    return text


def _as_text(value: Any) -> Any:
    """A cell whose text is no formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) and not _is_number(value) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
