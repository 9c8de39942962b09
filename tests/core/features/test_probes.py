from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.datasets.base import Dataset
from core.features import activations
from core.features.probes import ANSWER, PICTURES, ProbeTarget, pooled_features, probe_targets, run_probe, wilson
from core.networks.evaluator import ModelEvaluator
from tests.core import nets


def dataset(**columns: object) -> Dataset:
    images = nets.pictures(60)
    return Dataset(images, np.arange(60) % 3, ("a", "b", "c"), attributes=pd.DataFrame(columns, index=range(60)))


def test_what_varies_is_asked():
    rng = np.random.default_rng(0)
    half = np.arange(60) % 2 == 0
    asked = probe_targets(
        dataset(scene=np.where(half, "sky", "sand"), tint="red", sticker=half, x=rng.random(60), y=rng.random(60))
    )
    assert [one.name for one in asked] == ["object", "scene", "sticker", "position"]
    assert asked[-1].answers.shape == (60, 2)
    assert [one.name for one in probe_targets(dataset(x=0.5, y=rng.random(60)))] == ["object"]
    bare = Dataset(nets.pictures(60), np.arange(60) % 3, ("a", "b", "c"))
    assert [one.name for one in probe_targets(bare)] == ["object"]


def test_rare_levels_are_left_out():
    scene = np.array(["sky"] * 30 + ["sand"] * 25 + ["snow"] * 5)
    asked = probe_targets(dataset(scene=scene))[1]
    assert len(asked.rows) == 55
    assert set(asked.answers) == {0, 1}


def test_what_is_there_is_read_and_what_is_not_is_chance():
    rng = np.random.default_rng(0)
    answers = rng.integers(0, 4, 1000)
    question = ProbeTarget("scene", np.arange(1000), answers)
    features = np.eye(4)[answers] + 0.1 * rng.normal(size=(1000, 4))
    found = run_probe(features, question)
    assert (found.score, found.n, len(found.right)) == (1, 300, 300)
    nothing = run_probe(rng.normal(size=(1000, 4)), question)
    assert nothing.low <= nothing.chance <= nothing.high
    assert 0.2 < nothing.chance < 0.32


def test_the_held_out_pictures_are_the_same_for_every_layer_and_never_taught():
    rng = np.random.default_rng(1)
    question = ProbeTarget("object", np.arange(400), rng.integers(0, 2, 400))
    first, second = (run_probe(rng.normal(size=(400, 300)), question) for _ in range(2))
    assert first.chance == second.chance
    assert max(first.score, second.score) < 0.65


def test_a_position_is_read_as_a_share_of_its_spread():
    rng = np.random.default_rng(2)
    place = rng.random((1000, 2))
    exact = run_probe(place @ rng.normal(size=(2, 2)) + 3, ProbeTarget("position", np.arange(1000), place))
    assert exact.score > 0.99
    half = run_probe(place + rng.normal(0, place.std(), place.shape), ProbeTarget("position", np.arange(1000), place))
    assert half.score == pytest.approx(0.5, abs=0.1)
    assert half.low < half.score < half.high
    nothing = run_probe(rng.normal(size=(1000, 3)), ProbeTarget("position", np.arange(1000), place))
    assert nothing.score < 0.02


def test_wilsons_interval():
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_pooled_values_are_means_over_a_grid(network):
    images = nets.pictures(5)
    maps = activations(network, images, "conv1")
    np.testing.assert_allclose(pooled_features(network, images, "conv1"), maps.mean(axis=(1, 2)), rtol=1e-4)
    quarters = maps.reshape(5, 2, 6, 2, 6, 6).mean(axis=(2, 4)).reshape(5, -1)
    np.testing.assert_allclose(pooled_features(network, images, "conv1", 2), quarters, rtol=1e-4)
    np.testing.assert_allclose(pooled_features(network, images, PICTURES), images.mean(axis=(1, 2)), rtol=1e-4)
    np.testing.assert_allclose(
        pooled_features(network, images, ANSWER), ModelEvaluator.of(network).logits(images), rtol=1e-4
    )
    assert pooled_features(network, images, "mean", 3).shape == (5, 8)
    assert pooled_features(network, images, "conv2", 9).shape == (5, 6 * 6 * 8)
