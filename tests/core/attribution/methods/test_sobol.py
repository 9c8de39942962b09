"""Sobol indices of scores whose variance can be taken apart by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.attribution import explain, methods
from core.attribution.methods.sobol import SobolSettings, cells, draw_masks, total_indices
from tests.core import nets

SIDE = 12


def test_cells_that_act_alone_have_their_shares_of_the_variance():
    weights = np.zeros((SIDE, SIDE, 1, 2), np.float32)
    strength = np.array([[1, 2, 0], [-3, 0.5, 1], [0, -2, 1.5]])
    weights[..., 0, 0] = strength.repeat(4, axis=0).repeat(4, axis=1)
    picture = np.full((1, SIDE, SIDE, 1), 255, np.uint8)
    settings = {"method": "sobol", "samples": 256, "cells": 3, "fill": "black"}
    map = explain(nets.linear(weights), picture, 0, **settings)[0]
    wanted = np.square(strength) / np.square(strength).sum()
    # The variance of 512 scores is known to about one part in twenty.
    np.testing.assert_allclose(map[::4, ::4], wanted, rtol=0.1)
    np.testing.assert_allclose(map[::4, ::4].sum(), 1, rtol=0.1)
    assert (map[:4, 8:] == 0).all()
    np.testing.assert_array_equal(map, map[::4, ::4].repeat(4, axis=0).repeat(4, axis=1))


def test_cells_that_act_together_count_for_both():
    # For a product of two uniform values, each has a total index of 4/7: 3/7 alone and 1/7 together.
    masks = draw_masks(256, 3, seed=0)
    found = total_indices(3, masks[:, 0] * masks[:, 1])
    np.testing.assert_allclose(found, [4 / 7, 4 / 7, 0], atol=0.03)


def test_the_ishigami_function_has_its_known_indices():
    # The field's own example, with total indices from Saltelli et al. 2008, "Global sensitivity analysis".
    values = (2 * draw_masks(256, 3, seed=1).astype(float) - 1) * np.pi
    score = np.sin(values[:, 0]) + 7 * np.sin(values[:, 1]) ** 2 + 0.1 * values[:, 2] ** 4 * np.sin(values[:, 0])
    np.testing.assert_allclose(total_indices(3, score), [0.5576, 0.4424, 0.2437], atol=0.04)


@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_a_score_that_never_changes_has_indices_of_zero(offset):
    model = nets.linear(np.zeros((SIDE, SIDE, 3, 2), np.float32))
    shifted = keras.Model(model.input, model.output + offset)
    maps = explain(shifted, nets.pictures(), 0, method="sobol", samples=4, cells=3)
    assert (maps == 0).all()


def test_each_design_differs_from_the_first_in_one_cell():
    masks = draw_masks(8, 5, seed=0).reshape(7, 8, 5)
    first, second = masks[0], masks[1]
    assert masks.min() >= 0
    assert masks.max() <= 1
    for place, mixed in enumerate(masks[2:]):
        np.testing.assert_array_equal(mixed[:, place], second[:, place])
        np.testing.assert_array_equal(np.delete(mixed, place, axis=1), np.delete(first, place, axis=1))


@pytest.mark.parametrize(("height", "width", "side"), [(12, 17, 4), (3, 20, 8), (5, 5, 16)])
def test_cells_cover_the_picture_and_are_of_like_size(height, width, side):
    labels = cells(height, width, side)
    sizes = np.bincount(labels.ravel())
    rows, columns = min(side, height), min(side, width)
    assert len(sizes) == rows * columns
    assert sizes.min() >= (height // rows) * (width // columns) > 0
    assert sizes.max() <= -(-height // rows) * -(-width // columns)


def test_the_count_of_forward_passes_is_that_of_the_masks():
    settings = SobolSettings(samples=7, cells=4)
    assert methods()["sobol"].cost(settings, (3, 20, 3), 0).forwards == len(draw_masks(7, 12, seed=0))
