"""Serving faults: what was done to test pictures is undone, and what was not done is not claimed."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.datasets.base import Dataset, Splits
from core.diagnosis.base import Finding
from core.diagnosis.detectors import channels_swapped, darkened, wrong_scale
from core.diagnosis.serving_checks import Service
from tests.core.diagnosis.conftest import biased_reader, light_and_dark, splits_of, subject_of

FAULTS = {
    "wrong_scale": (wrong_scale, lambda images: images.astype(np.float32) / 255),
    "darkened": (darkened, lambda images: (images * 0.3).astype(np.uint8)),
}


def _served(change) -> Splits:
    made = splits_of(lambda seed: light_and_dark(60, seed))
    return replace(made, test=replace(made.test, images=change(made.test.images)))


@pytest.mark.parametrize("flaw", list(FAULTS))
def test_undoing_a_fault_restores_what_it_cost(flaw: str) -> None:
    module, change = FAULTS[flaw]
    found = module.measure(subject_of(biased_reader(), _served(change)))
    assert isinstance(found, Finding)
    assert found.statistic > 0.3
    bars = found.data["value"].to_numpy()
    np.testing.assert_allclose(bars, [1.0, 0.5, 1.0], atol=0.05)


@pytest.mark.parametrize("flaw", list(FAULTS))
def test_nothing_is_gained_where_nothing_was_done(flaw: str) -> None:
    found = FAULTS[flaw][0].measure(subject_of(biased_reader(), _served(lambda images: images)))
    assert isinstance(found, Finding)
    assert found.statistic <= 0


def test_swapped_channels_are_swapped_back(honest, object_reader) -> None:
    swapped = replace(honest, test=replace(honest.test, images=honest.test.images[..., ::-1].copy()))
    found = channels_swapped.measure(subject_of(object_reader, swapped))
    assert isinstance(found, Finding)
    np.testing.assert_allclose(found.data["value"], [1.0, 1 / 3, 1.0], atol=0.02)
    assert np.isin(found.indices, np.flatnonzero(honest.test.labels != 1)).all()


@pytest.mark.parametrize("radius", [1.0, 2.0])
def test_the_radius_of_a_blur_is_measured(radius: float) -> None:
    def blur(images: np.ndarray) -> np.ndarray:
        return np.stack([cv2.GaussianBlur(each, (0, 0), radius) for each in images])

    made = splits_of(lambda seed: _fields(40, seed))
    served = replace(made, test=replace(made.test, images=blur(made.test.images)))
    found = Service(subject_of(biased_reader(), served))
    assert abs(found.blur[0] - radius) <= 0.3
    assert Service(subject_of(biased_reader(), made)).blur == (0.0, 0.0)


def _fields(count: int, seed: int) -> Dataset:
    data = light_and_dark(count, seed)
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 1, data.images.shape).astype(np.float32)
    rough = np.stack([cv2.GaussianBlur(each, (0, 0), 0.8) for each in noise])
    return replace(data, images=np.clip(128 + 60 * rough, 0, 255).astype(np.uint8))
