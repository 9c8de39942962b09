"""Coarse maps: fewer evaluations, the same shape, and the same places as the fine map where these are known."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from scipy.stats import spearmanr

from core.attribution import explain, methods
from core.attribution.base import MethodInfo
from core.attribution.coarse import BUDGET, FEWEST, GRADIENT, MOST, QUICK, CoarsePlan, plan_coarse
from core.networks.evaluator import ModelEvaluator

SIDE = 48
SHAPE = (SIDE, SIDE, 3)
SLOW = {name: info for name, info in methods().items() if info.coarse is not None}
MAPS = 512


def plan_of(info: MethodInfo, seconds: float, **settings: Any) -> CoarsePlan | None:
    return plan_coarse(info, info.Settings.of(**settings), SHAPE, MAPS if info.needs_layer else 1, seconds)


@pytest.fixture(scope="module")
def hill() -> tuple[keras.Model, np.ndarray]:
    """A network whose score is the brightness of the picture under a smooth hill, and the hill, (H, W)."""
    rows, columns = np.mgrid[:SIDE, :SIDE] / SIDE
    height = np.exp(-8 * ((rows - 0.3) ** 2 + (columns - 0.65) ** 2)).astype(np.float32)
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(2)])
    weights = np.stack([np.repeat(height[..., None], 3, axis=-1), np.zeros(SHAPE)], axis=-1)
    model.set_weights([weights.reshape(-1, 2) / SIDE, np.zeros(2)])
    return model, height


def test_every_method_with_hundreds_of_evaluations_has_a_coarse_map():
    costs = {
        name: info.cost(info.Settings(), (227, 227, 3), MAPS).evaluations
        for name, info in methods().items()
        if info.cost is not None
    }
    assert {name for name, evaluations in costs.items() if evaluations >= 50} == set(SLOW)


@pytest.mark.parametrize("method", SLOW)
def test_a_coarse_map_has_fewer_evaluations_and_the_fine_maps_shape(method, hill):
    model, _ = hill
    info = SLOW[method]
    planned = plan_of(info, 0.02)
    assert planned is not None
    assert planned.evaluations * 2 <= planned.fine == info.cost(info.Settings(), SHAPE, MAPS).evaluations
    assert f"{planned.evaluations} of {planned.fine:,} evaluations" in planned.sentence
    if info.needs_layer:
        return
    image = np.full((1, *SHAPE), 1.0, np.float32)
    settings = info.Settings.of(**planned.settings.model_dump())  # within the bounds of its dials
    made = explain(model, image, 0, method=method, **settings.model_dump())
    assert made.shape == (1, SIDE, SIDE)
    assert np.isfinite(made).all()


@pytest.mark.parametrize("method", SLOW)
def test_its_time_is_kept_on_a_network_of_any_speed(method):
    info = SLOW[method]
    gradient = info.cost(info.Settings(), SHAPE, MAPS).gradients > 0
    for seconds in (0.005, 0.01, 0.02, 0.5):
        planned = plan_of(info, seconds)
        if planned is None:
            continue
        each = seconds * (GRADIENT if gradient else 1.0)
        # Score-CAM evaluates the whole picture too.
        assert planned.evaluations <= max(FEWEST, int(BUDGET / each)) + 1


@pytest.mark.parametrize("method", SLOW)
def test_a_quick_network_and_a_quick_method_need_none(method):
    info = SLOW[method]
    assert plan_of(info, 1e-6) is None
    assert plan_of(methods()["grad_cam"], 1.0) is None


def test_a_fine_map_at_the_limit_needs_none_and_one_above_it_does():
    forwards = methods()["rise"].Settings().samples
    limit = max(QUICK, BUDGET / MOST)  # below the second, what is coarse and quick enough is hardly less than the fine
    assert plan_of(methods()["rise"], 0.99 * limit / forwards) is None
    assert plan_of(methods()["rise"], 1.01 * limit / forwards) is not None


def test_coarse_occlusion_ranks_the_places_as_the_fine_one_does(hill):
    model, height = hill
    info = methods()["occlusion"]
    planned = plan_of(info, 0.02, fill="black")
    assert planned is not None
    image = np.full((1, *SHAPE), 1.0, np.float32)
    fine = explain(model, image, 0, method="occlusion", fill="black")[0]
    coarse = explain(model, image, 0, method="occlusion", **planned.settings.model_dump())[0]
    assert spearmanr(coarse.ravel(), fine.ravel()).statistic > 0.9
    assert spearmanr(coarse.ravel(), height.ravel()).statistic > 0.9


@pytest.mark.parametrize("patch", [1, 3, 20, 200])
def test_coarse_windows_cover_the_whole_picture_at_any_patch(hill, patch):
    model, _ = hill
    planned = plan_of(methods()["occlusion"], 0.02, patch=patch, stride=1, fill="black")
    if planned is None:
        assert patch >= SIDE
        return
    image = np.full((1, *SHAPE), 1.0, np.float32)
    assert (explain(model, image, 0, method="occlusion", **planned.settings.model_dump()) > 0).all()


def test_the_time_of_a_forward_pass_is_that_of_one_picture(hill):
    model, _ = hill
    images = np.zeros((4, *SHAPE), np.float32)
    assert 0 < ModelEvaluator.of(model).seconds_per_image(images) < 1
