"""Deletion and insertion on networks whose curves can be written down by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.attribution import Contrast
from core.datasets import Dataset
from core.trust import edge_detector
from core.trust.checks.deletion import deletion
from core.trust.checks.insertion import insertion
from core.trust.explainer import CheckInput, Explainer
from core.trust.perturbation_curves import curve_areas, fill_images, pixel_order
from core.trust.settings import TrustSettings
from tests.core import nets
from tests.core.trust.conftest import question

SIDE, TILE = 8, 4
EXACT = TrustSettings(tile=TILE, steps=4, orders=3, fill="black", resamples=200)


@pytest.fixture(scope="module")
def corner() -> keras.Model:
    """The logit of class 1 is the mean brightness of the lower left quarter, 0 to 4."""
    weights = np.zeros((SIDE, SIDE, 1, 2), np.float32)
    weights[TILE:, :TILE, 0, 1] = 4 / (TILE * TILE * 255)
    return nets.linear(weights)


@pytest.fixture(scope="module")
def white() -> np.ndarray:
    return np.full((3, SIDE, SIDE, 1), 255, np.uint8)


def asked(count: int) -> np.ndarray:
    return np.tile(np.array([[0, 1]], np.float32), (count, 1))


def quarter(count: int = 3) -> np.ndarray:
    maps = np.zeros((count, SIDE, SIDE))
    maps[:, TILE:, :TILE] = 1
    return maps


def sigmoid(value: float) -> float:
    return 1 / (1 + np.exp(-value))


def test_deletion_by_hand(corner: keras.Model, white: np.ndarray) -> None:
    found = deletion(corner, question(quarter(), white, asked(3)), EXACT)
    whole, empty = sigmoid(4), 0.5
    np.testing.assert_allclose(found.curves.map, [whole, empty, empty, empty, empty], rtol=1e-5)
    assert found.area == pytest.approx((whole + empty) / 2 * 0.25 + empty * 0.75, rel=1e-5)
    assert found.value == pytest.approx(found.random_area - found.area, rel=1e-5)


def test_insertion_by_hand(corner: keras.Model, white: np.ndarray) -> None:
    found = insertion(corner, question(quarter(), white, asked(3)), EXACT)
    np.testing.assert_allclose(found.curves.map, [0.5, *[sigmoid(4)] * 4], rtol=1e-5)
    assert found.value == pytest.approx(found.area - found.random_area, rel=1e-5)


def test_the_wrong_quarter_first_loses(corner: keras.Model, white: np.ndarray) -> None:
    wrong = question(-quarter(), white, asked(3))
    for found in (deletion(corner, wrong, EXACT), insertion(corner, wrong, EXACT)):
        assert found.value < 0
        assert not found.passes


def test_random_orders_lie_between_the_best_and_the_worst(corner: keras.Model) -> None:
    images = np.full((40, SIDE, SIDE, 1), 255, np.uint8)
    best, worst = (deletion(corner, question(sign * quarter(40), images, asked(40)), EXACT) for sign in (1, -1))
    assert best.area < best.random_area < worst.area
    expected = (best.area + worst.area) / 2
    assert best.random_area == pytest.approx(expected, abs=0.03)
    assert best.passes


def test_deleting_the_strongest_is_inserting_the_weakest_backwards(model: keras.Model, data: Dataset) -> None:
    rng = np.random.default_rng(0)
    maps = rng.permuted(np.arange(16 * 32 * 32, dtype=float).reshape(16, -1), axis=1).reshape(16, 32, 32)
    weights = np.tile(np.eye(3, dtype=np.float32)[1], (16, 1))
    settings = TrustSettings(tile=1, steps=16, orders=1, resamples=100)
    taken = deletion(model, question(maps, data.images, weights), settings)
    put = insertion(model, question(-maps, data.images, weights), settings)
    np.testing.assert_allclose(taken.curves.map, put.curves.map[::-1], atol=1e-4)
    assert taken.area == pytest.approx(put.area, abs=1e-4)


def test_an_edge_detector_does_not_beat_itself(model: keras.Model, data: Dataset) -> None:
    explainer = Explainer.of(edge_detector)
    put = CheckInput.put(model, data.images, None, explainer)
    for found in (deletion(model, put, EXACT), insertion(model, put, EXACT)):
        assert found.edges.value == pytest.approx(0, abs=0.02)
        assert not found.passes


def test_maps_of_a_trained_network_beat_chance_and_edges(model: keras.Model, data: Dataset) -> None:
    put = CheckInput.put(model, data.images, None, Explainer.of("occlusion"))
    found = insertion(model, put, TrustSettings(resamples=300))
    assert found.passes
    assert found.low > 0
    assert found.edges.low > 0


def test_chance_maps_do_not_beat_chance(model: keras.Model, data: Dataset) -> None:
    rng = np.random.default_rng(7)
    weights = np.tile(np.eye(3, dtype=np.float32)[0], (16, 1))
    won = [
        kind(
            model, question(rng.random((16, 32, 32)), data.images, weights), TrustSettings(resamples=300), seed=seed
        ).passes
        for seed in range(4)
        for kind in (deletion, insertion)
    ]
    assert sum(won) <= 1


def test_one_picture_is_too_few(corner: keras.Model, white: np.ndarray) -> None:
    found = deletion(corner, question(quarter(1), white[:1], asked(1)), EXACT)
    assert found.value > 0
    assert not found.passes


def test_a_contrast_is_the_probability_of_one_class_rather_than_the_other(model: keras.Model, data: Dataset) -> None:
    put = CheckInput.put(model, data.images[:3], Contrast(0, 1), Explainer.of("gradient"))
    found = deletion(model, put, TrustSettings(steps=4, orders=1, resamples=100))
    odds = model(data.images[:3]).numpy()
    np.testing.assert_allclose(found.curves.map[0], (odds[:, 0] / (odds[:, 0] + odds[:, 1])).mean(), rtol=1e-3)


def test_order_goes_by_tiles_strongest_first() -> None:
    maps = np.zeros((1, 6, 6))
    maps[0, 4, 4], maps[0, 0, 0] = 9, 5
    turns = pixel_order(maps, 2, np.random.default_rng(0))[0]
    assert (turns[4:6, 4:6] == 0).all()
    np.testing.assert_allclose(turns[:2, :2], 1 / 9)
    assert sorted(np.unique(turns) * 9) == pytest.approx(range(9))


def test_sides_that_are_no_whole_number_of_tiles() -> None:
    maps = np.random.default_rng(0).random((2, 7, 10))
    turns = pixel_order(maps, 4, np.random.default_rng(0))
    assert turns.shape == (2, 7, 10)
    assert [len(np.unique(turn)) for turn in turns] == [6, 6]


def test_ties_are_decided_by_chance_and_seeded() -> None:
    flat = np.full((1, 8, 8), 0.1)
    first, again, other = (pixel_order(flat, 2, np.random.default_rng(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("fill", ["mean", "grey", "black", "white", "blur"])
def test_what_is_put_in_place(fill: str) -> None:
    images = nets.pictures(2)
    made = fill_images(images, fill)
    assert made.shape == images.shape
    flat = np.ptp(made, axis=(1, 2)).max() == 0
    assert flat == (fill != "blur")
    if fill == "mean":
        np.testing.assert_allclose(made[:, 0, 0], images.mean(axis=(1, 2)), rtol=1e-5)
    if fill == "blur":
        np.testing.assert_allclose(made.mean(), images.mean(), rtol=0.05)


def test_an_area_of_a_straight_line_is_its_middle() -> None:
    shares = np.linspace(0, 1, 5)
    np.testing.assert_allclose(curve_areas(np.stack([shares, 1 - shares / 2]), shares), [0.5, 0.75])


def test_batches_do_not_matter(model: keras.Model, data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    put = CheckInput.put(model, data.images[:5], None, Explainer.of("gradient"))
    settings = TrustSettings(steps=7, orders=2, resamples=100)
    whole = deletion(model, put, settings)
    monkeypatch.setattr("core.networks.evaluator.BATCH_VALUES", 2 * 32 * 32 * 3)
    parts = deletion(model, put, settings)
    np.testing.assert_allclose(whole.curves.map, parts.curves.map, atol=1e-5)
    np.testing.assert_allclose(whole.curves.random, parts.curves.random, atol=1e-5)
