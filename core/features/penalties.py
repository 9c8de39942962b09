"""Penalties on rough surfaces, needless contrast, and similarity between variants."""

from __future__ import annotations

import tensorflow as tf


def total_variation(images: tf.Tensor) -> tf.Tensor:
    r"""$\sum \sqrt{d_x^2 + d_y^2}$ over pixels and channels, (N,), with the last row and column left out.

    Source: Rudin, Osher and Fatemi 1992, Physica D 60.
    """
    right = images[:, :-1, 1:] - images[:, :-1, :-1]
    down = images[:, 1:, :-1] - images[:, :-1, :-1]
    # The small number keeps the root's slope finite where the picture is flat.
    return tf.reduce_sum(tf.sqrt(right**2 + down**2 + 1e-6), axis=(1, 2, 3))


def l2(images: tf.Tensor) -> tf.Tensor:
    r"""$\sum (x - 1/2)^2$ over pixels and channels, (N,): the squared distance from grey."""
    return tf.reduce_sum((images - 0.5) ** 2, axis=(1, 2, 3))


def likeness(maps: tf.Tensor, variants: int) -> tf.Tensor:
    """How alike the pictures of one unit are to a layer, (N,): mean cosine between their Gram matrices and the others'.

    Args:
        maps: (N, h, w, K), the layer's maps; `variants` pictures of each unit follow one another.
        variants: pictures a unit, at least two.

    Source: Olah, Mordvintsev and Schubert 2017, "Feature Visualization", Distill (diversity term).
    """
    channels = maps.shape[-1]
    flat = tf.reshape(maps, (tf.shape(maps)[0], -1, channels))
    gram = tf.reshape(tf.matmul(flat, flat, transpose_a=True), (-1, variants, channels * channels))
    gram = tf.math.l2_normalize(gram, axis=-1)
    cosine = tf.matmul(gram, gram, transpose_b=True)  # (U, V, V)
    others = (tf.reduce_sum(cosine, axis=-1) - tf.linalg.diag_part(cosine)) / (variants - 1)
    return tf.reshape(others, [-1])
