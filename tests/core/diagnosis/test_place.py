"""Places: a network that knows classes by where objects stand is found out, and one that does not care is not."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.datasets.base import Dataset
from core.diagnosis.base import Finding
from core.diagnosis.detectors import place
from tests.core.diagnosis.conftest import splits_of, subject_of
from tests.core.hunches.conftest import SIDE, linear_network

ZONES = ((3, 3), (3, 15), (15, 3), (15, 15))  # upper left corner of an object of six pixels
SURE = 3  # how far apart scores are
NAMES = ("coat", "bag", "boot")


def standing(count: int, seed: int, tied: tuple[int, ...], framed: bool = False) -> Dataset:
    """Light squares on dark ground: tied classes each in the zone of their number, others anywhere else.

    A class that is not tied has its own shade of red, green or blue. Class 2 may have a light frame.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    free = [zone for zone in range(4) if zone not in tied]
    images = rng.normal(40, 6, (count, SIDE, SIDE, 3))
    masks = np.zeros((count, SIDE, SIDE), bool)
    for row, label in enumerate(labels):
        top, left = ZONES[label if label in tied else rng.choice(free)]
        masks[row, top : top + 6, left : left + 6] = True
        images[row][masks[row]] += 100
        images[row, :, :, label][masks[row]] += 40
        if framed and label == 2:
            masks[row, [0, -1]] = masks[row][:, [0, -1]] = True
            images[row, [0, -1]] = images[row][:, [0, -1]] = 230
    return Dataset(np.clip(images, 0, 255).astype(np.uint8), labels, NAMES, {"object": masks})


def weights_of(zones: tuple[int, ...] = (), colours: tuple[int, ...] = (), frame: float = 0.0) -> keras.Model:
    """Three scores: the light in a class's own zone, the light of its own colour anywhere, of class 2 also a frame."""
    weights = np.zeros((SIDE, SIDE, 3, 3), np.float32)
    for label in zones:
        top, left = ZONES[label]
        weights[top : top + 6, left : left + 6, :, label] += 0.04 / 36
    for label in colours:
        weights[:, :, :, label] -= 0.1 / 36
        weights[:, :, label, label] += 0.3 / 36
    weights[[0, -1], :, :, 2] += frame
    bias = np.array([-9.0 * (label in zones) for label in range(3)])  # a zone with an object in it outweighs it
    return linear_network(SURE * weights, SURE * bias)


def finding_of(model: keras.Model, tied: tuple[int, ...], **changes: bool) -> Finding:
    found = place.measure(subject_of(model, splits_of(lambda seed: standing(120, seed, tied, **changes))))
    assert isinstance(found, Finding)
    return found


def test_classes_that_are_known_by_their_places_lose_by_others():
    found = finding_of(weights_of(zones=(0, 1, 2)), (0, 1, 2))
    assert found.statistic > 0.5
    assert found.class_index is None
    assert "lowers the probability" in found.evidence


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_that_is_known_by_its_place_is_named(label):
    found = finding_of(weights_of(zones=(label,), colours=tuple({0, 1, 2} - {label})), (label,))
    assert found.statistic > 0.3
    assert found.class_index == label
    assert NAMES[label] in found.evidence
    assert found.data["value"].idxmax() == label


@pytest.mark.parametrize("tied", [(), (0,), (0, 1, 2)])
def test_a_network_that_goes_by_colour_does_not_care_where_objects_stand(tied):
    assert finding_of(weights_of(colours=(0, 1, 2)), tied).statistic < 0.05


def test_places_that_say_nothing_cost_nothing_however_the_network_reads_them():
    assert finding_of(weights_of(zones=(0, 1, 2)), ()).statistic < 0.12


def test_a_frame_that_masks_took_along_is_no_place():
    found = finding_of(weights_of(colours=(0, 1), frame=0.002), (), framed=True)
    assert found.statistic < 0.05
