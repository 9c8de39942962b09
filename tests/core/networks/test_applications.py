"""Networks of keras.applications by structure, small and shallow: read right, explained, saved and opened again.

A shallow one has every kind of block of its network once or twice, in place of up to thirty times.
`python -m tests.benchmarks.applications` tries the whole networks with every method.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import pytest
from keras.src.applications import convnext, densenet, efficientnet, efficientnet_v2, nasnet, resnet

from core.networks.interface import probabilities
from tests.benchmarks.applications import NETWORKS, checked, reopened

SIDE = 72
COMMON = {"weights": None, "input_shape": (SIDE, SIDE, 3), "classes": 10}


def _resnet() -> keras.Model:
    def stacks(value: keras.KerasTensor) -> keras.KerasTensor:
        return resnet.stack_residual_blocks_v2(resnet.stack_residual_blocks_v2(value, 16, 2, name="a"), 32, 2, name="b")

    return resnet.ResNet(stacks, True, True, weights_name="resnet50v2", **COMMON)


SHALLOW: dict[str, Callable[[], keras.Model]] = {
    "MobileNetV2": lambda: keras.applications.MobileNetV2(alpha=0.35, **COMMON),
    "MobileNetV3Small": lambda: keras.applications.MobileNetV3Small(**COMMON),
    "EfficientNetB0": lambda: efficientnet.EfficientNet(1.0, 0.3, 224, **COMMON),
    "EfficientNetV2B0": lambda: efficientnet_v2.EfficientNetV2(1.0, 0.3, 224, name="efficientnetv2-b0", **COMMON),
    "ResNet50V2": _resnet,
    "DenseNet121": lambda: densenet.DenseNet([2, 2, 2, 2], **COMMON),
    "ConvNeXtTiny": lambda: convnext.ConvNeXt([1, 1, 2, 1], [24, 48, 96, 192], **COMMON),
    "NASNetMobile": lambda: nasnet.NASNet(
        penultimate_filters=1056, num_blocks=1, stem_block_filters=32, skip_reduction=False, **COMMON
    ),
    "Xception": lambda: keras.applications.Xception(**COMMON),
}
SMALL = ("MobileNetV2", "MobileNetV3Small")


def test_every_structure_has_a_shallow_network():
    assert set(SHALLOW) == set(NETWORKS)


@pytest.mark.parametrize("name", NETWORKS)
def test_an_application_is_read_explained_and_opened_again(name: str) -> None:
    keras.utils.set_random_seed(0)
    model = SHALLOW[name]()
    wanted = ("gradient", "grad_cam", "occlusion") if name in SMALL else ("grad_cam",)
    assert checked(model, NETWORKS[name][1], wanted) == dict.fromkeys(wanted, "ok")
    images = np.random.default_rng(1).uniform(0, 255, (1, SIDE, SIDE, 3)).astype(np.float32)
    np.testing.assert_allclose(probabilities(reopened(model), images), probabilities(model, images), atol=1e-6)
