"""Rules that agree with a network, and say where they do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import DataError
from core.insight import stand_in

from .conftest import squares


@pytest.fixture(scope="module")
def scene_reader(make_reader):
    """Says jug for every picture by day."""
    model = make_reader(scene=40.0)
    weights = model.get_layer("scores").get_weights()
    twin = type(model).from_config(model.get_config())
    twin.set_weights(model.get_weights())
    twin.get_layer("scores").set_weights([weights[0], np.array([20.0, 0.0])])
    return twin


@pytest.mark.parametrize("kind", ["tree", "logistic"])
def test_a_network_that_reads_the_scene_is_stood_in_for_by_the_scene(scene_reader, kind):
    found = stand_in(scene_reader, squares(160), kind=kind, with_object=False)
    assert found.fidelity == 1
    assert found.low < 1
    assert found.baseline < 0.7
    assert not found.failures["clear"].any()
    assert "100 of 100" in found.sentence


def test_the_tree_is_told_as_rules(scene_reader):
    found = stand_in(scene_reader, squares(160), with_object=False)
    assert found.nodes[0].question
    assert len(found.rules) == 2
    assert sorted(rule.partition(": it predicts ")[2].split()[0] for rule in found.rules) == ["cup", "jug"]
    assert sum(node.n for node in found.nodes if not node.question) == found.nodes[0].n == 96


def test_rules_that_may_not_see_the_object_fail_for_a_network_that_does(make_reader):
    reader, data = make_reader(truth=1.0), squares(160)
    blind, seeing = (stand_in(reader, data, with_object=flag) for flag in (False, True))
    assert blind.low <= blind.baseline
    assert "no better than guessing" in blind.sentence
    assert seeing.fidelity >= blind.fidelity


def test_where_it_fails_is_found(scene_reader):
    data = squares(300, levels=("night", "dusk", "day"))
    # By dusk the network is just below the line, and noise of the ground throws it over.
    rng = np.random.default_rng(0)
    images = data.images.copy()
    dusk = data.attributes["scene"] == "dusk"
    images[dusk, 0] = rng.integers(60, 140, (int(dusk.sum()), 1, 1)).astype(np.uint8)
    found = stand_in(scene_reader, replace(data, images=images), with_object=False, depth=1)
    worst = found.failures.iloc[0]
    assert (worst["attribute"], worst["level"]) == ("scene", "dusk")
    assert worst["clear"]
    assert "fails most" in found.sentence


def test_weights_of_the_sum_of_points(scene_reader):
    found = stand_in(scene_reader, squares(160), kind="logistic", with_object=False)
    table = found.weights.set_index(["attribute", "level"])
    assert table.loc[("scene", "day"), "jug"] > 0 > table.loc[("scene", "night"), "jug"]
    assert np.allclose(table["jug"], -table["cup"])
    assert not found.nodes


def test_a_network_that_always_says_the_same_needs_no_questions(make_reader):
    for kind in ("tree", "logistic"):
        found = stand_in(make_reader(), squares(40), kind=kind)
        assert found.fidelity == found.baseline == 1
        assert len(found.rules) == 1


def test_own_pictures_and_too_few(make_reader):
    data = squares(40, noise=3)
    found = stand_in(make_reader(scene=4.0), replace(data, attributes=None, masks=None))
    assert set(found.failures["attribute"]) >= {"brightness", "contrast"}
    with pytest.raises(DataError, match="At least 10"):
        stand_in(make_reader(), data.take(slice(0, 5)))
    blank = replace(data, images=np.zeros_like(data.images), attributes=None, labels=np.zeros(40, int))
    with pytest.raises(DataError, match="vary"):
        stand_in(make_reader(), blank)
