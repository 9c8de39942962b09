"""Drivers recover what networks are known to read, and say how sure they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import DataError, InputError, ModelError
from core.insight import RIGHT, drivers, find_drivers
from core.insight.attributes import CLASS
from core.insight.drivers import CHANGED, COLUMNS, FOUND

from .conftest import squares

ODDS = {"unit": "log odds"}


def _row(table, attribute, level=None, score="jug", subgroup="everyone"):
    chosen = table[(table["attribute"] == attribute) & (table["score"] == score) & (table["subgroup"] == subgroup)]
    chosen = chosen if level is None else chosen[chosen["level"] == level]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_known_weights_are_found_exactly(make_reader):
    data = squares(200)
    table = drivers(make_reader(truth=3.0, scene=2.0, gloss=1.0), data, **ODDS)
    step = data.attributes["gloss"].std(ddof=0) / 200
    assert _row(table, "scene", "day")["effect"] == pytest.approx(2.0 * 160 / 200 / 2, abs=0.01)
    assert _row(table, "scene", "night")["effect"] == pytest.approx(-2.0 * 160 / 200 / 2, abs=0.01)
    assert _row(table, "gloss")["effect"] == pytest.approx(step, abs=0.01)
    lot = _row(table, "lot")
    assert abs(lot["effect"]) < 0.01
    assert not lot["clear"]
    assert list(table.columns) == list(COLUMNS)


def test_what_is_changed_on_purpose_has_the_same_effect(make_reader):
    row = _row(drivers(make_reader(truth=3.0, scene=2.0), squares(200), **ODDS), "scene", "day")
    assert row["cause"] == pytest.approx(row["effect"], abs=0.02)
    assert not row["disagree"]


def test_an_attribute_that_only_goes_along_is_told_from_a_cause(make_reader):
    data = squares(300)
    # Nobody noted the gloss, and the scene goes along with it.
    rng = np.random.default_rng(0)
    glossy = data.attributes["gloss"].to_numpy() > 120
    along = np.where(rng.random(300) < 0.85, glossy, ~glossy)
    table = data.attributes.drop(columns="gloss").assign(scene=np.where(along, "day", "night"))
    images = data.images.copy()
    images[:, :5], images[:, 11:], images[:, :, :5], images[:, :, 11:] = (
        np.where(along, 200, 40)[:, None, None, None].astype(np.uint8) for _ in range(4)
    )
    found = find_drivers(make_reader(truth=3.0, gloss=5.0), replace(data, attributes=table, images=images), **ODDS)
    row = _row(found.table, "scene", "day")
    assert row["effect"] > 0.5
    assert abs(row["cause"]) < 0.1
    assert row["disagree"]
    assert "it is not a cause" in found.sentence


def test_the_strongest_comes_first_and_grows(make_reader):
    data = squares(200, noise=4)
    sizes = []
    for weight in (0.0, 1.0, 3.0):
        found = find_drivers(make_reader(truth=2.0, scene=weight, gloss=0.4), data)
        strength = found.strengths.set_index("attribute")["strength"]
        sizes.append(strength["scene"])
        if weight:
            assert found.table["attribute"].iloc[0] == "scene"
            assert "background" in found.sentence
    assert sizes[0] < 0.5
    assert sizes == sorted(sizes)
    assert sizes[2] > 1.3 * sizes[1]


def test_what_always_goes_with_the_class_is_settled_by_changing_it(make_reader):
    found = find_drivers(make_reader(truth=1.0, scene=2.0), squares(200, tied=1.0), **ODDS)
    row = _row(found.table, "scene", "day")
    assert row["source"] == CHANGED
    assert row["effect"] == pytest.approx(0.8, abs=0.02)
    assert any("always occurs together with" in note for note in found.notes)


def test_without_a_check_it_is_left_open(make_reader):
    row = _row(drivers(make_reader(truth=1.0, scene=2.0), squares(200, tied=1.0), check=False), "scene", "day")
    assert row["source"] == FOUND
    assert np.isnan(row["effect"])
    assert (row["low"], row["high"]) == (-100, 100)


def test_composed_pictures_are_composed_again(make_network, composed):
    table = drivers(make_network(composed), composed)
    everyone = table[table["subgroup"] == "everyone"]
    assert {"scene", "tint", "size", "x", "y"} <= set(everyone["attribute"])
    assert everyone["cause"].notna().all()
    # Two scores of one whole: what the one gains the other loses.
    sums = everyone.groupby(["attribute", "level"])["effect"].sum()
    assert np.allclose(sums, 0, atol=1e-6)


@pytest.fixture(scope="module")
def make_network():
    from core.networks import NetworkSpec, build

    def make(data):
        return build(NetworkSpec(blocks=2, filters=4), data.shape, data.class_names)

    return make


def test_own_pictures_are_measured(make_reader):
    bare = replace(squares(120, noise=3), attributes=None, masks=None)
    found = find_drivers(make_reader(scene=4.0), bare)
    assert found.table["attribute"].iloc[0] in ("brightness", "contrast", "saturation", "background colour")
    everyone = found.table[found.table["subgroup"] == "everyone"]
    assert everyone.loc[everyone["attribute"] == "brightness", "cause"].notna().all()
    assert any("measured" in note for note in found.notes)


def test_grey_pictures_have_no_colours(make_network):
    data = squares(60, noise=3)
    grey = replace(data, images=data.images[..., :1], attributes=None)
    table = drivers(make_network(grey), grey)
    assert "brightness" in set(table["attribute"])
    assert not {"saturation", "object colour"} & set(table["attribute"])


def test_one_class_is_enough(make_reader):
    data = squares(120)
    jugs = data.take(np.flatnonzero(data.labels == 1))
    found = find_drivers(make_reader(scene=2.0), jugs, **ODDS)
    assert CLASS not in set(found.strengths["attribute"])
    assert _row(found.table, "scene", "day")["effect"] == pytest.approx(0.8, abs=0.02)


def test_twenty_pictures_give_wide_intervals(make_reader):
    wide, narrow = (
        _row(drivers(make_reader(truth=2.0, scene=1.0, gloss=2.0), squares(count, 3, noise=10)), "scene", "day")
        for count in (20, 400)
    )
    assert wide["high"] - wide["low"] > 2 * (narrow["high"] - narrow["low"])


def test_a_network_that_always_says_the_same_has_no_drivers(make_reader):
    found = find_drivers(make_reader(), squares(60))
    assert np.allclose(found.table["effect"], 0)
    assert not found.table["clear"].any()
    assert found.sentence.startswith("Apart from the object itself, nothing")


def test_the_right_answer_and_one_class_can_be_asked_about(make_reader):
    network, data = make_reader(truth=2.0, scene=1.0), squares(100)
    assert set(drivers(network, data, of="cup")["score"]) >= {"cup"}
    right = drivers(network, data, of=RIGHT)
    assert set(right["score"]) == {RIGHT}
    with pytest.raises(InputError, match="A score is that of"):
        drivers(network, data, of="plate")


def test_what_cannot_be_used_is_told_in_a_sentence(make_reader, make_network, composed):
    network, data = make_reader(truth=1.0), squares(40)
    with pytest.raises(DataError, match="At least one picture"):
        drivers(network, data.take(slice(0, 0)))
    with pytest.raises(DataError, match="shape"):
        drivers(make_network(composed), data)
    with pytest.raises(DataError, match="vary"):
        drivers(network, replace(data, images=np.zeros_like(data.images), attributes=None))
    with pytest.raises(ModelError, match="classes"):
        drivers(network, replace(data, class_names=("a", "b", "c")))


def test_the_same_seed_gives_the_same_table_and_the_work_can_be_stopped(make_reader):
    network, data = make_reader(truth=1.0, scene=1.0), squares(60)
    assert drivers(network, data, seed=4).equals(drivers(network, data, seed=4))

    def stop(done, total, note=""):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drivers(network, data, on_step=stop)
