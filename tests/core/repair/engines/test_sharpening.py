"""A sharpening tuned to a network, which stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Cancelled
from core.networks.evaluator import ModelEvaluator
from core.repair.engines.deblurring import GAINS, sharpener_of, sharpening_layer
from core.repair.engines.model_copies import prepend_layers
from core.repair.engines.serving_faults import Fault, apply_fault
from core.repair.engines.sharpening import STEPS, match_features


@pytest.fixture
def sharp(fair):
    return fair.train.images[:96]


@pytest.fixture
def soft(sharp):
    return apply_fault(sharp, Fault("blurred", 1.6))


def layer_of(sharp, soft):
    return sharpening_layer(sharpener_of(sharp[:40], soft[:40]))


def gains_in(layer):
    return layer.get_layer(GAINS).get_weights()[0]


def divergence(model, layer, sharp, soft):
    wanted, found = (
        ModelEvaluator.of(each).probabilities(images)
        for each, images in ((model, sharp), (prepend_layers(model, [layer]), soft))
    )
    return float((wanted * (np.log(wanted + 1e-9) - np.log(found + 1e-9))).sum(axis=1).mean())


def test_answers_come_nearer_and_the_network_stays(healthy, sharp, soft):
    layer, before = layer_of(sharp, soft), healthy.model.get_weights()
    apart = divergence(healthy.model, layer, sharp, soft)
    match_features(layer, healthy.model, sharp, soft)
    assert divergence(healthy.model, layer, sharp, soft) < 0.9 * apart
    assert all(np.array_equal(now, then) for now, then in zip(healthy.model.get_weights(), before, strict=True))


def test_only_gains_change_and_none_changes_its_sign(healthy, sharp, soft):
    layer = layer_of(sharp, soft)
    before, gains = layer.get_weights(), gains_in(layer)
    match_features(layer, healthy.model, sharp, soft)
    changed = [not np.array_equal(now, then) for now, then in zip(layer.get_weights(), before, strict=True)]
    assert sum(changed) == 1
    assert np.array_equal(np.sign(gains_in(layer)), np.sign(gains))


def test_the_same_seed_tunes_alike_and_another_does_not(healthy, sharp, soft):
    found = []
    for seed in (0, 0, 1):
        layer = layer_of(sharp, soft)
        match_features(layer, healthy.model, sharp, soft, seed=seed)
        found.append(gains_in(layer))
    assert np.allclose(found[0], found[1], rtol=1e-4)
    assert not np.allclose(found[0], found[2], rtol=1e-4)


def test_without_pictures_nothing_is_tuned(healthy, sharp, soft):
    layer = layer_of(sharp, soft)
    gains = gains_in(layer)
    match_features(layer, healthy.model, sharp[:0], soft[:0])
    assert np.array_equal(gains_in(layer), gains)


def test_it_can_be_stopped_and_then_leaves_the_gains(healthy, sharp, soft):
    layer = layer_of(sharp, soft)
    gains, told = gains_in(layer), []

    def stop(done, total, note):
        told.append((done, total))
        if done == 3:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        match_features(layer, healthy.model, sharp, soft, on_step=stop)
    assert told == [(1, STEPS), (2, STEPS), (3, STEPS)]
    assert np.array_equal(gains_in(layer), gains)
