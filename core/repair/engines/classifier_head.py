"""The last layer of a network and its input features."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from core.errors import ModelError
from core.networks.evaluator import IMAGES, ModelEvaluator
from core.networks.graph import Graph


def last_layer(model: keras.Model) -> keras.layers.Dense:
    """The dense layer whose outputs are the class scores.

    It is the model's own layer: a caller who writes to it must own the model.

    Args:
        model: any classifier.

    Raises:
        ModelError: if the model does not end in a dense layer.
    """
    return _step(ModelEvaluator.of(model).graph).layer


def features(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """The input of the last layer.

    Args:
        model: any classifier that ends in a dense layer.
        images: (N, H, W, C), as the model takes them.

    Returns:
        float32 (N, F).
    """
    network = ModelEvaluator.of(model)
    path = _before(network.graph)

    def make(graph: Graph) -> Any:
        return lambda pictures: graph.run(pictures, until=path)

    function = network.compiled(("features", path), make, [IMAGES])
    return np.asarray(network.map(function, images)).reshape(len(images), -1)


def _step(graph: Graph) -> Any:
    step = next((step for step in reversed(graph.steps) if step.kind == "Dense"), None)
    if step is None or step is not _scores(graph):
        raise ModelError("The network should end in a dense layer", "one that does not")
    return step


def _scores(graph: Graph) -> Any:
    """The step that computes the scores."""
    return next(step for step in graph.steps if step.output == graph.output)


def _before(graph: Graph) -> str:
    slot = _step(graph).inputs[0]
    return str(next(step.path for step in graph.steps if step.output == slot))
