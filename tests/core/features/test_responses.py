from __future__ import annotations

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers

from core.datasets.base import Dataset
from core.errors import InputError, LayerError
from core.features import activations, layer_responses, unit_histogram, unit_maps, unit_survey
from core.features.responses import layer_ranges
from core.features.stages import feature_layers
from core.networks.graph import graph_of
from tests.core import nets


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return nets.pictures(40)


@pytest.fixture(scope="module")
def dataset(images) -> Dataset:
    return Dataset(images, np.arange(40) % 3, ("a", "b", "c"))


def with_dead_units(dead: list[int]) -> keras.Model:
    """A network whose second convolution never answers in some channels."""
    model = nets.randomised(nets.fused_softmax())
    kernel, bias = model.get_layer("conv2").get_weights()
    bias[dead] = -1e6
    model.get_layer("conv2").set_weights([kernel, bias])
    return model


def test_the_summary_is_numpys(network, images):
    maps = activations(network, images, "conv2")
    found = layer_responses(network, images, "conv2")
    np.testing.assert_allclose(found.mean, maps.mean(axis=(1, 2)), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.peak, maps.max(axis=(1, 2)))
    np.testing.assert_allclose(found.low, maps.min(axis=(1, 2)))
    np.testing.assert_allclose(found.silent, (maps <= 0).mean(axis=(1, 2)), atol=1e-6)
    np.testing.assert_array_equal(found.place, maps.reshape(40, -1, 8).argmax(axis=1))
    drive = activations(network, images, "conv2:linear").max(axis=(1, 2))
    np.testing.assert_allclose(found.drive, drive, rtol=1e-4)
    assert (found.shape, found.size, len(found), found.units) == ((6, 6), (12, 12), 40, 8)


def test_batches_change_nothing(network, images, monkeypatch):
    whole = layer_responses(network, images, "conv2")
    monkeypatch.setattr("core.networks.evaluator.BATCH_VALUES", 7 * 12 * 12 * 3)
    parts = layer_responses(network, images, "conv2")
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", sorted(nets.KINDS))
def test_every_layer_can_be_summarised(name):
    model = nets.randomised(nets.KINDS[name]())
    pictures = nets.pictures(3, channels=model.input_shape[-1])
    for step in graph_of(model).steps:
        maps = activations(model, pictures, step.path)
        found = layer_responses(model, pictures, step.path)
        np.testing.assert_allclose(found.peak, maps.max(axis=(1, 2)), rtol=1e-4, atol=1e-5)


def test_the_ranges_of_several_layers_are_each_layers_own(network, images):
    paths = [step.path for step in graph_of(network).steps if step.kind == "Activation"]
    found = layer_ranges(network, images, paths)
    assert list(found) == paths
    for path in paths:
        one = layer_responses(network, images, path)
        np.testing.assert_allclose(found[path], (one.low.min(axis=0), one.peak.max(axis=0)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dead", [[], [2], [0, 5, 7]])
def test_dead_units_are_found_when_made(dead, dataset):
    table = unit_survey(with_dead_units(dead), dataset, "conv2")
    assert list(table.index[table["dead"]]) == dead
    assert table.loc[dead, "selectivity"].isna().all()
    assert (table.loc[dead, "sparsity"] == 1).all()
    assert (table.loc[dead, "prefers"] == "").all()
    alive = table[~table["dead"]]
    assert alive["selectivity"].between(0, 1).all()


def test_units_that_see_one_class_alone_or_all_alike_have_selectivity_one_and_zero():
    model = nets.functional(
        layers.Conv2D(2, 1, activation="relu", name="conv"), *nets.head("softmax")
    )  # fmt: skip
    model.get_layer("conv").set_weights([np.array([[[[1.0, 0], [0, 1], [0, 0]]]]), np.zeros(2)])
    images = np.zeros((6, 12, 12, 3), np.uint8)
    images[::2, ..., 0] = 10
    images[..., 1] = np.arange(12) + 1
    table = unit_survey(model, Dataset(images, np.arange(6) % 2, ("red", "rest")), "conv")
    np.testing.assert_allclose(table["selectivity"], [1, 0], atol=1e-6)
    assert table["prefers"][0] == "red"
    np.testing.assert_allclose(table["mean of red"], [10, 6.5])
    np.testing.assert_allclose(table["mean of rest"], [0, 6.5])
    np.testing.assert_allclose(table["sparsity"], [0.5, 0])


def test_selectivity_stays_within_its_bounds_where_values_go_below_zero(network, dataset):
    table = unit_survey(network, dataset, "conv2:linear")
    assert table["selectivity"].between(0, 1).all()


def test_a_class_without_pictures_has_no_mean_and_one_class_no_selectivity(network, images):
    table = unit_survey(network, Dataset(images, np.zeros(40, int), ("a", "b")), "conv2")
    assert table["mean of b"].isna().all()
    assert table["selectivity"].isna().all()


def test_a_units_maps_are_its_channel_enlarged(network, images):
    maps = unit_maps(network, images[:2], "conv1", 3)
    np.testing.assert_allclose(maps, activations(network, images[:2], "conv1")[..., 3], rtol=1e-4, atol=1e-5)
    assert unit_maps(network, images[:2], "conv2", 3).shape == (2, 12, 12)
    assert unit_maps(network, images[:2], "mean", 3).std(axis=(1, 2)).max() < 1e-4


@pytest.mark.parametrize("unit", [8, -1, 1.0, True])
def test_a_unit_that_does_not_exist_is_refused(network, images, unit):
    with pytest.raises(LayerError, match="units 0 to 7"):
        unit_maps(network, images, "conv2", unit)


def test_the_histogram_counts_every_picture_once(network, dataset):
    found = layer_responses(network, dataset.images, "conv2")
    table = unit_histogram(found.peak[:, 1], dataset, bins=10)
    assert isinstance(table, pd.DataFrame)
    counted = table.groupby("class")["count"].sum()
    assert counted.to_dict() == {"a": 14, "b": 13, "c": 13}
    np.testing.assert_allclose(table.groupby("class")["share"].sum(), 1)
    first = table[(table["class"] == "a")].iloc[0]
    mine = found.peak[dataset.labels == 0, 1]
    assert first["count"] == ((mine >= first["low"]) & (mine < first["high"])).sum()


def test_the_histogram_wants_one_value_a_picture(dataset):
    with pytest.raises(InputError, match="40"):
        unit_histogram(np.zeros(3), dataset)


def test_stages_end_with_the_norm_and_activation_before_pooling():
    assert feature_layers(graph_of(nets.normed())) == ("act1", "depthwise", "dropout")
    assert feature_layers(graph_of(nets.fused_softmax())) == ("conv1", "conv2")
    assert feature_layers(graph_of(nets.nested_functional())) == ("backbone/conv1", "backbone/conv2")
    assert feature_layers(graph_of(nets.residual())) == ("conv1", "conv2")
