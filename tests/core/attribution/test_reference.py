"""Ours against tf-explain's own routines, for all six of its attribution methods and its activations."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.attribution import explain, reference
from core.attribution.engines.gradients import score_gradient
from core.attribution.engines.noise import NoisyGradientSettings, draw_noise
from core.features import activations
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from tests.core import nets
from tests.core.attribution.methods.test_contract import assert_same

SHAPES = ["fused_softmax", "separate_softmax", "logits", "sequential", "late_built", "nested_functional"]
TARGET = 2


def gradients(model: keras.Model, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Our gradient of weighted logits, (N, H, W, C)."""
    network = ModelEvaluator.of(model)
    function = network.compiled(
        "raw gradient", lambda graph: lambda pictures, rows: score_gradient(graph, pictures, rows), [IMAGES, TARGETS]
    )
    return network.map(function, images, weights)


def correlation(ours: np.ndarray, theirs: np.ndarray) -> float:
    return float(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1])


@pytest.mark.parametrize("shape", SHAPES)
def test_activations_are_equal(shape, shapes, pictures):
    path = "backbone/conv1" if shape.startswith("nested") else "conv1"
    np.testing.assert_allclose(
        activations(shapes[shape], pictures, path),
        reference.activations(shapes[shape], pictures, path),
        rtol=1e-5,
        atol=1e-6,
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_grad_cam_agrees_before_it_is_enlarged(shape, shapes, pictures):
    from core.attribution.base import target_weights
    from core.attribution.methods.grad_cam import METHOD

    network = ModelEvaluator.of(shapes[shape])
    weights = target_weights(TARGET, len(pictures), network.graph.classes)
    options = METHOD.Settings.of(positive_only=False)
    ours = METHOD.attribute(network, pictures, weights, options, layer=network.map_layer(None), resize=False)
    theirs = reference.grad_cam(shapes[shape], pictures, TARGET)
    assert correlation(ours, theirs) > 0.999
    assert_same(ours, theirs)


def test_tf_explains_own_default_for_grad_cam_is_another_method(network, pictures):
    plain = reference.grad_cam(network, pictures, TARGET)
    assert correlation(plain, reference.grad_cam(network, pictures, TARGET, guided=True)) < 0.999


@pytest.mark.parametrize("shape", ["fused_softmax", "sequential", "nested_functional"])
def test_occlusion_agrees_square_by_square(shape, shapes, pictures):
    patch = 3
    theirs = reference.occlusion(shapes[shape], pictures, TARGET, patch=patch)
    ours = explain(
        shapes[shape], pictures, TARGET, method="occlusion", patch=patch, stride=patch, fill="grey", score="probability"
    )
    # Theirs is enlarged between centres: in the middle of each square of three it is the square's own value.
    theirs, ours = theirs[:, 1::patch, 1::patch], ours[:, 1::patch, 1::patch]
    assert all(correlation(one, other) > 0.999 for one, other in zip(ours, theirs, strict=True))
    # Theirs is one less what is left of the probability; ours is what it fell by.
    whole = ModelEvaluator.of(shapes[shape]).probabilities(pictures)[:, TARGET]
    np.testing.assert_allclose(ours, theirs - (1 - whole)[:, None, None], atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("channels", "reduce"), [("sum", lambda raw: raw.sum(axis=-1)), ("max", lambda raw: np.abs(raw).max(axis=-1))]
)
def test_gradients_agree(shape, channels, reduce, shapes, pictures):
    theirs = reference.vanilla_gradients(shapes[shape], pictures, TARGET)
    ours = explain(shapes[shape], pictures, TARGET, method="gradient", channels=channels)
    assert_same(ours, reduce(theirs))


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_times_inputs_agree(shape, shapes, pictures):
    theirs = reference.gradients_inputs(shapes[shape], pictures, TARGET)
    assert_same(explain(shapes[shape], pictures, TARGET, method="gradient_x_input"), theirs.sum(axis=-1))


@pytest.mark.parametrize("shape", SHAPES)
def test_integrated_gradients_agree_once_ends_count_half_and_the_input_is_multiplied(shape, shapes, pictures):
    steps = 9
    model = shapes[shape]
    mean = reference.integrated_gradients(model, pictures, TARGET, steps=steps)
    ends = reference.vanilla_gradients(model, pictures, TARGET)
    ends = ends + reference.vanilla_gradients(model, np.zeros_like(pictures), TARGET)
    theirs = pictures * (steps * mean - ends / 2) / (steps - 1)
    ours = explain(model, pictures, TARGET, method="integrated_gradients", steps=steps)
    assert_same(ours, theirs.sum(axis=-1))


@pytest.mark.parametrize("shape", SHAPES)
def test_smoothgrad_agrees_when_it_is_asked_about_the_cross_entropy(shape, shapes, pictures):
    # Theirs descends the cross-entropy: its gradient is that of the logits, weighted by probability less truth.
    samples, model = 4, shapes[shape]
    noise = draw_noise(NoisyGradientSettings(seed=1), 0, samples, pictures.shape[1:])
    noisy = (pictures[:, None] + 20 * noise[None]).reshape(-1, *pictures.shape[1:]).astype(np.float32)
    theirs = reference.smoothgrad(model, noisy, TARGET, samples=samples)
    weights = np.eye(nets.CLASSES, dtype=np.float32)[TARGET] - ModelEvaluator.of(model).probabilities(noisy)
    ours = -gradients(model, noisy, weights).reshape(len(pictures), samples, *pictures.shape[1:]).mean(axis=1)
    assert_same(ours, theirs, 1e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_smoothgrad_agrees_on_the_mean_gradient_of_the_logit(shape, shapes, pictures):
    # The same noise for both, and tf-explain's own gradient of the logit on each noisy copy.
    samples, model = 4, shapes[shape]
    noise = draw_noise(NoisyGradientSettings(seed=7), 0, samples, pictures.shape[1:])
    spread = np.ptp(pictures.astype(np.float32), axis=(1, 2, 3), keepdims=True)[:, None]
    noisy = (pictures[:, None] + 0.1 * spread * noise[None]).reshape(-1, *pictures.shape[1:])
    theirs = reference.vanilla_gradients(model, noisy, TARGET).reshape(len(pictures), samples, *pictures.shape[1:])
    ours = explain(model, pictures, TARGET, method="smoothgrad", samples=samples, noise=0.1, seed=7, channels="sum")
    assert_same(ours, theirs.mean(axis=1).sum(axis=-1))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_copy_that_tf_explain_gets_answers_as_the_model_does(shape, shapes, pictures):
    copy = reference.functional_copy(shapes[shape])
    wanted = ModelEvaluator.of(shapes[shape]).logits(pictures)
    np.testing.assert_allclose(copy(pictures.astype(np.float32)).numpy(), wanted, rtol=1e-4, atol=1e-5)
    kernel = copy.weights[0]
    before = shapes[shape].get_weights()[0]
    kernel.assign(kernel + 1)
    np.testing.assert_array_equal(shapes[shape].get_weights()[0], before)
