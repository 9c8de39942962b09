"""Occlusion against what it must be on networks that can be worked out by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from core.attribution import Contrast, explain, methods
from core.attribution.engines import incremental_plan
from core.attribution.engines.windows import window_corners
from core.attribution.methods.occlusion import OcclusionSettings
from core.networks.evaluator import ModelEvaluator
from core.settings import Settings
from tests.core import nets

SIDE = 12
RNG = np.random.default_rng(0)
WEIGHTS = RNG.normal(size=(SIDE, SIDE, 3, 2)).astype(np.float32)
PICTURES = RNG.uniform(0, 1, (3, SIDE, SIDE, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def linear() -> keras.Model:
    """Scores that are weighted sums of the pixels."""
    model = keras.Sequential([keras.Input((SIDE, SIDE, 3)), layers.Flatten(), layers.Dense(2)])
    model.set_weights([WEIGHTS.reshape(-1, 2), np.array([0.3, -0.2])])
    return model


def expected(picture: np.ndarray, weights: np.ndarray, patch: int, stride: int, fill: np.ndarray | float) -> np.ndarray:
    """By hand: each window's fall is the weights times what was taken away; pixels average their windows."""
    total, count = np.zeros((SIDE, SIDE)), np.zeros((SIDE, SIDE))
    for row, column in window_corners(SIDE, SIDE, patch, stride):
        window = np.s_[row : row + patch, column : column + patch]
        total[window] += ((picture[window] - fill) * weights[window]).sum()
        count[window] += 1
    return total / count


@pytest.mark.parametrize(("fill", "value"), [("grey", 0.5), ("black", 0.0), ("white", 1.0), ("mean", None)])
@pytest.mark.parametrize(("patch", "stride"), [(4, 2), (5, 3), (1, 1), (12, 1)])
@pytest.mark.parametrize("engine", ["auto", "dense", "incremental"])
def test_a_linear_network_by_hand(linear, fill, value, patch, stride, engine):
    maps = explain(linear, PICTURES, 1, method="occlusion", patch=patch, stride=stride, fill=fill, engine=engine)
    for picture, found in zip(PICTURES, maps, strict=True):
        colour = picture.mean(axis=(0, 1)) if value is None else value
        np.testing.assert_allclose(found, expected(picture, WEIGHTS[..., 1], patch, stride, colour), atol=2e-4)


def test_a_contrast_is_the_difference_of_two_maps(linear):
    maps = {target: explain(linear, PICTURES, target, method="occlusion") for target in (0, 1)}
    contrast = explain(linear, PICTURES, Contrast(1, 0), method="occlusion")
    np.testing.assert_allclose(contrast, maps[1] - maps[0], atol=1e-4)


def test_the_predicted_class_is_that_of_the_whole_picture(linear):
    # Covering may change which class wins; the class that is watched stays.
    tilt = np.sign(WEIGHTS[..., 0] - WEIGHTS[..., 1]) * 0.3
    images = np.stack([0.5 + tilt, 0.5 - tilt]).astype(np.float32)
    predicted = linear(images).numpy().argmax(axis=1)
    assert predicted.tolist() == [0, 1]
    for engine in ("dense", "incremental"):
        found = explain(linear, images, None, method="occlusion", patch=9, engine=engine)
        given = explain(linear, images, predicted, method="occlusion", patch=9, engine=engine)
        np.testing.assert_allclose(found, given, atol=1e-5)


def test_a_patch_larger_than_the_picture_covers_it_whole(linear):
    maps = explain(linear, PICTURES, 0, method="occlusion", patch=64, fill="black")
    falls = (PICTURES * WEIGHTS[..., 0]).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(maps, np.broadcast_to(falls[:, None, None], maps.shape), atol=1e-4)


def test_a_network_that_looks_at_one_corner_is_found_out():
    model = keras.Sequential(
        [keras.Input((SIDE, SIDE, 1)), layers.Cropping2D(((0, 8), (8, 0))), layers.Flatten(), layers.Dense(2)]
    )
    model.set_weights([np.ones((16, 2)), np.zeros(2)])
    map = explain(model, np.full((1, SIDE, SIDE, 1), 200, np.uint8), 0, method="occlusion", patch=3, stride=1)[0]
    assert (map[6:] == 0).all()
    assert (map[:, :6] == 0).all()
    assert map[:4, 8:].min() > 0


@pytest.mark.parametrize("score", ["logit", "probability"])
def test_probabilities_and_logits_are_both_watched(score, network, pictures):
    logits = network.layers[-1]
    assert logits.activation is keras.activations.softmax
    maps = explain(network, pictures, 2, method="occlusion", patch=12, score=score)
    covered = np.full_like(pictures, 127.5, dtype=np.float32)
    before, after = network(pictures).numpy(), network(covered).numpy()
    if score == "logit":
        # A softmax undone: logits up to what all classes share, which a contrast does not see.
        maps -= explain(network, pictures, 1, method="occlusion", patch=12, score=score)
        fall = np.log(before[:, 2] / before[:, 1]) - np.log(after[:, 2] / after[:, 1])
    else:
        fall = before[:, 2] - after[:, 2]
    np.testing.assert_allclose(maps[:, 0, 0], fall, atol=1e-4)


def test_both_engines_agree_on_every_kind_of_network():
    for make in (*nets.SHAPES.values(), *nets.KINDS.values()):
        model = nets.randomised(make())
        images = nets.pictures_for(model)
        maps = [
            explain(model, images, method="occlusion", patch=3, engine=engine) for engine in ("incremental", "dense")
        ]
        np.testing.assert_allclose(maps[0], maps[1], atol=1e-4 * max(1, np.abs(maps[1]).max()))


@pytest.mark.parametrize(("pays_from", "kinds"), [(0, {"whole pictures", "incremental"}), (1e20, {"occlusion"})])
def test_what_has_to_be_prepared_is_used_where_it_pays(monkeypatch, pays_from, kinds):
    monkeypatch.setattr(incremental_plan, "COMPILED_FOR", pays_from)
    model = nets.randomised(nets.fused_softmax(), seed=5)
    explain(model, nets.pictures(2), 0, method="occlusion", patch=2)
    asked = {key[0] for key in ModelEvaluator.of(model)._functions if isinstance(key, tuple)}
    assert asked & {"occlusion", "whole pictures", "incremental"} == kinds


def test_the_count_of_evaluations_is_that_of_the_windows():
    info = methods()["occlusion"]
    options: Settings = info.Settings.of(patch=8, stride=4)
    assert info.cost is not None
    assert info.cost(options, (64, 64, 3), 0).forwards == 15 * 15 + 1


@pytest.mark.parametrize("size", [(28, 28), (32, 32), (48, 48), (64, 64), (227, 227), (512, 512)])
def test_by_default_a_map_costs_about_the_same_at_every_size(size):
    info = methods()["occlusion"]
    assert info.cost is not None
    assert 81 < info.cost(info.Settings(), (*size, 3), 0).forwards < 145


@pytest.mark.parametrize(
    ("size", "window"), [((48, 48), (8, 4)), ((227, 300), (38, 19)), ((300, 30), (5, 3)), ((2, 2), (1, 1))]
)
def test_by_default_the_square_is_a_sixth_of_the_shorter_side_and_moves_by_half_of_that(size, window):
    assert OcclusionSettings().window(*size) == window


def test_a_default_map_is_that_of_the_square_it_stands_for(linear):
    maps = explain(linear, PICTURES, 0, method="occlusion")
    patch, stride = OcclusionSettings().window(SIDE, SIDE)
    np.testing.assert_array_equal(maps, explain(linear, PICTURES, 0, method="occlusion", patch=patch, stride=stride))
