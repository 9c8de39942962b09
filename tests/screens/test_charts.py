"""Charts over each other are what Altair lays over each other, with less copying."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import pytest
from jsonschema.exceptions import ValidationError

from pages.parts.shared import charts

TABLE = pd.DataFrame({"name": ["a", "b"], "share": [0.2, 0.7]})
OTHER = pd.DataFrame({"at": [0.5]})


def bars(table: pd.DataFrame) -> alt.Chart:
    return alt.Chart(table).mark_bar().encode(x=alt.X("share:Q"), y=alt.Y("name:N"))


def words(table: pd.DataFrame) -> alt.Chart:
    return alt.Chart(table).mark_text().transform_filter("datum.share > 0.5").encode(text=alt.Text("name:N"))


def line(table: pd.DataFrame) -> alt.Chart:
    return alt.Chart(table).mark_rule().encode(x=alt.X("at:Q"))


LAYERS = {
    "one": [bars(TABLE)],
    "the same data": [bars(TABLE), words(TABLE)],
    "other data": [bars(TABLE), line(OTHER), words(TABLE)],
    "data by name": [bars(alt.NamedData("t")), words(alt.NamedData("t"))],
}


def in_place(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The layers, each with its own data."""
    shared = {"data": spec["data"]} if "data" in spec else {}
    return [{**shared, **each} for each in spec["layer"]]


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_layers_are_those_of_altair(layers, monkeypatch):
    monkeypatch.setattr(type(alt.data_transformers), "consolidate_datasets", False)
    told = {"height": 120, "description": "Shares"}
    ours, theirs = charts.layer(*layers, **told).to_dict(), alt.layer(*layers, **told).to_dict()
    assert in_place(ours) == in_place(theirs)
    assert ours["$schema"] == theirs["$schema"]
    assert {name: ours[name] for name in told} == told


def test_the_same_data_are_said_once():
    base = bars(TABLE)
    found = charts.layer(base, base.mark_text().encode(text=alt.Text("name:N"))).to_dict()
    assert "data" in found
    assert not any("data" in each for each in found["layer"])


def test_what_vega_lite_does_not_know_is_an_error():
    with pytest.raises(ValidationError):
        charts.layer(bars(TABLE), height="as high as it likes").to_dict()
