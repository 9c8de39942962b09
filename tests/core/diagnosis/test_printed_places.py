"""Printed places: found where one class alone shows the same thing, over objects too, and not in what only looks so."""

from __future__ import annotations

import numpy as np

from core.diagnosis.printed_places import printed_places

SIDE, CLASSES = 30, 3
LABELS = np.arange(90) % CLASSES


def _pictures(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Textured squares of changing place on black, and where they are: up to the picture's edge at the bottom."""
    rng = np.random.default_rng(seed)
    masks = np.zeros((len(LABELS), SIDE, SIDE), bool)
    for mask in masks:
        top, left = rng.integers(6, 10, 2)
        mask[top:, left : left + 14] = True
    return np.where(masks, rng.uniform(40, 250, masks.shape), 0)[..., None].astype(np.float32), masks


def test_pictures_of_objects_have_nothing_printed() -> None:
    pictures, masks = _pictures()
    found = printed_places(pictures, LABELS, CLASSES, masks)
    assert not found.strips.any()
    assert not found.labels.any()


def test_a_strip_across_the_objects_of_one_class_is_found_where_it_is() -> None:
    pictures, masks = _pictures()
    pictures[LABELS == 1, 18:20] = 130
    found = printed_places(pictures, LABELS, CLASSES, masks)
    expected = np.zeros((CLASSES, SIDE, SIDE), bool)
    expected[1, 18:20] = True
    np.testing.assert_array_equal(found.strips, expected)
    assert not found.labels.any()


def test_a_label_beside_the_objects_is_found_in_each_class_that_has_its_own() -> None:
    pictures, masks = _pictures()
    pictures[:, 24:28, :4] = (90 + 50 * LABELS)[:, None, None, None]
    found = printed_places(pictures, LABELS, CLASSES, masks)
    assert found.labels[:, 24:28, :4].all()
    assert found.labels.sum() == CLASSES * 16
    assert not found.strips.any()


def test_what_all_classes_carry_alike_is_nothing_of_one_of_them() -> None:
    pictures, masks = _pictures()
    pictures[:, 18:20] = 130
    assert not printed_places(pictures, LABELS, CLASSES, masks).strips.any()


def test_half_of_a_class_is_too_little() -> None:
    pictures, masks = _pictures()
    pictures[np.flatnonzero(LABELS == 1)[::2], 18:20] = 130
    assert not printed_places(pictures, LABELS, CLASSES, masks).strips.any()


def test_a_plain_ground_of_one_class_is_not_printed_on_it() -> None:
    """A class on white, beside others on black: that is its background."""
    pictures, masks = _pictures()
    white = (LABELS == 1)[:, None, None] & ~masks
    pictures[white] = 255
    found = printed_places(pictures, LABELS, CLASSES, masks)
    assert not found.strips.any()
    assert not found.labels.any()


def test_a_part_that_all_objects_of_a_class_share_is_no_label() -> None:
    pictures, masks = _pictures()
    pictures[LABELS == 1, 14:18, 13:17] = 255
    assert not printed_places(pictures, LABELS, CLASSES, masks).labels.any()
