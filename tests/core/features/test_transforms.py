from __future__ import annotations

import cv2
import numpy as np
import pytest
import tensorflow as tf

from core.features.transforms import Moves, draw_moves, move_images, warp


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.random.default_rng(0).random((2, 12, 15, 3)).astype(np.float32)


def move(angle: float = 0.0, scale: float = 1.0, down: float = 0.0, right: float = 0.0) -> tf.Tensor:
    return tf.constant([angle, scale, down, right], tf.float32)


def test_no_move_changes_nothing(picture):
    np.testing.assert_allclose(warp(tf.constant(picture), move()), picture, atol=1e-6)


def test_a_shift_moves_pixels_and_mirrors_the_border(picture):
    made = warp(tf.constant(picture), move(down=3, right=-2)).numpy()
    np.testing.assert_allclose(made[:, 3:, :-2], picture[:, :-3, 2:], atol=1e-6)
    np.testing.assert_allclose(made[:, 2::-1, :-2], picture[:, :3, 2:], atol=1e-6)


def test_a_quarter_turn_of_a_square_is_numpys(picture):
    square = picture[:, :, :12]
    made = warp(tf.constant(square), move(angle=np.pi / 2)).numpy()
    turns = [np.rot90(square, k, axes=(1, 2)) for k in (1, 3)]
    assert min(np.abs(made - turn).max() for turn in turns) < 1e-4


def test_a_turned_and_enlarged_picture_is_opencvs(picture):
    angle, scale = 0.2, 1.1
    made = warp(tf.constant(picture), move(angle, scale)).numpy()[0]
    matrix = cv2.getRotationMatrix2D((7, 5.5), np.rad2deg(angle), scale)
    wanted = cv2.warpAffine(picture[0], matrix, (15, 12), borderMode=cv2.BORDER_REFLECT)
    # OpenCV keeps positions to 1/32 of a pixel.
    assert np.abs(made - wanted).max() < 0.05


def test_the_gradient_is_the_exact_adjoint(picture):
    given, other = tf.constant(picture), tf.constant(picture[::-1].copy())
    with tf.GradientTape() as tape:
        tape.watch(given)
        product = tf.reduce_sum(warp(given, move(0.3, 0.9, 1, 2)) * other)
    back = tape.gradient(product, given)
    assert float(tf.reduce_sum(back * given)) == pytest.approx(float(product), rel=1e-4)


def test_moves_stay_within_their_dials_and_depend_on_seed_and_step_alone():
    moves = Moves(tf.constant(4.0), tf.constant(0.1), tf.constant(10.0))
    drawn = np.array(
        [draw_moves(moves, tf.constant(seed), tf.constant(step)) for seed in range(4) for step in range(60)]
    )
    assert np.abs(np.rad2deg(drawn[:, 0])).max() <= 10
    assert np.abs(np.log(drawn[:, 1])).max() <= np.log(1.1) + 1e-6
    assert set(np.unique(drawn[:, 2:])) == set(range(-4, 5))
    assert len(np.unique(drawn, axis=0)) == len(drawn)
    np.testing.assert_array_equal(drawn[0], draw_moves(moves, tf.constant(0), tf.constant(0)))


def test_all_pictures_of_a_batch_move_alike(picture):
    moves = Moves(tf.constant(4.0), tf.constant(0.1), tf.constant(10.0))
    whole = move_images(tf.constant(picture), moves, tf.constant(1), tf.constant(2)).numpy()
    alone = move_images(tf.constant(picture[1:]), moves, tf.constant(1), tf.constant(2)).numpy()
    np.testing.assert_allclose(whole[1:], alone, atol=1e-6)
