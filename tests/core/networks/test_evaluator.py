from __future__ import annotations

import gc
import weakref

import keras
import numpy as np
import pytest

from core.attribution import Contrast, explain
from core.attribution.base import target_weights
from core.errors import DataError, LayerError, TargetError
from core.features import activations
from core.networks.evaluator import ModelEvaluator, count_passes
from tests.core import nets


@pytest.mark.parametrize("pictures", [1, 3, 100])
@pytest.mark.parametrize("evaluations", [1, 7, 50, 1000])
@pytest.mark.parametrize("together", [1, 16])
def test_a_batch_holds_what_fits_and_no_part_is_nearly_empty(pictures, evaluations, together, network):
    compiled = ModelEvaluator.of(network)
    room = compiled.batch_size((64, 64, 3))
    batch, each = compiled.fused(pictures, (64, 64, 3), evaluations, together)
    assert 1 <= batch <= pictures
    assert 1 <= each <= evaluations
    assert batch * each <= room
    parts = -(-evaluations // each)
    assert parts * each - evaluations < parts
    if pictures * evaluations >= 2 * room:
        assert batch * each > room / 2


def test_a_picture_larger_than_a_batch_still_goes_through(network):
    assert ModelEvaluator.of(network).fused(5, (5000, 5000, 3), 10) == (1, 1)


def test_nothing_is_traced_again_when_class_picture_or_dial_changes():
    model = nets.randomised(nets.fused_softmax())
    for target in (None, 0, 3, [1, 2], Contrast(0, 1)):
        for steps in (2, 5):
            explain(model, nets.pictures(2, seed=steps), target, method="integrated_gradients", steps=steps)
            explain(model, nets.pictures(2, seed=steps), target, method="smoothgrad", samples=steps, noise=steps / 10)
            explain(model, nets.pictures(2, seed=steps), target, method="grad_cam")
            for engine in ("dense", "incremental"):
                options = {"patch": steps, "stride": steps + 1, "engine": engine}
                explain(model, nets.pictures(2), target, method="occlusion", **options)
    for key, function in ModelEvaluator.of(model)._functions.items():
        assert function.experimental_get_tracing_count() == 1, key


def test_new_weights_are_seen_at_once():
    model = nets.randomised(nets.fused_softmax(), seed=1)
    before = explain(model, nets.pictures(), 1, method="gradient")
    nets.randomised(model, seed=2)
    after = explain(model, nets.pictures(), 1, method="gradient")
    twin = nets.randomised(nets.fused_softmax(), seed=2)
    assert np.abs(after - before).max() > 0
    np.testing.assert_array_equal(after, explain(twin, nets.pictures(), 1, method="gradient"))


def test_a_forgotten_model_is_let_go():
    model = nets.randomised(nets.fused_softmax())
    explain(model, nets.pictures(), method="grad_cam")
    watched = weakref.ref(model)
    del model
    keras.backend.clear_session(free_memory=True)
    gc.collect()
    assert watched() is None


def test_open_questions_are_filled_with_the_prediction_and_others_left_alone(network, pictures):
    compiled = ModelEvaluator.of(network)
    asked = target_weights(None, 3, 4)
    asked[1, 3] = 1
    filled = compiled.resolve(pictures, asked)
    predicted = compiled.logits(pictures).argmax(axis=1)
    assert filled.argmax(axis=1).tolist() == [predicted[0], 3, predicted[2]]
    assert asked[0].max() == 0


@pytest.mark.parametrize(
    ("targets", "rows"),
    [
        (2, [[0, 0, 1], [0, 0, 1]]),
        (np.int64(1), [[0, 1, 0], [0, 1, 0]]),
        ([0, 2], [[1, 0, 0], [0, 0, 1]]),
        (Contrast(1, 0), [[-1, 1, 0], [-1, 1, 0]]),
        (None, [[0, 0, 0], [0, 0, 0]]),
    ],
)
def test_a_question_is_a_row_of_weights(targets, rows):
    np.testing.assert_array_equal(target_weights(targets, 2, 3), rows)


@pytest.mark.parametrize("targets", [3, -1, [0, 1, 2], [0.5, 1.0], [[0, 1]], Contrast(1, 1), Contrast(0, 3)])
def test_a_question_that_makes_no_sense_is_refused(targets):
    with pytest.raises(TargetError):
        target_weights(targets, 2, 3)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((0, nets.SIDE, nets.SIDE, 3), np.uint8),
        np.zeros((2, nets.SIDE, nets.SIDE), np.uint8),
        np.zeros((2, nets.SIDE + 1, nets.SIDE, 3), np.uint8),
        np.full((1, nets.SIDE, nets.SIDE, 3), np.nan, np.float32),
        np.full((1, nets.SIDE, nets.SIDE, 3), "a"),
    ],
    ids=["none", "flat", "size", "nan", "text"],
)
def test_pictures_that_do_not_fit_are_refused(images, network):
    with pytest.raises(DataError):
        explain(network, images)


def test_a_network_without_maps_is_refused_by_methods_that_need_them():
    model = nets.linear(nets.random_weights())
    with pytest.raises(LayerError, match="convolution"):
        explain(model, nets.small_pictures(), method="grad_cam")


def test_passes_are_counted_for_one_network_and_only_while_the_block_lasts():
    mine, other = nets.randomised(nets.fused_softmax()), nets.randomised(nets.fused_softmax(), seed=1)
    ModelEvaluator.of(mine).logits(nets.pictures(3))
    with count_passes(mine) as outer:
        ModelEvaluator.of(mine).logits(nets.pictures(100))
        with count_passes(mine) as inner:
            activations(mine, nets.pictures(2))
            ModelEvaluator.of(other).logits(nets.pictures(7))
    ModelEvaluator.of(mine).logits(nets.pictures(3))
    assert (outer.passes, inner.passes) == (102, 2)
