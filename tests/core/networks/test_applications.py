"""Networks of keras.applications by structure, at reduced sizes: read right, explained, saved and opened again."""

from __future__ import annotations

import numpy as np
import pytest

from core.networks import load_model
from core.networks.interface import probabilities
from tests.benchmarks.applications import NETWORKS, SQUEEZENET, checked, made, reopened

SIDE = 72
METHODS = ("gradient", "grad_cam", "occlusion")


@pytest.mark.parametrize("name", NETWORKS)
def test_an_application_is_read_and_explained(name: str) -> None:
    said = checked(made(name, SIDE), NETWORKS[name][1], METHODS)
    assert said == dict.fromkeys(METHODS, "ok")


@pytest.mark.parametrize("name", ["MobileNetV3Small", "EfficientNetV2B0", "ConvNeXtTiny"])
def test_an_application_opens_again_with_the_same_answers(name: str) -> None:
    model = made(name, 32 if name == "ConvNeXtTiny" else SIDE)
    images = np.random.default_rng(1).uniform(0, 255, (2, *model.input_shape[1:])).astype(np.float32)
    np.testing.assert_allclose(probabilities(reopened(model), images), probabilities(model, images), atol=1e-6)


@pytest.mark.skipif(not SQUEEZENET.is_file(), reason=f"SqueezeNet should lie at {SQUEEZENET}.")
def test_squeezenet_is_read_and_explained() -> None:
    assert checked(load_model(SQUEEZENET), "", METHODS) == dict.fromkeys(METHODS, "ok")
