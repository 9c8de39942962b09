"""How much a network is asked: less where it is large, and never without bound where nothing is known of it."""

from __future__ import annotations

import keras
import numpy as np

from core.diagnosis.effort import FEWEST, LARGE, expected_seconds, multiplications, usual_budget
from core.networks import from_function


def convnet(side: int, filters: int) -> keras.Model:
    images = keras.Input((side, side, 3))
    maps = keras.layers.Conv2D(filters, 3, padding="same")(images)
    return keras.Model(images, keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(maps)))


def test_multiplications_are_the_kernels_size_times_its_places():
    assert multiplications(convnet(16, 8)) == 3 * 3 * 3 * 8 * 16 * 16 + 8 * 2


def test_a_larger_network_is_asked_less_and_never_less_than_the_fewest():
    small, large = convnet(16, 8), convnet(64, 64)
    assert usual_budget(small) > usual_budget(large) >= FEWEST


def test_a_black_box_is_asked_by_the_size_of_its_pictures():
    def boxed(side: int) -> keras.Model:
        return from_function(lambda images: np.ones((len(images), 2)) / 2, (side, side, 3), ("a", "b"))

    assert usual_budget(boxed(32)) > LARGE / 10
    assert FEWEST <= usual_budget(boxed(227)) < LARGE / 10


def test_the_time_grows_with_the_passes_and_a_small_network_has_none():
    model, images = convnet(16, 8), np.zeros((4, 16, 16, 3), np.uint8)
    assert expected_seconds(model, images) is None
    assert expected_seconds(model, images, LARGE) > 0
