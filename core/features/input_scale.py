"""The scale of pixel values that a network takes."""

from __future__ import annotations

import tensorflow as tf

from core.features.settings import InputScale
from core.networks.graph import Graph

RANGES: dict[str, tuple[float, float]] = {"0 to 255": (0.0, 255.0), "0 to 1": (0.0, 1.0), "-1 to 1": (-1.0, 1.0)}
PREPARING = ("Rescaling", "Normalization", "Divide", "TrueDivide", "Multiply", "Subtract", "Add", "Identity")
"""Steps by which networks preprocess images."""
SMALL = 25.0
"""Prepared numbers span a few units; a network that would make 0..255 span more expects 0..1."""


def input_range(graph: Graph, scale: InputScale = "auto") -> tuple[float, float]:
    """The lowest and highest pixel value that a network takes.

    Args:
        graph: the network.
        scale: one of `RANGES`, or "auto": 0 to 255 if the network's own first steps reduce such values to a few units,
            else 0 to 1.
    """
    if scale != "auto":
        return RANGES[scale]
    return RANGES["0 to 255" if _span(graph) < SMALL else "0 to 1"]


def _span(graph: Graph) -> float:
    """The distance between black (0) and white (255) after the network's own preprocessing."""
    height, width, channels = (side or 8 for side in graph.input_shape[1:])
    ends = tf.stack([tf.zeros((height, width, channels)), tf.fill((height, width, channels), 255.0)])
    slot = 0
    for step in graph.steps:
        if step.inputs != (slot,) or not (step.kind in PREPARING or step.kind.startswith("Random")):
            break
        ends, slot = tf.cast(step.call(ends), tf.float32), step.output
    return float(tf.reduce_max(tf.abs(ends[1] - ends[0])))
