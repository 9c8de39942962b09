"""Tokens of a transformer as maps: which of them stand for which part of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class Grid:
    """Tokens (N, T, D) that hold a grid of places.

    Args:
        rows: of the grid.
        columns: of the grid.
        first: the place of the grid's first token; those before it, such as a class token, stand for no place.
    """

    rows: int
    columns: int
    first: int

    def maps(self, value: tf.Tensor) -> tf.Tensor:
        """The tokens of places as maps (N, rows, columns, D)."""
        places = value[:, self.first : self.first + self.rows * self.columns]
        return tf.reshape(places, (-1, self.rows, self.columns, value.shape[-1]))
