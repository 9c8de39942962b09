"""CSV files: text that a spreadsheet would run is text, and numbers are numbers."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from core.spreadsheets import csv_of


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_formula_in_a_cell_or_a_title_becomes_text(text):
    made = csv_of(pd.DataFrame({text: [text, f"cat\r{text}"], "effect": [-1.5, 2]}))
    assert list(csv.reader(io.StringIO(made, newline=""))) == [
        [f"'{text}", "effect"],
        [f"'{text}", "-1.5"],
        [f"cat\r{text}", "2.0"],
    ]


def test_numbers_and_other_text_stay_as_they_are():
    table = pd.DataFrame({"effect": [-0.5, 2.0], "said": ["-0.5", "a=b"], "level": pd.Categorical(["low", "=high"])})
    assert csv_of(table).splitlines() == ["effect,said,level", "-0.5,-0.5,low", "2.0,a=b,'=high"]
    assert list(table["level"]) == ["low", "=high"]
