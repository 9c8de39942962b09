"""What black and white are in the pictures that a network takes: from how it was read, never from their company."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from core.networks.graph import Graph

PREPARING = (
    *("Rescaling", "Normalization", "Divide", "TrueDivide", "Multiply", "Subtract", "Add", "Identity"),
    *("GetItem", "Flip", "ReversedChannels", "Cast"),
)
"""Steps by which networks prepare pictures before they look at them."""
SMALL = 25.0
"""Prepared numbers span a few units; a network that would make 0..255 span more expects 0..1."""
BYTES = (0.0, 255.0)
Span = tuple[np.ndarray, np.ndarray]
"""Black and white of each picture, float32 (N, 1, 1, 1)."""


def rescales_bytes(graph: Graph) -> bool:
    """Whether the network's own first steps bring pictures of 0 to 255 down to a few units."""
    return _span(graph) < SMALL


def known_range(graph: Graph) -> tuple[float, float] | None:
    """Black and white of the pictures that a network takes; None where neither it nor its interface says."""
    return graph.scale or (BYTES if rescales_bytes(graph) else None)


def pixel_range(graph: Graph, images: np.ndarray) -> Span:
    """Black and white of pictures (N, H, W, C): what the network says, or else what each picture says of itself."""
    known = known_range(graph)
    return own_range(images) if known is None else (_all(images, known[0]), _all(images, known[1]))


def own_range(images: np.ndarray) -> Span:
    """Black and white of each picture as far as it shows them; the other pictures of the batch have no say.

    Whole numbers go from 0 to 255. Any other picture goes from 0 to 1, from 0 to 255 where it has values above 1, or
    lies around 0 where it has values below.
    """
    shape = (len(images), 1, 1, 1)
    if images.dtype == np.uint8:
        return _all(images, BYTES[0]), _all(images, BYTES[1])
    low, high = (function(images, axis=(1, 2, 3)).astype(np.float32) for function in (np.min, np.max))
    limit = np.maximum(1.0, np.maximum(-low, high))
    white = np.where(low < 0, limit, np.where(high > 1, BYTES[1], 1.0))
    black = np.where(low < 0, -limit, 0.0)
    return black.astype(np.float32).reshape(shape), white.astype(np.float32).reshape(shape)


def _all(images: np.ndarray, value: float) -> np.ndarray:
    return np.full((len(images), 1, 1, 1), value, np.float32)


def _span(graph: Graph) -> float:
    """How far apart black (0) and white (255) are once the network has prepared them."""
    height, width, channels = (side or 8 for side in graph.input_shape[1:])
    ends = tf.stack([tf.zeros((height, width, channels)), tf.fill((height, width, channels), BYTES[1])])
    slot = 0
    for step in graph.steps:
        if step.inputs != (slot,) or not (step.kind in PREPARING or step.kind.startswith("Random")):
            break
        ends, slot = tf.cast(step.call(ends), tf.float32), step.output
    return float(tf.reduce_max(tf.abs(ends[1] - ends[0])))
