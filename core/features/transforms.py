"""Small random moves of an image, so that no objective depends on single pixels.

All images of a batch move alike at each step, so that a batch gives the same images as its members alone. The move
depends only on the seed and the number of the step.
"""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf


class Moves(NamedTuple):
    """How far a picture is moved at most: scalars that a compiled function takes as tensors.

    Args:
        jitter: pixels, either way along both axes.
        scale: share, larger or smaller.
        rotation: degrees, either way.
    """

    jitter: tf.Tensor
    scale: tf.Tensor
    rotation: tf.Tensor


def move_images(images: tf.Tensor, moves: Moves, seed: tf.Tensor, step: tf.Tensor) -> tf.Tensor:
    """Rotate, scale and shift images (N, H, W, C) at random; they are mirrored at the border.

    Args:
        images: (N, H, W, C).
        moves: largest rotation, scale and shift.
        seed: integer tensor.
        step: number of the step.
    """
    return warp(images, draw_moves(moves, seed, step))


def draw_moves(moves: Moves, seed: tf.Tensor, step: tf.Tensor) -> tf.Tensor:
    """A random move (angle in radians, scale, rows down, columns right), float32 (4,). Shifts are whole pixels.

    Args:
        moves: largest rotation, scale and shift.
        seed: integer tensor.
        step: number of the step.
    """
    chance = tf.random.stateless_uniform([4], tf.stack([seed, step]), -1.0, 1.0)
    angle = chance[0] * tf.cast(moves.rotation, tf.float32) * (3.14159265 / 180.0)
    scale = tf.exp(chance[1] * tf.math.log1p(tf.cast(moves.scale, tf.float32)))
    shift = tf.round(chance[2:] * tf.cast(moves.jitter, tf.float32))
    return tf.concat([[angle, scale], shift], axis=0)


def warp(images: tf.Tensor, move: tf.Tensor) -> tf.Tensor:
    """The pictures (N, H, W, C) under one move about their middle, with bilinear interpolation.

    As one sparse matrix for all pictures and channels: half the time of TensorFlow's projective transform, and an
    exact gradient, which that one has not.
    """
    height, width = images.shape[1], images.shape[2]
    flat = tf.reshape(tf.transpose(images, (1, 2, 0, 3)), (height * width, -1))
    made = tf.sparse.sparse_dense_matmul(_matrix(move, height, width), flat)
    return tf.transpose(tf.reshape(made, (height, width, -1, images.shape[3])), (2, 0, 1, 3))


def _matrix(move: tf.Tensor, height: int, width: int) -> tf.SparseTensor:
    """Which pixels, and how much of each, make each pixel of the moved picture: (H x W, H x W)."""
    rows, columns = _sources(move, height, width)
    top, left = tf.floor(rows), tf.floor(columns)
    below, right = rows - top, columns - left
    corners = [(0, 0, (1 - below) * (1 - right)), (0, 1, (1 - below) * right), (1, 0, below * (1 - right)),
               (1, 1, below * right)]  # fmt: skip
    places = [_mirror(top + down, height) * width + _mirror(left + aside, width) for down, aside, _ in corners]
    pixels = tf.tile(tf.range(height * width)[:, None], (1, 4))
    indices = tf.stack([tf.reshape(pixels, [-1]), tf.reshape(tf.stack(places, axis=1), [-1])], axis=1)
    values = tf.reshape(tf.stack([share for _, _, share in corners], axis=1), [-1])
    return tf.SparseTensor(tf.cast(indices, tf.int64), values, (height * width, height * width))


def _sources(move: tf.Tensor, height: int, width: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Where each pixel of the moved picture comes from: rows and columns, float32 (H x W,)."""
    angle, scale, down, right = tf.unstack(move)
    rows, columns = tf.meshgrid(tf.range(height, dtype=tf.float32), tf.range(width, dtype=tf.float32), indexing="ij")
    rows = tf.reshape(rows, [-1]) - (height - 1) / 2 - down
    columns = tf.reshape(columns, [-1]) - (width - 1) / 2 - right
    cos, sin = tf.cos(angle) / scale, tf.sin(angle) / scale
    return cos * rows + sin * columns + (height - 1) / 2, cos * columns - sin * rows + (width - 1) / 2


def _mirror(places: tf.Tensor, length: int) -> tf.Tensor:
    """Places beyond the border as the places that they mirror, int32."""
    period = 2 * length
    within = tf.math.floormod(tf.cast(places, tf.int32), period)
    return tf.minimum(within, period - 1 - within)
