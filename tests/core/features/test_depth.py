from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers

from core.datasets.base import Dataset
from core.errors import Cancelled, DataError, LayerError
from core.features.depth import DepthChange, compare_edges_and_objects, depth_conclusion, depth_sentence
from tests.core import nets

QUICK = {"pictures": 300, "patches": 600}


def corners(count: int, seed: int = 0) -> Dataset:
    """A bright square on noise; its class is its colour, its place says nothing."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 120, (count, 12, 12, 3)).astype(np.uint8)
    labels, x, y = rng.integers(0, 2, count), rng.integers(0, 9, count), rng.integers(0, 9, count)
    for image, label, column, row in zip(images, labels, x, y, strict=True):
        image[row : row + 4, column : column + 4, label] = 250
    table = pd.DataFrame({"x": (x + 2) / 12, "y": (y + 2) / 12, "tint": np.where(labels, "green", "red")})
    return Dataset(images, labels, ("red", "green"), attributes=table)


@pytest.fixture(scope="module")
def measured():
    return compare_edges_and_objects(nets.randomised(nets.fused_softmax()), corners(400), **QUICK)


def test_every_layer_is_measured_for_the_network_and_its_control(measured):
    assert set(measured.filters["network"]) == {"trained", "untrained"}
    counts = measured.filters.groupby(["network", "layer"]).size()
    assert counts["trained", "conv1"] == 6
    assert counts["untrained", "conv2"] == 8
    asked = measured.probes.groupby(["network", "layer"])["question"].agg(list)
    assert list(asked.index.get_level_values(1)) == ["answer", "conv1", "conv2", "pictures"] * 2
    assert all(names == ["object", "tint", "position"] for names in asked)


def test_the_chart_has_one_row_a_point(measured):
    chart = measured.chart()
    assert not chart.duplicated(["network", "layer", "question"]).any()
    assert set(chart) == {"network", "layer", "depth", "question", "chance", "score", "low", "high"}
    assert ((chart["low"] <= chart["score"]) & (chart["score"] <= chart["high"])).all()
    edges = chart[(chart["question"] == "edges and colours") & (chart["network"] == "trained")]
    assert list(edges["depth"]) == [1, 2]


def test_the_first_convolution_of_a_network_is_made_of_edges_and_colours(measured):
    """A 3x3 filter on a picture is a weighted sum of a few pixels, rectified."""
    first = measured.filters[(measured.filters["layer"] == "conv1")].groupby("network")["r2"].mean()
    later = measured.filters[(measured.filters["layer"] == "conv2")].groupby("network")["r2"].mean()
    assert (first > later).all()


def test_the_same_call_gives_the_same_numbers(measured):
    again = compare_edges_and_objects(nets.randomised(nets.fused_softmax()), corners(400), **QUICK)
    pd.testing.assert_frame_equal(again.probes, measured.probes)
    np.testing.assert_allclose(again.filters["r2"], measured.filters["r2"], atol=1e-6)
    assert again.sentence == measured.sentence


def test_position_cannot_be_read_where_the_network_sees_nothing():
    model = nets.functional(
        layers.Conv2D(2, 1, name="blind"), layers.Conv2D(2, 1, name="blind2"), *nets.head("softmax")
    )
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    found = compare_edges_and_objects(model, corners(200), **QUICK)
    blind = found.probes[(found.probes["network"] == "trained") & (found.probes["layer"] == "blind2")]
    object_ = blind[blind["question"] == "object"].iloc[0]
    assert object_["score"] == object_["chance"]
    assert blind[blind["question"] == "position"]["score"].iloc[0] == pytest.approx(0, abs=0.05)
    assert found.filters[found.filters["network"] == "trained"]["r2"].isna().all()
    assert found.conclusion == "inconclusive"


def test_one_convolution_has_no_depth():
    model = nets.functional(layers.Conv2D(4, 3, activation="relu", name="only"), *nets.head("softmax"))
    found = compare_edges_and_objects(model, corners(200), **QUICK)
    assert found.conclusion == "inconclusive"
    assert "only alone" in found.sentence


def test_a_network_without_a_convolution_and_too_few_pictures_are_refused(network, linear):
    with pytest.raises(LayerError, match="convolution"):
        compare_edges_and_objects(linear, corners(200))
    with pytest.raises(DataError, match="At least 100"):
        compare_edges_and_objects(network, corners(50))


def test_the_watcher_sees_every_step_and_may_stop(network):
    seen = []

    def stop(done: int, total: int, note: str = "") -> None:
        seen.append((done, total))
        if done == 2:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        compare_edges_and_objects(network, corners(200), on_step=stop, **QUICK)
    assert seen == [(1, 12), (2, 12)]


FALL = DepthChange(0.8, 0.2, -0.6, -0.7, -0.5, 0.8, 0.3, -0.6, -0.4, -0.1, -0.2, 0.0)
RISE = DepthChange(0.4, 0.9, 0.5, 0.4, 0.6, 0.4, 0.45, 0.0, 0.1, 0.45, 0.3, 0.5)


@pytest.mark.parametrize(
    ("edges", "objects", "wanted"),
    [
        (FALL, RISE, "supported"),
        (FALL, replace(RISE, beyond_low=-0.1), "inconclusive"),
        (FALL, replace(RISE, low=-0.1), "inconclusive"),
        (FALL, replace(RISE, low=-0.4, high=-0.1), "not supported"),
        (FALL, replace(RISE, beyond_low=-0.3, beyond_high=-0.1), "not supported"),
        (replace(FALL, high=0.1), RISE, "inconclusive"),
        (replace(FALL, low=0.1, high=0.2), RISE, "not supported"),
        (FALL, replace(RISE, beyond_low=float("nan"), beyond_high=float("nan")), "inconclusive"),
        (None, RISE, "inconclusive"),
    ],
)
def test_the_verdict_follows_from_the_intervals(edges, objects, wanted):
    assert depth_conclusion(edges, objects) == wanted


def test_the_sentence_says_the_numbers_and_what_the_control_did():
    said = depth_sentence("supported", FALL, RISE, "first", "last")
    for part in (
        "Supported",
        "80%",
        "20%",
        "first",
        "last",
        "40 and 90 of 100",
        "40 and 45",
        "owes little to learning",
    ):
        assert part in said
    learned = depth_sentence("supported", replace(FALL, control_high=0.1), RISE, "first", "last")
    assert "its drop was learned" in learned
    alone = depth_sentence("inconclusive", replace(FALL, beyond=float("nan")), RISE, "first", "last")
    assert "no untrained copy" in alone


def test_the_network_is_not_changed(measured, network: keras.Model):
    before = [weight.copy() for weight in network.get_weights()]
    compare_edges_and_objects(network, corners(200), **QUICK)
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
