"""Scores under covered windows, computed from what each window can change.

A window changes only a small box of every early map. The maps of the whole pictures are kept; for each window the
difference to them is carried from layer to layer in its box. Convolutions take differences to differences, so that
zero padding needs no care: outside the box, and outside the picture, the difference is zero. Activations and maxima
fetch the kept values of the box. A global mean moves by the mean of the differences. Where a box would cover most of
its map, and for layers that are not known, the difference is laid into the whole map and the network goes on as it
is. The result is exact up to rounding.

Nakandala, Kumar and Papakonstantinou 2019, "Incremental and approximate inference for faster occlusion-based deep CNN
explanations" (Krypton), SIGMOD, carry values with their halos in place of differences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from core.attribution.engines.incremental_boxes import LOWEST, Box, Field, fit
from core.attribution.engines.incremental_plan import CONVOLUTIONS, GLOBALS, SHIFTS, SUMS, Plan
from core.networks.graph import Graph, Hook, Step
from core.networks.receptive_field import Window

Kept = dict[int, tf.Tensor]
Form = Callable[[int], tf.Tensor]


def kept_slots(graph: Graph, plan: Plan) -> tuple[int, ...]:
    """The slots whose values for the whole pictures are needed while windows are computed."""
    return 0, *sorted(graph.steps[place].output for place in plan.local)


def whole_pictures(slots: Sequence[int]) -> Callable[[Graph], Callable[[tf.Tensor], tuple[tf.Tensor, ...]]]:
    """Makes the function from pictures (B, H, W, C) to their logits and the values of these slots."""

    def make(graph: Graph) -> Callable[[tf.Tensor], tuple[tf.Tensor, ...]]:
        def compute(pictures: tf.Tensor) -> tuple[tf.Tensor, ...]:
            seen = {0: pictures}

            def keeper(slot: int) -> Hook:
                return lambda value: seen.setdefault(slot, value)

            hooks = {step.path: keeper(step.output) for step in graph.steps if step.output in slots}
            logits = graph.run(pictures, hooks=hooks)
            return logits, *(seen[slot] for slot in slots)

        return compute

    return make


class Windows:
    """One batch of B pictures under W windows each; boxes are (B x W, rows, columns, C), pictures outermost.

    Args:
        graph: the network.
        plan: which steps are computed in boxes, and how they read. Sizes of boxes come from the table alone, so that
            one compiled function serves every patch and stride.
        kept: slot -> the value for the whole pictures.
        table: `Plan.table`, int32 (slots, 6).
        points: `Plan.points`, int32 (W, 2).
    """

    def __init__(self, graph: Graph, plan: Plan, kept: Kept, table: tf.Tensor, points: tf.Tensor):
        self._graph, self._plan, self._kept = graph, plan, kept
        self._windows = tf.shape(points)[0]
        self._fields: dict[int, Field] = {}
        for line, slot in enumerate(sorted(plan.rows)):
            row, rows, column, columns, tall, wide = tf.unstack(table[line], 6)
            first = points * tf.stack([tall, wide]) + tf.stack([row, column])
            kept[slot].set_shape([None, *plan.shapes[slot][1:]])
            self._fields[slot] = Field(kept[slot], Box(row, rows, column, columns), first)
        self._values: dict[int, tf.Tensor] = {}
        self._differences: dict[int, tf.Tensor] = {}
        self._clean: dict[int, tf.Tensor] = {}
        self._wholes: dict[int, tf.Tensor] = {}

    def logits(self, fills: tf.Tensor, starts: tf.Tensor, patch: tf.Tensor) -> tf.Tensor:
        """Logits (B x W, K) of the pictures with each window filled.

        Args:
            fills: float32 (B, 1, 1, C).
            starts: int32 (W, 2), the windows' top left corners.
            patch: int32, their side.
        """
        self._cover(fills, starts, patch)
        for place, step in enumerate(self._graph.steps):
            if place not in self._plan.local:
                self._wholes[step.output] = step.call(*(self._whole(slot) for slot in step.inputs))
            elif step.kind in GLOBALS:
                self._wholes[step.output] = self._pooled(step)
            else:
                self._follow(step, place)
            if step.output == self._graph.output:
                break
        return self._graph.reading.logits(self._wholes[self._graph.output])

    def _cover(self, fills: tf.Tensor, starts: tf.Tensor, patch: tf.Tensor) -> None:
        field = self._fields[0]
        rows, columns = field.rows - starts[:, :1], field.columns - starts[:, 1:]
        covered = ((rows >= 0) & (rows < patch))[:, :, None] & ((columns >= 0) & (columns < patch))[:, None]
        self._values[0] = field.where(~covered, field.fetched(), fills[:, None])

    def _value(self, slot: int) -> tf.Tensor:
        """The new values in a slot's boxes; any finite number outside the map."""
        if slot not in self._values:
            self._values[slot] = self._fields[slot].fetched() + self._differences[slot]
        return self._values[slot]

    def _difference(self, slot: int) -> tf.Tensor:
        """New values minus kept values in a slot's boxes; any finite number outside the map."""
        if slot not in self._differences:
            self._differences[slot] = self._values[slot] - self._fields[slot].fetched()
        return self._differences[slot]

    def _clean_difference(self, slot: int) -> tf.Tensor:
        """The same with zero outside the map."""
        if slot not in self._clean:
            self._clean[slot] = self._fields[slot].masked(self._difference(slot))
        return self._clean[slot]

    def _whole(self, slot: int) -> tf.Tensor:
        """A slot's whole new value, (B x W, ...)."""
        if slot not in self._wholes:
            self._wholes[slot] = self._fields[slot].laid(self._difference(slot))
        return self._wholes[slot]

    def _pooled(self, step: Step) -> tf.Tensor:
        """A global mean or maximum from the boxes and what is known of the rest."""
        slot = step.inputs[0]
        field = self._fields[slot]
        kept = tf.repeat(self._kept[step.output], self._windows, axis=0)
        if step.kind == "GlobalAveragePooling2D":
            moved = tf.reduce_sum(self._clean_difference(slot), axis=(1, 2)) / (field.height * field.width)
            return kept + tf.reshape(moved, tf.shape(kept))
        largest = tf.reduce_max(field.masked(self._value(slot), LOWEST), axis=(1, 2))
        return tf.reshape(tf.maximum(largest, field.largest_beside()), tf.shape(kept))

    def _follow(self, step: Step, place: int) -> None:
        """Compute a step in its boxes: as differences where it is linear, and else as values."""
        if step.kind in CONVOLUTIONS:
            self._differences[step.output] = self._convolved(step, self._plan.reads[place])
        elif step.kind == "AveragePooling2D":
            self._differences[step.output] = self._averaged(step, self._plan.reads[place])
        elif step.kind == "MaxPooling2D":
            self._values[step.output] = self._maxima(step, self._plan.reads[place])
        elif step.kind in SHIFTS:
            self._differences[step.output] = self._read(step, self._plan.reads[place], self._clean_difference)
        elif step.kind in SUMS and isinstance(step.layer, keras.layers.Layer):
            self._differences[step.output] = step.call(*self._aligned(step, self._difference))
        else:
            self._values[step.output] = step.call(*self._aligned(step, self._value))

    def _aligned(self, step: Step, form: Form) -> list[tf.Tensor]:
        """All inputs of a pointwise step in its own box."""
        wanted = self._fields[step.output].box
        return [fit(form(slot), self._fields[slot].box, wanted) for slot in step.inputs]

    def _read(
        self, step: Step, reads: tuple[Window, Window], form: Form, padding: tuple[int, int] = (0, 0)
    ) -> tf.Tensor:
        """What a step with one input reads to fill its boxes, less the padding that it adds itself on each side."""
        box = self._fields[step.output].box
        row, rows = _read_by(reads[0], box.row, box.rows)
        column, columns = _read_by(reads[1], box.column, box.columns)
        tall, wide = padding
        wanted = Box(row + tall, rows - 2 * tall, column + wide, columns - 2 * wide)
        return fit(form(step.inputs[0]), self._fields[step.inputs[0]].box, wanted)

    def _convolved(self, step: Step, reads: tuple[Window, Window]) -> tf.Tensor:
        layer = step.layer
        if step.kind == "Conv2D" and layer.groups == 1:
            # The part of the padding that is the same for every box goes into the kernel call, which skips zeros.
            tall, wide = (max(window.extent - window.stride, 0) for window in reads)
            boxes = self._read(step, reads, self._clean_difference, (tall, wide))
            pads = [[0, 0], [tall, tall], [wide, wide], [0, 0]]
            return tf.nn.conv2d(boxes, layer.kernel, layer.strides, pads, dilations=layer.dilation_rate)
        boxes = self._read(step, reads, self._clean_difference)
        ways = {"strides": layer.strides, "padding": "valid", "dilation_rate": layer.dilation_rate}
        if step.kind == "Conv2D":
            return keras.ops.conv(boxes, layer.kernel, **ways)
        if step.kind == "DepthwiseConv2D":
            return keras.ops.depthwise_conv(boxes, layer.kernel, **ways)
        return keras.ops.separable_conv(boxes, layer.depthwise_kernel, layer.pointwise_kernel, **ways)

    def _maxima(self, step: Step, reads: tuple[Window, Window]) -> tf.Tensor:
        field = self._fields[step.inputs[0]]
        if step.layer.padding == "same":
            boxes = self._read(step, reads, lambda slot: field.masked(self._value(slot), field.kept.dtype.min))
        else:
            boxes = self._read(step, reads, self._value)
        return tf.nn.max_pool2d(boxes, step.layer.pool_size, step.layer.strides, "VALID")

    def _averaged(self, step: Step, reads: tuple[Window, Window]) -> tf.Tensor:
        """Means of differences; like the layer's, they leave padding out of the count."""
        layer, field = step.layer, self._fields[step.output]
        boxes = self._read(step, reads, self._clean_difference)
        means = tf.nn.avg_pool2d(boxes, layer.pool_size, layer.strides, "VALID")
        if layer.padding == "valid":
            return means
        whole = self._fields[step.inputs[0]]
        rows, columns = _counts(reads[0], field.rows, whole.height), _counts(reads[1], field.columns, whole.width)
        return field.scaled(means, float(np.prod(layer.pool_size)) / (rows[:, :, None] * columns[:, None]))


def _read_by(window: Window, first: tf.Tensor, length: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """First place and length of what a box of an output reads."""
    return first * window.stride - window.before, (length - 1) * window.stride + window.extent


def _counts(window: Window, places: tf.Tensor, length: int) -> tf.Tensor:
    """How many of the places that are read lie in the map, at least 1; float32 of the shape of `places`."""
    first = places * window.stride - window.before
    count = tf.minimum(first + window.size, length) - tf.maximum(first, 0)
    return tf.cast(tf.maximum(count, 1), tf.float32)
