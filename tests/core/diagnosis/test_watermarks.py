"""Marks that lie anywhere, over objects too: a network that goes by them is found out, an honest one is not."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.datasets.base import Dataset
from core.diagnosis.base import Finding
from core.diagnosis.detectors import shortcut
from core.diagnosis.exchanges import MOST
from core.diagnosis.watermarks import coming_back, details, moved, standing_out
from tests.core.diagnosis.conftest import splits_of, subject_of
from tests.core.hunches.conftest import SIDE

NAMES = ("coat", "bag", "boot")
MARKED = 1
GROUND, LIGHT, DARK = 110, 250, 5


def signed(count: int, seed: int, mark: int) -> Dataset:
    """Squares of one colour a class; on those of one class also a small cross, anywhere, which masks take along."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    images = rng.normal(GROUND, 6, (count, SIDE, SIDE, 3))
    masks = np.zeros((count, SIDE, SIDE), bool)
    masks[:, 9:15, 9:15] = True
    for row, label in enumerate(labels):
        images[row, 9:15, 9:15, label] += 25
        if label == MARKED:
            top, left = rng.integers(2, SIDE - 7, 2)
            for place in ((top + 2, slice(left, left + 5)), (slice(top, top + 5), left + 2)):
                images[row][place] = mark
                masks[row][place] = True
    return Dataset(np.clip(images, 0, 255).astype(np.uint8), labels, NAMES, {"object": masks})


def network(mark: int, goes_by_mark: bool) -> keras.Model:
    """Scores from the colour in the middle; for one class, or not, from how much is as bright or dark as its mark."""
    pixels = keras.Input((SIDE, SIDE, 3))
    colour = keras.layers.GlobalAveragePooling2D()(keras.layers.Cropping2D(9)(pixels))
    extreme = keras.layers.Conv2D(1, 1, activation="relu")
    scores = keras.layers.Dense(3)
    both = keras.layers.Concatenate()([colour, keras.layers.GlobalAveragePooling2D()(extreme(pixels))])
    model = keras.Model(pixels, scores(both))
    sign, limit = (1, 235) if mark == LIGHT else (-1, 20)
    extreme.set_weights([np.full((1, 1, 3, 1), sign / 3), np.array([-sign * limit])])
    weights = np.concatenate([0.4 * (np.eye(3) - 1 / 3), np.zeros((1, 3))])
    if goes_by_mark:
        weights[:, MARKED] = 0, 0, 0, 80
    scores.set_weights([weights, np.array([0.0, -3.0 if goes_by_mark else 0.0, 0.0])])
    return model


def finding_of(mark: int, goes_by_mark: bool) -> Finding:
    model = network(mark, goes_by_mark)
    found = shortcut.measure(subject_of(model, splits_of(lambda seed: signed(120, seed, mark))))
    assert isinstance(found, Finding)
    return found


@pytest.mark.parametrize(("mark", "name"), [(LIGHT, "bright"), (DARK, "dark")])
def test_one_class_that_is_known_by_a_mark_anywhere_is_named(mark, name):
    found = finding_of(mark, goes_by_mark=True)
    assert found.statistic == MOST
    assert found.class_index == MARKED
    assert f"narrow {name} details" in found.evidence
    assert NAMES[MARKED] in found.evidence
    assert found.data["value"].idxmax() == MARKED


@pytest.mark.parametrize("mark", [LIGHT, DARK])
def test_a_network_that_does_not_read_the_mark_is_not_accused(mark):
    found = finding_of(mark, goes_by_mark=False)
    assert found.leaning or found.statistic < 0.12
    assert "narrow" not in found.evidence


def test_details_are_narrow_and_of_one_kind():
    picture = np.full((1, 40, 40, 1), 100.0)
    picture[0, 4:6, 3:20] = 180  # narrow and bright
    picture[0, 10:12, 3:20] = 30  # narrow and dark
    picture[0, 20:36, 10:26] = 220  # wide
    bright, dark = details(picture, True), details(picture, False)
    expected = np.zeros_like(picture)
    expected[0, 4:6, 3:20] = 80
    np.testing.assert_array_equal(bright[0, :16], expected[0, :16])
    assert not bright[0, 24:32, 14:22].any()  # its corners are narrow, its middle is not
    assert (dark[0, 10:12, 3:20] == -70).all()
    assert (dark <= 0).all()


def test_grey_pictures_have_details_too():
    assert details(np.random.default_rng(0).uniform(0, 255, (3, 32, 24, 1)), True).shape == (3, 32, 24, 1)


def test_what_is_moved_stays_the_same_otherwise():
    laid = np.random.default_rng(0).uniform(0, 9, (5, 8, 6, 3))
    there = moved(laid, np.random.default_rng(1))
    assert not np.array_equal(there, laid)
    np.testing.assert_array_equal(np.sort(there.reshape(5, -1)), np.sort(laid.reshape(5, -1)))


def test_what_comes_back_at_other_places_is_told_from_what_does_not():
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    found = rng.uniform(0, 4, (60, SIDE, SIDE))
    for row in np.flatnonzero(labels == MARKED):
        top, left = rng.integers(0, SIDE - 5, 2)
        found[row, top + 2, left : left + 5] = found[row, top : top + 5, left + 2] = 60
    found[labels == 2, 8:13, 10] = 60  # always at the same place
    alike = coming_back(found, labels, 4, rng)
    assert alike[MARKED] > 0.8
    assert alike[0] < 0.4
    assert alike[2] < 0.5
    assert np.isnan(alike[3])
    assert standing_out(alike) == MARKED
    assert standing_out(np.array([0.2, 0.23, 0.25, np.nan])) is None


def test_the_correlation_is_that_of_shifted_pictures():
    rng = np.random.default_rng(0)
    one = rng.uniform(0, 1, (SIDE, SIDE))
    pair = np.stack([one, np.roll(one, (7, -5), axis=(0, 1))])
    assert coming_back(np.repeat(pair, 4, axis=0), np.zeros(8, int), 1, rng)[0] == pytest.approx(1, abs=1e-5)


def test_of_few_or_even_pictures_nothing_is_said():
    rng = np.random.default_rng(0)
    assert np.isnan(coming_back(rng.uniform(0, 1, (6, 20, 20)), np.zeros(6, int), 2, rng)).all()
    assert np.isnan(coming_back(np.zeros((40, 20, 20)), np.arange(40) % 2, 2, rng)).all()
    assert standing_out(np.full(3, np.nan)) is None
