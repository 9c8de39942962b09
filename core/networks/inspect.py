"""The layers of a network."""

from __future__ import annotations

from dataclasses import dataclass

import keras

from core.networks.graph import Step, graph_of


@dataclass(frozen=True)
class LayerInfo:
    """One layer.

    Args:
        path: its address, such as "backbone/conv5"; what `explain(layer=...)` takes.
        kind: its class, such as "Conv2D".
        shape: the shape of its output, with None for the batch.
        weights: number of trained parameters.
    """

    path: str
    kind: str
    shape: tuple[int | None, ...]
    weights: int

    @property
    def spatial(self) -> bool:
        """Whether its output is a stack of maps with more than one place."""
        return len(self.shape) == 4 and self.shape[1] != 1 and self.shape[2] != 1


def layers(model: keras.Model) -> list[LayerInfo]:
    """Every layer in the order in which it runs, including those of nested models.

    Args:
        model: any Keras classifier.

    Raises:
        ModelError: when the model does not map images (N, H, W, C) to scores (N, K).
    """
    found: dict[str, LayerInfo] = {}
    for step in graph_of(model).steps:
        path = step.path.removesuffix(":linear")
        found[path] = _info(path, step)
    return list(found.values())


def _info(path: str, step: Step) -> LayerInfo:
    weights = step.layer.count_params() if isinstance(step.layer, keras.layers.Layer) else 0
    return LayerInfo(path, type(step.layer).__name__ if step.layer is not None else step.kind, step.shape, weights)
