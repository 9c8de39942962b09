"""RISE on networks whose answer is known, and what its masks are made of."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.attribution import explain, methods
from core.attribution.methods.rise import RiseSettings, draw_masks, upsample
from core.networks.evaluator import ModelEvaluator
from tests.core import nets

SIDE = 6
WEIGHTS = nets.random_weights(SIDE)
PICTURES = nets.small_pictures(3, SIDE)


@pytest.fixture(scope="module")
def linear() -> keras.Model:
    """Scores that are weighted sums of the pixels."""
    return nets.linear(WEIGHTS)


def masks_of(settings: RiseSettings, height: int, width: int) -> np.ndarray:
    """The masks at the picture's size, (S, H, W)."""
    grids, shifts = draw_masks(settings)
    rows, columns = upsample(height, settings.cells, shifts[:, 0]), upsample(width, settings.cells, shifts[:, 1])
    return np.einsum("shi,sij,swj->shw", rows, grids, columns)


@pytest.mark.parametrize("estimate", ["difference", "mean"])
@pytest.mark.parametrize("samples", [1, 7])
def test_full_masks_give_the_score_everywhere(network, pictures, estimate, samples):
    maps = explain(network, pictures, 1, method="rise", probability=1.0, samples=samples, estimate=estimate)
    scores = ModelEvaluator.of(network).logits(pictures)[:, 1]
    np.testing.assert_allclose(maps, np.broadcast_to(scores[:, None, None], maps.shape), atol=1e-4)


def test_the_paper_s_map_by_hand(linear):
    settings = RiseSettings(samples=50, cells=3, probability=0.3, estimate="mean", fill="black", seed=4)
    masks = masks_of(settings, SIDE, SIDE)
    scores = np.einsum("nhwc,shw,hwc->ns", PICTURES, masks, WEIGHTS[..., 1])
    wanted = np.einsum("ns,shw->nhw", scores, masks) / (0.3 * 50)
    maps = explain(linear, PICTURES, 1, method="rise", **settings.model_dump())
    np.testing.assert_allclose(maps, wanted, rtol=1e-4, atol=1e-3 * np.abs(wanted).max())


def test_masks_are_as_open_as_the_dial_says_at_every_pixel():
    masks = masks_of(RiseSettings(samples=4000, cells=4, probability=0.3), 10, 14)
    assert masks.min() >= 0
    assert masks.max() <= 1 + 1e-6
    # Four standard errors of a mean of 4000 values whose spread is at most that of a coin.
    np.testing.assert_allclose(masks.mean(axis=0), 0.3, atol=4 * np.sqrt(0.3 * 0.7 / 4000))


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_masks_are_what_image_resizing_makes_of_their_cells(shift):
    cells, length = 4, 12
    grid = np.random.default_rng(0).random((1, cells + 1, cells + 1)).astype(np.float32)
    weights = upsample(length, cells, np.array([shift]))
    mask = np.einsum("shi,sij,swj->shw", weights, grid, weights)[0]
    whole = tf.image.resize(grid[..., None], [length // cells * (cells + 1)] * 2).numpy()[0, ..., 0]
    start = int(shift * length / cells)
    np.testing.assert_allclose(mask, whole[start : start + length, start : start + length], atol=1e-6)


def test_more_masks_go_on_from_the_same_ones():
    few, many = draw_masks(RiseSettings(samples=5)), draw_masks(RiseSettings(samples=9))
    for short, long in zip(few, many, strict=True):
        np.testing.assert_array_equal(short, long[:5])


def test_another_seed_gives_other_masks(linear):
    first, second = (explain(linear, PICTURES, 0, method="rise", samples=20, seed=seed) for seed in (0, 1))
    assert np.abs(first - second).max() > 0


def test_the_difference_is_the_paper_s_map_less_the_mean_score(linear):
    settings = {"method": "rise", "samples": 20000, "cells": 3, "probability": 0.4, "fill": "mean"}
    difference = explain(linear, PICTURES, 0, **settings)
    mean = explain(linear, PICTURES, 0, estimate="mean", **settings)
    for one, other in zip(difference, mean, strict=True):
        assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.99


def test_a_network_that_always_says_the_same_has_a_map_of_zeros():
    model = nets.linear(np.zeros((SIDE, SIDE, 3, 2), np.float32))
    shifted = keras.Model(model.input, model.output + 1000.0)
    maps = explain(shifted, PICTURES, 0, method="rise", samples=30)
    np.testing.assert_allclose(maps, 0, atol=1e-3)


def test_the_corner_that_counts_stands_out():
    weights = np.zeros((12, 12, 1, 2), np.float32)
    weights[8:, :4, :, 0] = 1
    picture = np.full((1, 12, 12, 1), 255, np.uint8)
    map = explain(nets.linear(weights), picture, 0, method="rise", samples=2000)[0]
    assert map[8:, :4].min() > map[:6, 6:].max()


def test_the_difference_is_signed_and_the_mean_is_not():
    info = methods()["rise"]
    assert info.draws_signed(RiseSettings())
    assert not info.draws_signed(RiseSettings(estimate="mean"))


def test_each_mask_costs_one_forward_pass():
    assert methods()["rise"].cost(RiseSettings(samples=123), (8, 8, 3), 0).forwards == 123
