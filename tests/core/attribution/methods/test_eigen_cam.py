from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.attribution import explain
from core.attribution.methods.eigen_cam import first_component
from tests.core.attribution.methods.test_contract import assert_same


def _by_svd(maps: np.ndarray, centred: bool) -> np.ndarray:
    made = []
    for one in maps.astype(np.float64):
        places = one.reshape(-1, one.shape[-1])
        places = places - places.mean(axis=0) if centred else places
        along = places @ np.linalg.svd(places, full_matrices=False)[2][0]
        made.append((along if along.sum() >= 0 else -along).reshape(one.shape[:2]))
    return np.stack(made)


@pytest.mark.parametrize("shape", [(3, 5, 4, 7), (2, 3, 3, 20), (1, 6, 6, 1)])
def test_it_is_the_first_component_that_numpy_finds(shape):
    maps = np.maximum(np.random.default_rng(0).normal(0.3, 1, shape), 0).astype(np.float32)
    assert_same(first_component(tf.constant(maps), False).numpy(), _by_svd(maps, False))


def test_taken_about_the_mean_only_places_on_the_larger_side_are_kept():
    maps = np.random.default_rng(1).normal(0, 1, (4, 6, 6, 5)).astype(np.float32)
    maps[:, :2, :2] += 5
    found, wanted = first_component(tf.constant(maps), True).numpy(), _by_svd(maps, True)
    # About the mean all places sum to nothing, so that either sign may be the one: the places kept are one side's.
    for one, other in zip(found, wanted, strict=True):
        nearest = min((np.maximum(side, 0) for side in (other, -other)), key=lambda side: np.abs(side - one).max())
        assert_same(one, nearest, 1e-3)


def test_maps_of_zeros_stay_zero():
    assert np.abs(first_component(tf.zeros((2, 3, 3, 4)), False).numpy()).max() == 0


def test_it_does_not_know_about_classes(network, pictures):
    np.testing.assert_array_equal(
        explain(network, pictures, 0, method="eigen_cam"), explain(network, pictures, 3, method="eigen_cam")
    )
