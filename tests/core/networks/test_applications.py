"""Networks of keras.applications by structure, at a reduced size: read right, explained, saved and opened again.

The small ones by three methods, the others by one; `python -m tests.benchmarks.applications` tries every method.
"""

from __future__ import annotations

import numpy as np
import pytest

from core.networks.interface import probabilities
from tests.benchmarks.applications import NETWORKS, checked, made, reopened

SIDE = 72
SMALL = ("MobileNetV2", "MobileNetV3Small")


@pytest.mark.parametrize("name", NETWORKS)
def test_an_application_is_read_explained_and_opened_again(name: str) -> None:
    model = made(name, SIDE)
    wanted = ("gradient", "grad_cam", "occlusion") if name in SMALL else ("grad_cam",)
    assert checked(model, NETWORKS[name][1], wanted) == dict.fromkeys(wanted, "ok")
    images = np.random.default_rng(1).uniform(0, 255, (1, SIDE, SIDE, 3)).astype(np.float32)
    np.testing.assert_allclose(probabilities(reopened(model), images), probabilities(model, images), atol=1e-6)
