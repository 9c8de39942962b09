"""LIME against its formula, and on networks that are linear themselves."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.attribution import explain, methods
from core.attribution.engines.superpixels import superpixels
from core.attribution.methods.lime import LimeSettings, draw_masks, proximity
from tests.core import nets

SIDE = 12
WEIGHTS = nets.random_weights(SIDE)
PICTURES = nets.small_pictures(3, SIDE)


@pytest.fixture(scope="module")
def linear() -> keras.Model:
    """Scores that are weighted sums of the pixels."""
    return nets.linear(WEIGHTS)


def parts(picture: np.ndarray, segments: int, fill: float, target: int) -> tuple[np.ndarray, np.ndarray]:
    """The superpixels, and what each adds to a linear network's score above the fill."""
    labels = superpixels(picture, segments)
    falls = ((picture - fill) * WEIGHTS[..., target]).sum(axis=-1)
    return labels, np.bincount(labels.ravel(), falls.ravel())


def test_without_ridge_a_linear_network_gives_its_own_coefficients(linear):
    maps = explain(linear, PICTURES, 1, method="lime", segments=9, samples=60, ridge=0.0)
    for picture, map in zip(PICTURES, maps, strict=True):
        labels, values = parts(picture, 9, 127.5, 1)
        np.testing.assert_allclose(map, values[labels], rtol=0, atol=1e-3 * np.abs(values).max())


def test_the_weights_are_those_of_the_formula(linear):
    settings = LimeSettings(samples=40, segments=9, fill="black", width=0.3, ridge=2.5, seed=3)
    map = explain(linear, PICTURES[0], 0, method="lime", **settings.model_dump())[0]
    labels, values = parts(PICTURES[0], 9, 0.0, 0)
    shown = draw_masks(40, len(values), seed=3).astype(float)
    root = np.sqrt(proximity(shown, 0.3))[:, None]
    table = np.hstack([shown, np.ones((40, 1))]) * root
    penalty = np.diag([*[2.5] * len(values), 0.0])
    wanted = np.linalg.solve(table.T @ table + penalty, table.T @ (shown @ values * root[:, 0]))
    np.testing.assert_allclose(map, wanted[labels], rtol=0, atol=1e-3 * np.abs(wanted).max())


def test_more_ridge_means_smaller_weights(linear):
    sizes = [
        np.linalg.norm(explain(linear, PICTURES[0], 0, method="lime", segments=9, samples=60, ridge=ridge))
        for ridge in (0.0, 1.0, 10.0, 100.0)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 0.5 * sizes[0]


def test_closeness_is_1_for_the_whole_picture_and_falls_as_more_is_hidden():
    shown = np.tril(np.ones((6, 5), bool), -1)[::-1]
    weights = proximity(shown, 0.25)
    assert weights[0] == 1
    assert (np.diff(weights) < 0).all()
    # Nothing shown is at right angles to everything.
    np.testing.assert_allclose(weights[-1], np.exp(-16))
    np.testing.assert_allclose(proximity(np.array([[True, False, False, False]]), 0.5), np.exp(-1))


def test_samples_begin_with_the_whole_picture_and_show_half_on_average():
    shown = draw_masks(2000, 10, seed=0)
    assert shown[0].all()
    np.testing.assert_allclose(shown[1:].mean(axis=0), 0.5, atol=4 * 0.5 / np.sqrt(2000))


def test_pixels_of_a_superpixel_share_its_weight(network, pictures):
    maps = explain(network, pictures, 0, method="lime", segments=6, samples=30)
    for picture, map in zip(pictures, maps, strict=True):
        labels = superpixels(picture, 6)
        assert all(np.ptp(map[labels == label]) == 0 for label in range(labels.max() + 1))


def test_another_seed_hides_other_superpixels(network, pictures):
    first, second = (explain(network, pictures, 0, method="lime", segments=6, samples=9, seed=seed) for seed in (0, 1))
    assert np.abs(first - second).max() > 0


def test_each_sample_costs_one_forward_pass():
    assert methods()["lime"].cost(LimeSettings(samples=77), (8, 8, 3), 0).forwards == 77
