"""A planted difference between two groups is found; where there is none, none is found more often than it says."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InputError
from core.insight import compare_groups, drivers, gather, groupings, sentences
from core.insight.attributes import Attribute
from core.insight.sample import Sample, SampleView
from core.insight.settings import DriverSettings
from core.insight.subgroups import LOWER, UPPER

from .conftest import squares

ODDS = DriverSettings(unit="log odds")


def test_a_planted_difference_is_found_and_said(make_reader):
    sample = gather(make_reader(truth=1.0, both=2.0), squares(200), ODDS)
    row = compare_groups(sample, "class", "jug", "cup", settings=ODDS).query("level == 'day'").iloc[0]
    # For jugs the score rises by 2 for light of 200, for cups by nothing.
    assert row["first"] == pytest.approx(0.8, abs=0.02)
    assert row["second"] == pytest.approx(0.0, abs=0.02)
    assert row["clear"]
    assert row["cause"] == pytest.approx(row["difference"], abs=0.05)
    assert "more than chance" in sentences.comparison_sentence(row, "jugs", "cups", "log odds")


def test_an_equal_effect_is_no_difference(make_reader):
    sample = gather(make_reader(truth=1.0, scene=2.0, gloss=1.0), squares(200, noise=3), ODDS)
    table = compare_groups(sample, "scene", "night", "day", of="jug", settings=ODDS)
    assert table["difference"].abs().max() < 0.1


def test_a_numbers_halves_can_be_compared(make_reader):
    data = squares(200, noise=3)
    sample = gather(make_reader(truth=1.0, scene=2.0), data, ODDS)
    assert groupings(sample.view)["gloss"] == (LOWER, UPPER)
    row = compare_groups(sample, "gloss", LOWER, UPPER, of="jug", settings=ODDS).query("level == 'day'").iloc[0]
    assert row["first"] == pytest.approx(0.8, abs=0.05)
    assert abs(row["difference"]) < 0.1


def test_no_difference_is_invented_more_often_than_it_says():
    found = sum(
        bool(compare_groups(_chance(seed), "class", "cup", "jug", settings=ODDS)["clear"].any()) for seed in range(60)
    )
    assert found <= 7  # 60 x 5% is 3; more than 7 has a chance of 1 in 100


def test_a_large_difference_is_always_found():
    found = sum(
        bool(
            compare_groups(_chance(seed, 1.6), "class", "cup", "jug", settings=ODDS)
            .query("attribute == 'lot'")["clear"]
            .any()
        )
        for seed in range(20)
    )
    assert found == 20


def test_drivers_tell_of_a_class_with_an_effect_of_its_own(make_reader):
    data = squares(240)
    with_it = drivers(make_reader(truth=1.0, both=2.0), data, unit="log odds")
    assert {"cup", "jug"} <= set(with_it.loc[with_it["attribute"] == "scene", "subgroup"])


def test_groups_that_cannot_be_compared(make_reader):
    sample = gather(make_reader(truth=1.0), squares(60))
    with pytest.raises(InputError, match="grouped by"):
        compare_groups(sample, "weather", "a", "b")
    with pytest.raises(InputError, match="two different groups"):
        compare_groups(sample, "class", "cup", "cup")
    few = gather(make_reader(truth=1.0), squares(16))
    assert compare_groups(few, "class", "cup", "jug").empty


def _chance(seed: int, difference: float = 0.0, count: int = 160) -> Sample:
    """Scores that hang on chance alone, of unequal scatter; in one class on the lot as well where that is wanted."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    lot = rng.normal(0, 1, count)
    score = rng.normal(0, 1, count) * np.where(labels, 2.0, 0.5) + np.where(labels, 0.0, difference * lot)
    columns = {
        "lot": Attribute("lot", lot),
        "scene": Attribute(
            "scene", rng.choice(np.array(["day", "dusk", "night"], object), count), ("day", "dusk", "night")
        ),
    }
    logits = np.zeros((count, 2))
    logits[np.arange(count), labels] = score
    view = SampleView(labels, ("cup", "jug"), columns, logits)
    from core.insight.attributes import Attributes

    return Sample(np.arange(count), view.labels, view.class_names, Attributes(columns, np.arange(count)), view.logits)
