"""What an image is optimised for: a channel, a neuron, a group, a whole layer, a class, or one against another.

Every objective is a row of weights on the channels of one layer, and a choice of places: the score of an image is

    score = mean, maximum or middle over places of  sum_k weight_k x map_k

and for a whole layer the mean of its squared values (DeepDream). Weights enter the compiled loop as tensors, so that
other units of the same layer need no new compilation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import tensorflow as tf

from core.errors import InputError, LayerError, TargetError
from core.features.settings import Places
from core.networks.graph import Graph
from core.networks.steps import Step

RECTIFIERS = ("relu", "relu6", "clipped_relu")
LEAK = 0.1
"""Negative slope of the last rectifier during optimisation: a silent unit would give no direction."""


@dataclass(frozen=True)
class Neuron:
    """One place of a channel.

    Args:
        channel: from 0.
        row: the place's row in the layer's map; None for the middle one.
        column: its column; None for the middle one.
    """

    channel: int
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Difference:
    """One unit or class against another: what activates the first and suppresses the second."""

    of: Unit
    against: Unit


Unit = int | tuple[int, ...] | Neuron | Difference
Units = Unit | Sequence[Unit] | np.ndarray
Reduction = Literal["mean", "max", "squares"]


@dataclass(frozen=True, eq=False)
class Objective:
    """The objective of U images.

    Args:
        layer: path of the layer; None for the logits.
        reduction: how places become one score: "mean" with the weights of `places`, "max", or the mean of squares.
        weights: float32 (U, K), on channels.
        places: float32 (U, h, w), on places; each sums to 1.
        names: what each image shows, such as "12", "3 + 7" or "sandal - boot".
    """

    layer: str | None
    reduction: Reduction
    weights: np.ndarray
    places: np.ndarray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)


def objective(
    layer: str | None,
    units: Units | Literal["all"] | None,
    classes: Units | Literal["all"] | None,
    of: Places,
    shape: tuple[int, int, int],
) -> Objective:
    """The objective of a request.

    Args:
        layer: see `visualize`.
        units: see `visualize`.
        classes: see `visualize`.
        of: which places of a map should respond.
        shape: (h, w, K) of the layer's value, or (1, 1, K) of the logits.

    Raises:
        LayerError: for a channel or place that the layer does not have.
        TargetError: for a class that the network does not have.
    """
    height, width, channels = shape
    if classes is not None or layer is None:
        wanted = _listed("all" if classes is None else classes, channels)
        weights = np.stack([_weights(one, channels, TargetError, "The network has the classes") for one in wanted])
        return Objective(None, "mean", weights, np.ones((len(wanted), 1, 1), np.float32), tuple(map(_name, wanted)))
    if units is None:
        ones = np.ones((1, channels), np.float32)
        return Objective(layer, "squares", ones, _everywhere(height, width)[None], ("whole layer",))
    wanted = _listed(units, channels)
    weights = np.stack([_weights(one, channels, LayerError, f"{layer} has the channels") for one in wanted])
    places = np.stack([_places(one, of, height, width, layer) for one in wanted])
    return Objective(layer, _reduction(wanted, of), weights, places, tuple(map(_name, wanted)))


def _listed(wanted: Units | Literal["all"], channels: int) -> list[Unit]:
    """The units one by one: a single one becomes a list, and a nested list a group."""
    if isinstance(wanted, str):
        if wanted != "all":
            raise InputError('Units should be numbers, groups of numbers or "all"', repr(wanted))
        return list(range(channels))
    if not isinstance(wanted, (list, tuple, range, np.ndarray)):
        return [_unit(wanted)]
    found = [_unit(one) for one in wanted]
    if not found:
        raise InputError("At least one unit or class is needed", "none")
    return found


def _unit(one: Any) -> Unit:
    if isinstance(one, (Neuron, Difference)):
        return one
    if isinstance(one, (int, np.integer)) and not isinstance(one, bool):
        return int(one)
    if isinstance(one, (tuple, list, np.ndarray)) and len(one) and all(isinstance(k, (int, np.integer)) for k in one):
        return tuple(int(k) for k in one)
    raise InputError("A unit should be an integer, a group of them, a Neuron or a Difference", repr(one))


def _weights(one: Unit, channels: int, error: type[InputError], has: str) -> np.ndarray:
    """Weights on channels, float32 (K,); a group shares one evenly."""
    if isinstance(one, Difference):
        return _weights(one.of, channels, error, has) - _weights(one.against, channels, error, has)
    members = (one.channel,) if isinstance(one, Neuron) else one if isinstance(one, tuple) else (one,)
    wrong = [k for k in members if not 0 <= k < channels]
    if wrong:
        raise error(f"{has} 0 to {channels - 1}", ", ".join(map(str, wrong)))
    weights = np.zeros(channels, np.float32)
    np.add.at(weights, list(members), np.float32(1 / len(members)))
    return weights


def _places(one: Unit, of: Places, height: int, width: int, layer: str) -> np.ndarray:
    """Weights on places, float32 (h, w), that sum to 1."""
    if isinstance(one, Difference):
        ours, theirs = _places(one.of, of, height, width, layer), _places(one.against, of, height, width, layer)
        if not np.array_equal(ours, theirs):
            raise InputError("Both parts of a difference should be at the same place", f"{one.of} and {one.against}")
        return ours
    if not isinstance(one, Neuron) and of != "middle":
        return _everywhere(height, width)
    row = one.row if isinstance(one, Neuron) and one.row is not None else height // 2
    column = one.column if isinstance(one, Neuron) and one.column is not None else width // 2
    if not (0 <= row < height and 0 <= column < width):
        raise LayerError(f"{layer} has the rows 0 to {height - 1} and columns 0 to {width - 1}", f"{row, column}")
    place = np.zeros((height, width), np.float32)
    place[row, column] = 1
    return place


def _everywhere(height: int, width: int) -> np.ndarray:
    return np.full((height, width), 1 / (height * width), np.float32)


def _reduction(wanted: Sequence[Unit], of: Places) -> Reduction:
    """Neurons choose their own place, so "max" is for requests without any."""
    if of != "max":
        return "mean"
    if any(_placed(one) for one in wanted):
        raise InputError('Neurons have a place of their own, so places should not be "max"', "both")
    return "max"


def _placed(one: Unit) -> bool:
    if isinstance(one, Difference):
        return _placed(one.of) or _placed(one.against)
    return isinstance(one, Neuron)


def _name(one: Unit) -> str:
    if isinstance(one, Difference):
        return f"{_name(one.of)} - {_name(one.against)}"
    if isinstance(one, Neuron):
        return f"{one.channel} at {_place(one.row)}, {_place(one.column)}"
    return " + ".join(map(str, one)) if isinstance(one, tuple) else str(one)


def _place(at: int | None) -> str:
    return "middle" if at is None else str(at)


def score(value: tf.Tensor, weights: tf.Tensor, places: tf.Tensor, reduction: Reduction) -> tf.Tensor:
    """The score of each picture, (N,), from a layer's value (N, h, w, K) or (N, K).

    Args:
        value: the layer's value.
        weights: float32 (N, K), on channels.
        places: float32 (N, h, w), on places.
        reduction: how places become one score.
    """
    maps = as_maps(value)
    if reduction == "squares":
        return tf.reduce_mean(maps**2, axis=(1, 2, 3))
    wanted = tf.einsum("nhwk,nk->nhw", maps, weights)
    if reduction == "max":
        return tf.reduce_max(wanted, axis=(1, 2))
    return tf.reduce_sum(wanted * places, axis=(1, 2))


def as_maps(value: tf.Tensor) -> tf.Tensor:
    """A layer's value as float32 (N, h, w, K)."""
    value = tf.cast(value, tf.float32)
    return value if len(value.shape) == 4 else value[:, None, None, :]


def with_leaky_relus(graph: Graph, layer: str | None) -> Mapping[str, Callable[..., tf.Tensor]]:
    """Leaky stand-ins for the last rectifiers before a layer's value, as `calls` of `Graph.run`.

    They are its own, or those behind it where it only moves or joins values, as a concatenation, a pooling or a dropout
    does; none where it weighs them.
    """
    if layer is None:
        return {}
    made_by = {step.output: step for step in graph.steps}
    waiting, found = [graph.step(layer)], {}
    while waiting:
        step = waiting.pop()
        if step.function in RECTIFIERS:
            found[step.path] = _leaky(step)
        elif not getattr(step.layer, "weights", ()):
            waiting += [made_by[slot] for slot in step.inputs if slot in made_by]
    return found


def _leaky(step: Step) -> Callable[..., tf.Tensor]:
    def call(value: tf.Tensor) -> tf.Tensor:
        return tf.where(value > 0, step.call(value), LEAK * value)

    return call
