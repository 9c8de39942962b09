"""The responses of a layer's units: full maps for a few images, a summary for many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.errors import LayerError
from core.networks.evaluator import IMAGES, ModelEvaluator, checked_images
from core.networks.graph import Graph, Step
from core.networks.interface import Interface, prepared
from core.progress import OnStep, silent


def activations(
    model: keras.Model,
    images: Any,
    layer: str | None = None,
    *,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
) -> np.ndarray:
    """The output of a layer for each image.

    Args:
        model: any Keras 3 classifier with a graph; it is never changed.
        images: (N, H, W, C) or one picture, in the scale that the model takes.
        layer: a path from `core.networks.layers`; None for the last maps that every path passes.
        interface: how the network is read, from `core.networks.interface`; images are then the user's own pictures.
        on_step: called as pictures are done; stops the work when it raises.

    Returns:
        float32 (N, h, w, K); a layer without spatial axes gives (N, 1, 1, K).

    Raises:
        LayerError: when the layer does not exist, or returns neither maps nor a vector of units.
    """
    model = prepared(model, interface)
    network, path = ModelEvaluator.of(model), checked_layer(model, layer)
    function = network.compiled(
        ("activations", path), lambda graph: lambda pictures: graph.run(pictures, until=path), [IMAGES]
    )
    values = network.map(function, checked_images(network.graph, images), on_step=on_step or silent)
    values = values if values.ndim == 4 else values[:, None, None, :]
    return values.astype(np.float32, copy=False)


def unit_maps(
    model: keras.Model, images: Any, layer: str | None, unit: int, *, interface: Interface | None = None
) -> np.ndarray:
    """One unit's maps at the size of the images, float32 (N, H, W), by bilinear interpolation between centres.

    Args:
        model: as in `activations`.
        images: as in `activations`.
        layer: as in `activations`.
        unit: the channel, from 0.
        interface: as in `activations`.

    Raises:
        LayerError: when the layer or the unit does not exist.
    """
    model = prepared(model, interface)
    network, path = ModelEvaluator.of(model), checked_layer(model, layer)
    checked_unit(network.graph, path, unit)

    def make(graph: Graph) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
        def compute(pictures: tf.Tensor, chosen: tf.Tensor) -> tf.Tensor:
            maps = tf.gather(_maps(graph.run(pictures, until=path)), tf.cast(chosen, tf.int32), axis=-1, batch_dims=1)
            return tf.image.resize(maps, tf.shape(pictures)[1:3])[..., 0]

        return compute

    function = network.compiled(("unit maps", path), make, [IMAGES, tf.TensorSpec([None, 1], tf.float32)])
    pictures = checked_images(network.graph, images)
    return network.map(function, pictures, np.full((len(pictures), 1), unit))


@dataclass(frozen=True, eq=False)
class Responses:
    """A summary of a layer's maps for each of N pictures and K units, all float32 (N, K).

    Args:
        layer: its path.
        mean: over places.
        peak: the strongest place.
        low: the weakest place.
        silent: share of places at zero or below.
        drive: the strongest place before the layer's own activation function, which tells silent pictures apart; the
            same as `peak` for a layer that is no activation.
        place: int32, which place is the strongest, row by row.
        shape: (h, w) of the maps.
        size: (H, W) of the pictures.
    """

    layer: str
    mean: np.ndarray
    peak: np.ndarray
    low: np.ndarray
    silent: np.ndarray
    drive: np.ndarray
    place: np.ndarray
    shape: tuple[int, int]
    size: tuple[int, int]

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def units(self) -> int:
        """K."""
        return self.mean.shape[1]

    @property
    def dead(self) -> np.ndarray:
        """Units that answer the same at every place of every picture, bool (K,)."""
        return self.peak.max(axis=0) == self.low.min(axis=0)


def layer_responses(
    model: keras.Model,
    images: Any,
    layer: str | None = None,
    *,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
) -> Responses:
    """One pass over many images; each batch of maps is summarised at once, so that only one is held.

    Args:
        model: as in `activations`.
        images: as in `activations`.
        layer: as in `activations`.
        interface: as in `activations`.
        on_step: as in `activations`.

    Raises:
        LayerError: when the layer does not exist, or returns neither maps nor a vector of units.
    """
    model = prepared(model, interface)
    network, path = ModelEvaluator.of(model), checked_layer(model, layer)
    pictures = checked_images(network.graph, images)
    function = network.compiled(("responses", path), lambda graph: _summary(graph, path), [IMAGES])
    summed = network.map(function, pictures, on_step=on_step or silent)
    mean, peak, low, quiet, drive, place, shape = summed
    height, width = pictures.shape[1:3]
    return Responses(
        path, mean, peak, low, quiet, drive, place, (int(shape[0, 0]), int(shape[0, 1])), (int(height), int(width))
    )


def layer_ranges(
    model: keras.Model, images: Any, layers: Sequence[str], *, on_step: OnStep | None = None
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The lowest and the highest value of every unit of several layers, in one pass over the pictures.

    Args:
        model: as in `activations`.
        images: as in `activations`.
        layers: paths of layers that give maps or units.
        on_step: as in `activations`.

    Returns:
        path -> (lowest, highest), each float32 (K,), over all pictures and places.

    Raises:
        LayerError: when a layer does not exist, or returns neither maps nor a vector of units.
    """
    network, paths = ModelEvaluator.of(model), [checked_layer(model, layer) for layer in layers]
    pictures = checked_images(network.graph, images)

    def make(graph: Graph) -> Callable[[tf.Tensor], tuple[tf.Tensor, ...]]:
        return lambda pictures: _ranges(graph, pictures, paths)

    found = network.map(network.compiled(("ranges", *paths), make, [IMAGES]), pictures, on_step=on_step or silent)
    return {path: (found[2 * place].min(axis=0), found[2 * place + 1].max(axis=0)) for place, path in enumerate(paths)}


def _ranges(graph: Graph, pictures: tf.Tensor, paths: Sequence[str]) -> tuple[tf.Tensor, ...]:
    """Lowest and highest values of each picture, (N, K) twice for each layer."""
    seen: dict[str, tf.Tensor] = {}

    def keeper(path: str) -> Callable[[tf.Tensor], tf.Tensor]:
        def keep(value: tf.Tensor) -> tf.Tensor:
            maps = _maps(value)
            seen[path] = (tf.reduce_min(maps, axis=(1, 2)), tf.reduce_max(maps, axis=(1, 2)))
            return value

        return keep

    # The last of them in the order of running: what comes after it need not be computed.
    last = max(paths, key=graph.index)
    graph.run(pictures, hooks={path: keeper(path) for path in paths}, until=last)
    return tuple(value for path in paths for value in seen[path])


def _summary(graph: Graph, path: str) -> Callable[[tf.Tensor], tuple[tf.Tensor, ...]]:
    before = _before(graph, path)

    def compute(pictures: tf.Tensor) -> tuple[tf.Tensor, ...]:
        seen: list[tf.Tensor] = []

        def keep(value: tf.Tensor) -> tf.Tensor:
            seen.append(value)
            return value

        maps = _maps(graph.run(pictures, until=path, hooks={before: keep} if before else None))
        drive = _maps(seen[0]) if seen else maps
        count, height, width, units = (tf.shape(maps)[axis] for axis in range(4))
        flat = tf.reshape(maps, (count, height * width, units))
        return (
            tf.reduce_mean(flat, axis=1),
            tf.reduce_max(flat, axis=1),
            tf.reduce_min(flat, axis=1),
            tf.reduce_mean(tf.cast(flat <= 0, tf.float32), axis=1),
            tf.reduce_max(drive, axis=(1, 2)),
            tf.argmax(flat, axis=1, output_type=tf.int32),
            tf.broadcast_to(tf.stack([height, width]), (count, 2)),
        )

    return compute


def _before(graph: Graph, path: str) -> str | None:
    """The step that an activation function reads; None for any other layer."""
    step = graph.step(path)
    if step.kind != "Activation":
        return None
    return next((other.path for other in graph.steps if other.output == step.inputs[0]), None)


def _maps(value: tf.Tensor) -> tf.Tensor:
    value = tf.cast(value, tf.float32)
    return value if len(value.shape) == 4 else value[:, None, None, :]


def checked_layer(model: keras.Model, layer: str | None) -> str:
    """The layer's path, or the last convolution's for None; LayerError where it gives neither maps nor units."""
    graph = ModelEvaluator.of(model).graph
    path = layer or graph.default_layer
    step: Step = graph.step(path)
    if len(step.shape) not in (2, 4):
        raise LayerError("A layer should give maps (N, h, w, K) or units (N, K)", f"{path} with {step.shape}")
    return path


def checked_unit(graph: Graph, path: str, unit: int) -> int:
    """The unit; LayerError where the layer does not have it."""
    units = graph.step(path).shape[-1]
    if not isinstance(unit, (int, np.integer)) or isinstance(unit, bool) or not 0 <= unit < (units or 0):
        raise LayerError(f"{path} has the units 0 to {(units or 0) - 1}", f"{unit!r}")
    return int(unit)
