from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.networks.training.augmentation import augmenter
from core.networks.training.specs import TrainingSpec

ONE_BY_ONE = [
    {"flip": True},
    {"flip_vertical": True},
    {"shift": 0.3},
    {"rotate": 90.0},
    {"zoom": 0.4},
    {"brightness": 0.5},
    {"contrast": 0.8},
    {"hue": 1.0},
    {"saturation": 1.0},
    {"erase": 0.3},
]


@pytest.fixture(scope="module")
def pictures() -> tf.Tensor:
    return tf.constant(np.random.default_rng(0).uniform(0, 255, (16, 12, 12, 3)), tf.float32)


def changed(pictures: tf.Tensor, **values) -> np.ndarray:
    return augmenter(TrainingSpec(**values), pictures.shape[-1])(pictures).numpy()


@pytest.mark.parametrize("values", ONE_BY_ONE, ids=str)
def test_each_dial_changes_pictures_stays_in_range_and_is_seeded(values, pictures):
    first = changed(pictures, **values)
    assert first.shape == pictures.shape
    assert first.min() >= -1e-3
    assert first.max() <= 255.001
    assert np.abs(first - pictures).max() > 1
    np.testing.assert_array_equal(changed(pictures, **values), first)
    assert np.abs(changed(pictures, seed=1, **values) - first).max() > 1


def test_the_default_changes_only_what_its_dials_say(pictures):
    off = TrainingSpec().model_dump() | {"flip": False, "shift": 0.0}
    np.testing.assert_array_equal(changed(pictures, **off), pictures)


def test_a_flip_mirrors_about_half_of_the_pictures_and_leaves_the_rest(pictures):
    many = tf.tile(pictures, [8, 1, 1, 1])
    result = changed(many, flip=True, shift=0.0)
    same = (result == many.numpy()).all(axis=(1, 2, 3))
    mirrored = (result == many.numpy()[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same | mirrored).all()
    assert 0.3 < mirrored.mean() < 0.7


@pytest.mark.parametrize("dial", ["hue", "saturation"])
def test_grey_pictures_keep_their_grey(dial):
    grey = tf.constant(np.random.default_rng(0).uniform(0, 255, (4, 8, 8, 1)), tf.float32)
    off = {"flip": False, "shift": 0.0}
    np.testing.assert_array_equal(changed(grey, **{dial: 1.0}, **off), grey)
    as_colour = tf.repeat(grey, 3, axis=-1)
    np.testing.assert_allclose(changed(as_colour, **{dial: 1.0}, **off), as_colour, atol=1e-2)


def test_saturation_keeps_the_brightest_channel(pictures):
    result = changed(pictures, saturation=1.0, flip=False, shift=0.0)
    np.testing.assert_allclose(result.max(axis=-1), pictures.numpy().max(axis=-1), atol=1e-2)
