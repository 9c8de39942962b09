"""KernelSHAP against the Shapley values that it stands for."""

from __future__ import annotations

from itertools import permutations

import keras
import numpy as np
import pytest
from keras import layers

from core.attribution import explain, methods
from core.attribution.engines.superpixels import superpixels
from core.attribution.methods.kernel_shap import KernelShapSettings, coalitions, shapley_values
from core.networks.evaluator import ModelEvaluator
from tests.core import nets

SIDE = 12
WEIGHTS = nets.random_weights(SIDE)
PICTURES = nets.small_pictures(3, SIDE)


@pytest.mark.parametrize(("segments", "samples"), [(5, 1000), (16, 200), (40, 300)], ids=["all", "some", "few"])
@pytest.mark.parametrize(("fill", "value"), [("black", 0.0), ("grey", 127.5)])
def test_a_linear_network_gives_exactly_its_coefficients(segments, samples, fill, value):
    model = nets.linear(WEIGHTS)
    maps = explain(model, PICTURES, 1, method="kernel_shap", segments=segments, samples=samples, fill=fill)
    for picture, map in zip(PICTURES, maps, strict=True):
        labels = superpixels(picture, segments)
        falls = ((picture - value) * WEIGHTS[..., 1]).sum(axis=-1)
        values = np.bincount(labels.ravel(), falls.ravel())
        np.testing.assert_allclose(map, values[labels], rtol=0, atol=1e-4 * np.abs(values).max())


@pytest.mark.parametrize("samples", [4, 9, 50, 1000])
@pytest.mark.parametrize("segments", [2, 7, 30])
def test_values_add_up_to_the_score_above_that_of_nothing(network, pictures, segments, samples):
    maps = explain(network, pictures, 2, method="kernel_shap", segments=segments, samples=samples, fill="black")
    seen = ModelEvaluator.of(network)
    rises = (seen.logits(pictures) - seen.logits(np.zeros_like(pictures)))[:, 2]
    for picture, map, rise in zip(pictures, maps, rises, strict=True):
        labels = superpixels(picture, segments)
        sizes = np.bincount(labels.ravel())
        np.testing.assert_allclose((map / sizes[labels]).sum(), rise, atol=1e-4)


def test_all_coalitions_give_the_mean_over_every_order_of_joining():
    value = np.random.default_rng(0).normal(size=(2,) * 5)
    shown, weights = coalitions(5, samples=32, seed=0)
    assert len(np.unique(shown, axis=0)) == len(shown) == 32
    found = shapley_values(shown, weights, np.array([value[tuple(one.astype(int))] for one in shown]))
    wanted = np.zeros(5)
    for order in permutations(range(5)):
        joined = np.zeros(5, int)
        for member in order:
            before = value[tuple(joined)]
            joined[member] = 1
            wanted[member] += value[tuple(joined)] - before
    np.testing.assert_allclose(found, wanted / 120, atol=1e-10)


def test_sampled_values_come_near_the_exact_ones():
    # Pairs of neighbours and all of them together: Shapley shares a product out evenly among its members.
    def score(shown: np.ndarray) -> np.ndarray:
        return shown[:, 0] * shown[:, 1] + 3.0 * shown[:, 2] + 12.0 * shown.all(axis=1)

    def errors(samples: int) -> np.ndarray:
        designs = [coalitions(12, samples=samples, seed=seed) for seed in range(40)]
        return np.array([shapley_values(shown, weights, score(shown)) for shown, weights in designs]) - wanted

    wanted = np.array([0.5, 0.5, 3, *[0] * 9]) + 1.0
    few, many = errors(200), errors(1800)
    for found in (few, many):
        assert (np.abs(found.mean(axis=0)) < 4 * found.std(axis=0) / np.sqrt(40) + 1e-9).all()
    # Nine times as many samples: a third of the error.
    assert many.std() < 0.5 * few.std()


@pytest.mark.parametrize("samples", [10, 33, 200])
@pytest.mark.parametrize("segments", [2, 3, 8, 9, 50])
def test_coalitions_come_in_pairs_within_the_dial(segments, samples):
    shown, weights = coalitions(segments, samples=samples, seed=1)
    assert shown[0].all()
    assert not shown[1].any()
    assert len(shown) <= samples
    assert (weights[2:] > 0).all()
    rows = sorted(map(tuple, shown[2:]))
    assert rows == sorted(map(tuple, ~shown[2:]))
    # Whatever is enumerated and drawn, together it weighs what the whole kernel does.
    mass = sum((segments - 1) / (size * (segments - size)) for size in range(1, segments))
    np.testing.assert_allclose(weights.sum(), mass)


def test_a_picture_of_one_superpixel_gets_the_whole_rise():
    shown, weights = coalitions(1, samples=100, seed=0)
    np.testing.assert_allclose(shapley_values(shown, weights, np.array([5.0, 2.0])), [3.0])


def test_a_part_that_is_never_looked_at_gets_nothing():
    model = keras.Sequential(
        [keras.Input((SIDE, SIDE, 1)), layers.Cropping2D(((0, 6), (0, 0))), layers.Flatten(), layers.Dense(2)]
    )
    model = nets.randomised(model)
    picture = np.zeros((SIDE, SIDE, 1), np.uint8)
    picture[:6] = 255
    map = explain(model, picture, 0, method="kernel_shap", segments=8, fill="grey")[0]
    np.testing.assert_allclose(map[6:], 0, atol=1e-5 * np.abs(map).max())
    assert np.abs(map[:6]).max() > 0


def test_no_more_forward_passes_than_there_are_coalitions():
    cost = methods()["kernel_shap"].cost
    assert cost(KernelShapSettings(segments=5, samples=1000), (8, 8, 3), 0).forwards == 32
    assert cost(KernelShapSettings(segments=500, samples=1000), (8, 8, 3), 0).forwards == 1000
