"""Gradients summed along a path that ends at the picture: what integrated gradients and its kin are made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from core.attribution.engines.gradients import score_gradient
from core.networks.graph import Graph


def trapezoid_weights(steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Places on [0, 1] and weights of the trapezoid rule, both float32 (steps,); the weights sum to 1."""
    weights = np.ones(steps)
    weights[[0, -1]] = 0.5
    return np.linspace(0, 1, steps, dtype=np.float32), (weights / (steps - 1)).astype(np.float32)


def straight_path_gradients(graph: Graph) -> Callable[..., tf.Tensor]:
    """Weighted gradients on the straight line from a baseline to the picture, for some places on it."""

    def compute(
        pictures: tf.Tensor, baselines: tf.Tensor, targets: tf.Tensor, places: tf.Tensor, weights: tf.Tensor
    ) -> tf.Tensor:
        along = places[None, :, None, None, None]
        points = baselines[:, None] + along * (pictures - baselines)[:, None]
        return _weighted_gradients(graph, points, targets, weights[None, :, None, None, None])

    return compute


def blurred_path_gradients(graph: Graph) -> Callable[..., tf.Tensor]:
    """Gradients times moves on the path from a blurred picture to the sharp one, for some points on it.

    Each blur is a matrix that mixes rows and one that mixes columns. One point more on either side says how far the
    picture moves there.
    """

    def compute(pictures: tf.Tensor, targets: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor) -> tf.Tensor:
        points = _blur(pictures, rows, columns)
        moves = (points[:, 2:] - points[:, :-2]) / 2
        return _weighted_gradients(graph, points[:, 1:-1], targets, moves)

    return compute


def _weighted_gradients(graph: Graph, points: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Sum over the points (N, P, H, W, C) of their gradients times `weights`, (N, H, W, C)."""
    size = tf.shape(points)
    flat = tf.reshape(points, tf.concat([[-1], size[2:]], axis=0))
    gradients = score_gradient(graph, flat, tf.repeat(targets, size[1], axis=0))
    return tf.reduce_sum(tf.reshape(gradients, size) * weights, axis=1)


def _blur(images: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor) -> tf.Tensor:
    """Every picture under every blur, (N, P, H, W, C)."""
    size = tf.shape(images)
    count, height, width, channels = size[0], size[1], size[2], size[3]
    blurs = tf.shape(rows)[0]
    turned = tf.reshape(tf.transpose(images, (0, 2, 1, 3)), (count, 1, width, height * channels))
    turned = tf.reshape(columns[None] @ turned, (count, blurs, width, height, channels))
    upright = tf.reshape(tf.transpose(turned, (0, 1, 3, 2, 4)), (count, blurs, height, width * channels))
    return tf.reshape(rows[None] @ upright, (count, blurs, height, width, channels))
