"""The check itself is checked: known passes pass it, known fails fail it."""

from __future__ import annotations

from itertools import pairwise

import keras
import numpy as np
import pytest

from core.datasets import Dataset
from core.trust import edge_detector
from core.trust.checks.randomisation import Randomisation, check_randomisation
from core.trust.explainer import CheckInput, Explainer, Maker
from core.trust.settings import TrustSettings
from tests.core import nets

SEEDS = (0, 1, 2)


def checked(
    model: keras.Model, images: np.ndarray, method: str | Maker, seed: int = 0, **dials: object
) -> Randomisation:
    explainer = Explainer.of(method)
    question = CheckInput.put(model, images, None, explainer)
    return check_randomisation(model, explainer, question, TrustSettings(resamples=100, **dials), seed=seed)


@pytest.mark.parametrize("method", ["gradient", "grad_cam"])
def test_known_passes_pass_with_a_margin(method: str, model: keras.Model, data: Dataset) -> None:
    for seed in SEEDS:
        found = checked(model, data.images, method, seed)
        assert found.passes
        assert found.kept_structure < 0.25
        assert found.kept_rank < 0.5


@pytest.mark.parametrize("method", ["guided_backprop", edge_detector])
def test_known_fails_fail_with_a_margin(method: str | Maker, model: keras.Model, data: Dataset) -> None:
    for seed in SEEDS:
        found = checked(model, data.images, method, seed)
        assert not found.passes
        assert found.value > 0.38
        assert found.repeatable


def test_an_edge_detector_does_not_change_at_all(model: keras.Model, data: Dataset) -> None:
    found = checked(model, data.images, edge_detector)
    assert [stage.ssim.value for stage in found.stages] == pytest.approx([1.0] * len(found.stages))
    assert (found.value, found.spearman.value) == pytest.approx((1.0, 1.0))


def test_the_untouched_clone_gets_the_same_map(model: keras.Model, data: Dataset) -> None:
    for method in ("gradient", "grad_cam", "guided_backprop"):
        found = checked(model, data.images, method, stages=1)
        assert found.untouched.ssim.value == pytest.approx(1, abs=1e-3)
        assert found.untouched.spearman.value == pytest.approx(1, abs=1e-3)


def test_the_cascade_goes_from_the_top_down_to_every_layer(model: keras.Model, data: Dataset) -> None:
    found = checked(model, data.images[:4], "gradient", stages=12)
    paths = [stage.layers for stage in found.stages]
    assert paths[0] == ()
    assert paths[1] == ("predictions",)
    for smaller, larger in pairwise(paths):
        assert larger[: len(smaller)] == smaller
        assert len(larger) > len(smaller)
    with_weights = {layer.name for layer in model.layers if layer.weights}
    assert set(found.full.layers) == with_weights
    assert found.full.share == 1


def test_likeness_falls_along_the_cascade(model: keras.Model, data: Dataset) -> None:
    for method in ("gradient", "guided_backprop"):
        kept = [stage.ssim.value for stage in checked(model, data.images, method).stages]
        assert kept[0] > kept[1] > kept[-1]


def test_maps_that_are_pure_chance_do_not_pass(model: keras.Model, data: Dataset) -> None:
    rng = np.random.default_rng(0)

    def dice(model: object, images: np.ndarray, targets: object) -> np.ndarray:
        return rng.random(images.shape[:3])

    found = checked(model, data.images, dice)
    assert found.kept_structure < 0.1
    assert not found.repeatable
    assert not found.passes


def test_empty_maps_do_not_pass(model: keras.Model, data: Dataset) -> None:
    found = checked(model, data.images, lambda model, images, targets: np.zeros(images.shape[:3]))
    assert found.empty
    assert not found.passes


def test_maps_that_vanish_with_random_weights_are_no_evidence_of_change(model: keras.Model, data: Dataset) -> None:
    learned = model.get_weights()

    def shy(other: keras.Model, images: np.ndarray, targets: object) -> np.ndarray:
        known = all(np.array_equal(a, b) for a, b in zip(learned, other.get_weights(), strict=True))
        return edge_detector(other, images, targets) * known

    found = checked(model, data.images, shy)
    assert found.empty
    assert not found.passes
    assert found.full.silent == 1


@pytest.mark.parametrize("name", ["nested_functional", "sequential", "logits", "residual", "normed", "one_sigmoid"])
def test_something_is_randomised_in_every_shape_of_network(name: str) -> None:
    model = nets.randomised({**nets.SHAPES, **nets.KINDS}[name]())
    before = [weight.copy() for weight in model.get_weights()]
    found = checked(model, nets.pictures(4), "gradient")
    assert len(found.stages) > 1
    assert found.full.layers
    assert found.full.spearman.value < 0.9
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_a_linear_networks_gradient_is_its_weights_and_so_passes() -> None:
    model = nets.linear(nets.random_weights(side=12))
    found = checked(model, nets.small_pictures(6, side=12), "gradient")
    assert found.passes
    assert [stage.share for stage in found.stages] == [0, 1]


def test_the_same_seed_gives_the_same_numbers(model: keras.Model, data: Dataset) -> None:
    first, again = (checked(model, data.images[:6], "grad_cam", seed=5, stages=2) for _ in range(2))
    assert (first.value, first.low, first.high) == (again.value, again.low, again.high)
    np.testing.assert_array_equal(first.full.maps, again.full.maps)
