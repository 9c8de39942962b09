"""Networks with randomised top layers: fresh clones with redrawn weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.errors import ModelError
from core.networks.graph import Call, Graph, Step, graph_of
from core.networks.predictor import require_layers
from core.networks.prepared import Prepared

# Their weights describe the pictures that come in; they are not learned from the answers.
PREPARING = (keras.layers.Normalization,)


@dataclass(frozen=True, eq=False)
class WeightBlock:
    """A layer with a kernel, and the layers without one that follow it (norms and the like): they go together.

    Args:
        paths: their paths, the kernel's first.
        layers: the Keras layers. Read only, unless they belong to a clone.
    """

    paths: tuple[str, ...]
    layers: tuple[Any, ...]


def blocks(graph: Graph) -> list[WeightBlock]:
    """Everything in the network that has weights, in the order in which it runs, including nested models.

    Args:
        graph: the network.

    Raises:
        ModelError: when nothing has weights to randomise.
    """
    found: list[WeightBlock] = []
    for path, layer in _weighted(graph):
        if found and not _has_kernel(layer):
            found[-1] = WeightBlock((*found[-1].paths, path), (*found[-1].layers, layer))
        else:
            found.append(WeightBlock((path,), (layer,)))
    if not found:
        raise ModelError(
            "The randomisation check needs a network with visible layers that have weights",
            "one without any",
            "Build it from Keras layers in a Functional or Sequential model.",
        )
    return found


def clone(model: keras.Model) -> keras.Model:
    """A copy of the model with its own weights, equal to the original's.

    Args:
        model: any Keras model.

    Raises:
        ModelError: when Keras cannot clone it.
    """
    require_layers(model, "The randomisation check")
    if isinstance(model, Prepared):
        return model.with_network(clone(model.network))
    try:
        twin = keras.models.clone_model(model)
        if not twin.built:
            twin.build(model.input_shape)
    except (ValueError, NotImplementedError, TypeError) as error:
        raise ModelError(
            "The randomisation check needs a model that Keras can clone",
            f"a {type(model).__name__} that it cannot",
            "Build it as a Functional or Sequential model.",
        ) from error
    twin.set_weights(model.get_weights())
    return twin


def randomise(model: keras.Model, count: int, images: np.ndarray, seed: Sequence[int]) -> keras.Model:
    """A fresh clone whose last `count` blocks are drawn anew; the model itself stays as it is.

    Kernels are drawn from a normal distribution with the spread that the layer's own weights have, biases and scales
    are shuffled, so that the signal keeps its size. Running averages of batch norm are measured anew on the pictures:
    old ones would leave most units silent, and a silent network makes empty maps, which look like a passed check.

    Args:
        model: what is cloned.
        count: how many blocks, from the top; 0 for an untouched clone.
        images: (N, H, W, C), for the running averages.
        seed: of the draws.

    Raises:
        ModelError: when there is nothing to draw anew, or the new weights are the old ones.
    """
    twin = clone(model)
    graph = graph_of(twin)
    known = blocks(graph)
    chosen = known[len(known) - count :] if count else []
    rng = np.random.default_rng(seed)
    changed = [_redraw(layer, rng) for block in chosen for layer in block.layers]
    if chosen and not any(changed):
        raise ModelError("Random weights should differ from the trained ones", "the same weights")
    _measure_norms(graph, {id(layer) for block in chosen for layer in block.layers}, images)
    return twin


def _weighted(graph: Graph) -> list[tuple[str, Any]]:
    """Each layer with weights once, under the path of its first use."""
    found: dict[int, tuple[str, Any]] = {}
    for step in graph.steps:
        layer = step.layer
        if isinstance(layer, keras.layers.Layer) and layer.weights and not isinstance(layer, PREPARING):
            found.setdefault(id(layer), (step.path.removesuffix(":linear"), layer))
    return list(found.values())


def _has_kernel(layer: Any) -> bool:
    return any(len(weight.shape) > 1 for weight in layer.weights)


def _redraw(layer: Any, rng: np.random.Generator) -> bool:
    """Draw a clone's layer anew; whether anything changed."""
    old = layer.get_weights()
    new = [_draw_like(values, rng) for values in old]
    layer.set_weights(new)
    return any(not np.array_equal(one, other) for one, other in zip(old, new, strict=True))


def _draw_like(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if not np.issubdtype(values.dtype, np.floating):
        return values
    if values.ndim < 2:
        return rng.permutation(values) if values.ndim else values
    fan_in = int(np.prod(values.shape[:-1]))
    spread = float(values.std()) or float(np.sqrt(2 / fan_in))
    return rng.normal(0, spread, values.shape).astype(values.dtype)


def _measure_norms(graph: Graph, chosen: set[int], images: np.ndarray) -> None:
    """Set the running averages of the chosen batch norms to what the pictures give them, in one pass."""
    calls = {step.path: _measuring(step) for step in graph.steps if id(step.layer) in chosen and _is_norm(step)}
    if calls:
        graph.run(tf.constant(np.asarray(images, np.float32)), calls=calls)


def _is_norm(step: Step) -> bool:
    return isinstance(step.layer, keras.layers.BatchNormalization)


def _measuring(step: Step) -> Call:
    layer: Any = step.layer
    call: Callable[..., Any] = step.call

    def measured(value: tf.Tensor) -> tf.Tensor:
        axes = [axis for axis in range(len(value.shape)) if axis != layer.axis % len(value.shape)]
        mean, variance = tf.nn.moments(tf.cast(value, tf.float32), axes)
        layer.moving_mean.assign(mean)
        layer.moving_variance.assign(variance)
        return call(value)

    return measured
