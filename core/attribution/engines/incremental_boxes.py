"""Boxes of maps, one for each picture and window: where they lie, fetching them, and laying them back."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

LOWEST = float("-inf")


class Box(NamedTuple):
    """A box of a map as int32 numbers, counted from its window's lattice point."""

    row: tf.Tensor
    rows: tf.Tensor
    column: tf.Tensor
    columns: tf.Tensor


class Field:
    """The boxes of one map under W windows, for B pictures, as tensors (B x W, rows, columns, C), pictures outermost.

    Args:
        kept: the map for the whole pictures, (B, H, W, C), with known H, W and C.
        box: the size of the boxes, and how they lie to the windows' lattice points.
        first: int32 (W, 2), the row and column of each box's first place in the map; may lie outside it.
    """

    def __init__(self, kept: tf.Tensor, box: Box, first: tf.Tensor):
        self.kept, self.box = kept, box
        self.height, self.width, self.channels = kept.shape[1:]
        self.pictures, self.windows = tf.shape(kept)[0], tf.shape(first)[0]
        self.rows = first[:, :1] + tf.range(box.rows)
        self.columns = first[:, 1:] + tf.range(box.columns)

    def fetched(self) -> tf.Tensor:
        """The kept values; outside the map, those of the nearest place."""
        rows = tf.clip_by_value(self.rows, 0, self.height - 1)
        columns = tf.clip_by_value(self.columns, 0, self.width - 1)
        flat = tf.reshape(self.kept, (self.pictures, self.height * self.width, self.channels))
        index = tf.reshape(rows[:, :, None] * self.width + columns[:, None], (-1,))
        return tf.reshape(tf.gather(flat, index, axis=1), (-1, self.box.rows, self.box.columns, self.channels))

    def masked(self, boxes: tf.Tensor, outside: float = 0.0) -> tf.Tensor:
        """Boxes with a fixed number in the places outside the map."""
        rows, columns = _within(self.rows, 0, self.height), _within(self.columns, 0, self.width)
        return self.where(rows[:, :, None] & columns[:, None], boxes, tf.constant(outside, boxes.dtype))

    def where(self, chosen: tf.Tensor, boxes: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
        """Boxes in the chosen places (W, rows, columns), and others elsewhere: (B, 1, 1, 1, C) or a number."""
        return self._joined(tf.where(chosen[None, ..., None], self._split(boxes), others))

    def scaled(self, boxes: tf.Tensor, by: tf.Tensor) -> tf.Tensor:
        """Boxes times a number for each window and place, (W, rows, columns)."""
        return self._joined(self._split(boxes) * by[None, ..., None])

    def laid(self, differences: tf.Tensor) -> tf.Tensor:
        """Whole maps with the boxes' differences added, (B x W, H, W, C)."""
        row = tf.range(self.height) - self.rows[:, :1]
        column = tf.range(self.width) - self.columns[:, :1]
        tall, wide = self.box.rows, self.box.columns
        held = _within(row, 0, tall)[:, :, None] & _within(column, 0, wide)[:, None]
        index = tf.where(held, row[:, :, None] * wide + column[:, None], tall * wide)
        flat = tf.reshape(differences, (-1, tall * wide, self.channels))
        # One place of zeros stands behind each box, for all that lies outside it.
        flat = tf.pad(flat, ((0, 0), (0, 1), (0, 0)))
        index = tf.tile(tf.reshape(index, (self.windows, -1)), (self.pictures, 1))
        laid = tf.gather(flat, index, axis=1, batch_dims=1)
        split = tf.reshape(laid, (self.pictures, self.windows, self.height, self.width, self.channels))
        return tf.reshape(split + self.kept[:, None], (-1, self.height, self.width, self.channels))

    def largest_beside(self) -> tf.Tensor:
        """The largest kept value outside each box, (B x W, C); -inf where the box holds the whole map."""
        lines, pillars = tf.reduce_max(self.kept, axis=2), tf.reduce_max(self.kept, axis=1)
        over = _largest_outside(lines, self.rows)
        beside = _largest_outside(pillars, self.columns)
        return tf.reshape(tf.maximum(over, beside), (-1, self.channels))

    def _split(self, boxes: tf.Tensor) -> tf.Tensor:
        return tf.reshape(boxes, tf.concat([[self.pictures, self.windows], tf.shape(boxes)[1:]], 0))

    def _joined(self, split: tf.Tensor) -> tf.Tensor:
        return tf.reshape(split, tf.concat([[-1], tf.shape(split)[2:]], 0))


def fit(boxes: tf.Tensor, given: Box, wanted: Box) -> tf.Tensor:
    """Boxes cut to another place and size, or grown to them with zeros."""
    above, below = given.row - wanted.row, wanted.row + wanted.rows - given.row - given.rows
    left, right = given.column - wanted.column, wanted.column + wanted.columns - given.column - given.columns
    grown = tf.pad(boxes, tf.maximum(tf.stack([[0, 0], [above, below], [left, right], [0, 0]]), 0))
    return grown[:, tf.maximum(-above, 0) :, tf.maximum(-left, 0) :][:, : wanted.rows, : wanted.columns]


def _within(places: tf.Tensor, first: tf.Tensor | int, length: tf.Tensor | int) -> tf.Tensor:
    return (places >= first) & (places < first + length)


def _largest_outside(lines: tf.Tensor, held: tf.Tensor) -> tf.Tensor:
    """For each window, the largest of the lines (B, L, C) that are not among those held (W, n): (B, W, C)."""
    free = ~_within(tf.range(lines.shape[1]), held[:, :1], tf.shape(held)[1])
    return tf.reduce_max(tf.where(free[None, ..., None], lines[:, None], LOWEST), axis=2)
