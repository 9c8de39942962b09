"""The scale of pixel values that a network takes."""

from __future__ import annotations

from core.features.settings import InputScale
from core.networks.graph import Graph
from core.networks.pixel_range import known_range

RANGES: dict[str, tuple[float, float]] = {"0 to 255": (0.0, 255.0), "0 to 1": (0.0, 1.0), "-1 to 1": (-1.0, 1.0)}


def input_range(graph: Graph, scale: InputScale = "auto") -> tuple[float, float]:
    """The lowest and highest pixel value that a network takes.

    Args:
        graph: the network.
        scale: one of `RANGES`, or "auto": 0 to 255 if the network's own first steps reduce such values to a few units,
            else 0 to 1.
    """
    if scale != "auto":
        return RANGES[scale]
    return known_range(graph) or RANGES["0 to 1"]
