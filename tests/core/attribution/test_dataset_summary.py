from __future__ import annotations

import math
from dataclasses import replace

import keras
import numpy as np
import pytest

from core.attribution import explain
from core.attribution.dataset_summary import summarise_dataset
from core.datasets import Dataset
from core.errors import Cancelled, DataError, InputError
from tests.core import nets

SIDE, COUNT = 12, 60
NAMES = ("crate", "ball", "cone")


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """Class 0 is read off the lower left corner, class 1 off the middle, class 2 off the top."""
    weights = np.zeros((SIDE, SIDE, 1, 3), np.float32)
    weights[8:, :4, :, 0] = 3 / 16
    weights[3:8, 4:9, :, 1] = 3 / 25
    weights[:4, :, :, 2] = 3 / 48
    return nets.linear(weights)


@pytest.fixture(scope="module")
def data(model: keras.Model) -> Dataset:
    """Grey noise, labelled at random, with the lower left corner as a mask."""
    rng = np.random.default_rng(0)
    images = rng.uniform(20, 255, (COUNT, SIDE, SIDE, 1)).astype(np.float32)
    mask = np.zeros((COUNT, SIDE, SIDE), bool)
    mask[:, 8:, :4] = True
    return Dataset(images, rng.integers(0, 3, COUNT), NAMES, {"corner": mask})


def test_mass_on_a_mask_by_hand(model: keras.Model, data: Dataset) -> None:
    found = summarise_dataset(model, data, method="gradient", asked="label", mask="corner")
    of_crate = found.pictures[found.pictures["asked"] == 0]
    assert of_crate["mass"].to_numpy() == pytest.approx(1)
    assert of_crate["multiple"].to_numpy() == pytest.approx(9)
    assert found.pictures[found.pictures["asked"] > 0]["mass"].to_numpy() == pytest.approx(0)
    row = found.classes.iloc[0]
    assert row["name"] == "crate"
    assert (row["mass"], row["share"], row["multiple"]) == pytest.approx((1, 1 / 9, 9))
    assert found.multiple.value == pytest.approx(9 * (data.labels == 0).mean())
    assert found.multiple.chance == 1


def test_mean_maps_and_places_are_those_of_each_class(model: keras.Model, data: Dataset) -> None:
    found = summarise_dataset(model, data, method="gradient", asked="label")
    corner = np.zeros((SIDE, SIDE))
    corner[8:, :4] = 9
    np.testing.assert_allclose(found.means[0], corner, rtol=1e-5)
    np.testing.assert_allclose(found.means.mean(axis=(1, 2)), 1, rtol=1e-5)
    assert list(found.classes["place"]) == ["the lower left corner", "the centre", "the top"]
    assert found.sentence(0) == "Crate is decided mostly by the lower left corner, which holds 100% of the evidence."


def test_each_picture_counts_alike_in_the_mean() -> None:
    weights = np.zeros((4, 4, 1, 2), np.float32)
    weights[:2, :, :, 0], weights[2:, :, :, 0] = 1, 1
    images = np.ones((2, 4, 4, 1), np.float32)
    images[0, :2] *= 1000
    images[0, 2:], images[1, :2] = 0, 0
    found = summarise_dataset(
        nets.linear(weights), Dataset(images, np.zeros(2, int), ("a", "b")), method="gradient_x_input"
    )
    np.testing.assert_allclose(found.means[0], 1, rtol=1e-5)


def test_maps_are_those_of_explain(model: keras.Model, data: Dataset) -> None:
    predicted = model(data.images).numpy().argmax(axis=1)
    for asked, targets in (("predicted", predicted), ("label", data.labels)):
        found = summarise_dataset(model, data, method="gradient_x_input", asked=asked)
        np.testing.assert_array_equal(found.maps, explain(model, data.images, targets, method="gradient_x_input"))
        np.testing.assert_array_equal(found.pictures["asked"], targets)
        np.testing.assert_array_equal(found.pictures["predicted"], predicted)


def test_clusters_find_the_ways_of_looking(model: keras.Model, data: Dataset) -> None:
    found = summarise_dataset(model, data, method="gradient_x_input", asked="label")
    groups = found.clusters()
    assert len(groups) == 3
    for each in groups:
        assert len(set(data.labels[each.indices])) == 1
    assert {each.place.words for each in groups} == {"the lower left corner", "the centre", "the top"}


def test_clusters_of_one_class_have_the_data_sets_indices(model: keras.Model, data: Dataset) -> None:
    found = summarise_dataset(model, data, method="gradient_x_input", asked="label")
    for of in range(3):
        indices = np.concatenate([each.indices for each in found.clusters(of)])
        np.testing.assert_array_equal(np.sort(indices), np.flatnonzero(data.labels == of))


def test_a_class_that_is_never_asked_about_has_an_empty_row(model: keras.Model, data: Dataset) -> None:
    few = data.take(np.flatnonzero(data.labels != 1))
    found = summarise_dataset(model, few, method="gradient", asked="label", mask="corner")
    assert found.classes.iloc[1]["n"] == 0
    assert not found.means[1].any()
    assert found.clusters(1) == []
    assert "No picture" in found.sentence(1)


def test_regions_may_be_drawn(model: keras.Model, data: Dataset) -> None:
    region = data.masks["corner"][0]
    named, drawn = (summarise_dataset(model, data, method="gradient", mask=mask) for mask in ("corner", region))
    np.testing.assert_array_equal(named.pictures["mass"], drawn.pictures["mass"])
    with pytest.raises(DataError, match="region"):
        summarise_dataset(model, data, mask=region[:5], method="gradient")


def test_without_a_mask_masses_are_unknown(model: keras.Model, data: Dataset) -> None:
    found = summarise_dataset(model, replace(data, masks=None), method="gradient")
    assert found.multiple is None
    assert found.pictures["multiple"].isna().all()
    assert math.isnan(found.classes.iloc[0]["multiple"])


def test_progress_and_stopping(model: keras.Model, data: Dataset) -> None:
    seen = []
    summarise_dataset(model, data, method="gradient", on_step=lambda done, total, note="": seen.append((done, total)))
    assert seen[-1] == (COUNT, COUNT)

    def stop(done: int, total: int, note: str = "") -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        summarise_dataset(model, data, method="gradient", on_step=stop)


def test_what_does_not_fit_is_refused(model: keras.Model, data: Dataset) -> None:
    with pytest.raises(DataError, match="3 classes"):
        summarise_dataset(model, replace(data, class_names=(*NAMES, "more")), method="gradient")
    with pytest.raises(InputError, match="attribution methods"):
        summarise_dataset(model, data, method="tea_leaves")
