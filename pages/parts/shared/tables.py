"""Small tables in the form that charts take."""

from __future__ import annotations

import pandas as pd


def long(counts: pd.DataFrame, rows: str, columns: str) -> pd.DataFrame:
    """A table of counts as one row a cell: its row, its column, how many pictures, and their share of the row.

    Args:
        counts: whole numbers (R, C).
        rows, columns: what to call the two names of a cell.
    """
    shares = counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
    cells, parts = (
        table.rename_axis(index=rows).reset_index().melt(rows, var_name=columns) for table in (counts, shares)
    )
    return cells.rename(columns={"value": "pictures"}).assign(share=parts["value"])
