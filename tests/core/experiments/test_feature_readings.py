"""Readings of what a network has learned, on arrays whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.experiments.study.activation_statistics import best_unit
from core.experiments.study.class_pictures import own_background
from core.experiments.study.exemplars import ground_colours, nearer

SKY, GRASS = np.array([0.1, 0.2, 0.9]), np.array([0.1, 0.9, 0.1])


def test_a_unit_that_tells_one_class_reads_one_and_units_that_tell_none_a_half() -> None:
    labels = np.repeat([0, 1, 2], 10)
    flat = np.ones((30, 4))
    assert best_unit(flat, labels) == 0.5
    one = flat.copy()
    one[labels == 2, 3] = 2
    assert best_unit(one, labels) == 1
    one[:, 3] *= -1  # a unit that falls silent for a class tells it as well
    assert best_unit(one, labels) == 1


def _scenes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grey objects, of class 0 on sky and of class 1 on grass."""
    labels = np.repeat([0, 1], 5)
    objects = np.zeros((10, 8, 8), bool)
    objects[:, 2:6, 2:6] = True
    images = np.where(labels[:, None, None, None] == 0, SKY, GRASS) * np.ones((10, 8, 8, 1))
    images[objects] = 0.5
    return images, objects, labels


def test_class_pictures_that_show_their_own_ground_read_high_and_those_of_the_object_read_nothing() -> None:
    images, objects, labels = _scenes()
    grounds = np.stack([np.broadcast_to(colour, (8, 8, 3)) for colour in (SKY, GRASS)])
    assert own_background(grounds, images, objects, labels) == pytest.approx(1)
    assert own_background(grounds[::-1], images, objects, labels) == pytest.approx(-1)
    assert own_background(np.full((2, 8, 8, 3), 0.5), images, objects, labels) == pytest.approx(0)


def test_pictures_without_a_ground_read_nothing() -> None:
    images, objects, labels = _scenes()
    assert own_background(images[:2], images, np.ones_like(objects), labels) == 0


def test_exemplars_on_the_same_ground_read_one_and_those_on_any_ground_read_nothing() -> None:
    images, objects, labels = _scenes()
    mine = ground_colours(images, objects)
    assert np.allclose(mine[labels == 0], SKY)
    same, other = mine[:, None], mine[::-1][:, None]
    assert nearer(mine, same, other) == pytest.approx(1)
    assert nearer(mine, other, other) == pytest.approx(0)
    assert nearer(mine, same, same) == 0  # one ground everywhere says nothing
