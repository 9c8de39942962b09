"""Receptive fields: which part of the image a unit sees, derived from the layers themselves.

Every step of a `Graph` is reduced to how one place of its output reads the places of its input, one axis at a time.
From
these readings follow the exact visible region of any unit, borders included, and the classic arithmetic of size, jump
and offset (Araujo, Norris and Sim 2019, "Computing receptive fields of convolutional neural networks", Distill).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf

from core.errors import InputError
from core.networks.graph import Graph, Step, graph_of

WINDOWED = (
    "Conv2D",
    "DepthwiseConv2D",
    "SeparableConv2D",
    "MaxPooling2D",
    "AveragePooling2D",
)
POINTWISE = (
    "Absolute",
    "Activation",
    "Add",
    "AlphaDropout",
    "Average",
    "BatchNormalization",
    "Divide",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "Identity",
    "Maximum",
    "Minimum",
    "Multiply",
    "Negative",
    "Power",
    "RandomBrightness",
    "RandomContrast",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "Relu",
    "Rescaling",
    "ReversedChannels",
    "SpatialDropout2D",
    "Subtract",
    "TrueDivide",
)
"""Layers and operations whose output at a place reads their inputs at that place alone, when they infer."""

CHANNELWISE = ("Concatenate", "Dense", "Flip", "LayerNormalization", "Normalization", "Softmax", "UnitNormalization")
"""Those that are pointwise only when they work along the last axis."""

Size = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """Place i reads the places i x stride - before + dilation x t, for t = 0 .. size - 1."""

    size: int = 1
    stride: int = 1
    dilation: int = 1
    before: int = 0

    @property
    def extent(self) -> int:
        """How far it reaches from its first place to its last, both counted."""
        return (self.size - 1) * self.dilation + 1

    def seen(self, places: np.ndarray, length: int) -> np.ndarray:
        """Which of `length` places are read by these, as a sorted array without those outside."""
        taps = np.arange(self.size) * self.dilation - self.before
        return _inside((places[:, None] * self.stride + taps).ravel(), length)


@dataclass(frozen=True)
class Scattered:
    """A transposed window: place i of the input is written to i x stride - before + dilation x t."""

    size: int
    stride: int
    dilation: int = 1
    before: int = 0

    def seen(self, places: np.ndarray, length: int) -> np.ndarray:
        """Which of `length` places are read by these."""
        taps = np.arange(self.size) * self.dilation - self.before
        reached = (places[:, None] - taps).ravel()
        return _inside(reached[reached % self.stride == 0] // self.stride, length)


@dataclass(frozen=True)
class Whole:
    """Every place reads all places: global pooling, flattening, dense layers, and what is not known."""

    def seen(self, places: np.ndarray, length: int) -> np.ndarray:
        """All places, unless nobody reads."""
        return np.arange(length if len(places) else 0)


Reading = Window | Scattered | Whole
WHOLE = Whole()


def _inside(places: np.ndarray, length: int) -> np.ndarray:
    return np.unique(places[(places >= 0) & (places < length)])


@dataclass(frozen=True)
class Axis:
    """The receptive field along one axis: place i sees offset + i x jump .. offset + i x jump + size - 1.

    Args:
        size: how many pixels are spanned, before the picture's border cuts them off.
        jump: how many pixels lie between the fields of neighbours.
        offset: where the field of place 0 begins; below zero where it hangs over the border.
    """

    size: float
    jump: float
    offset: float


@dataclass(frozen=True)
class ReceptiveField:
    """The receptive field of a layer's places: None along an axis where each place sees the whole picture."""

    rows: Axis | None
    columns: Axis | None


def receptive_field(network: Graph | keras.Model, layer: str, size: Size | None = None) -> ReceptiveField:
    """Size, jump and offset of the fields of a layer's places, borders left aside.

    Args:
        network: a model or its graph.
        layer: path of the layer.
        size: (H, W) of the pictures in pixels; by default the network's own. It matters only for strided layers with
            "same" padding, whose padding depends on it.

    Returns:
        one `Axis` for rows and one for columns. Behind a transposed convolution or an upsampling the numbers can be
        fractions, and the field of a place lies within what they say.

    Raises:
        LayerError: when the layer does not exist.
        InputError: when the network takes pictures of any size and none is given.
    """
    graph = network if isinstance(network, Graph) else graph_of(network)
    last = graph.index(layer)
    shapes = shapes_of(graph, size)
    fields: dict[int, tuple[Axis | None, ...]] = {0: (Axis(1, 1, 0), Axis(1, 1, 0))}
    for step in graph.steps[: last + 1]:
        fields[step.output] = tuple(_compose(step, shapes, fields, axis) for axis in (0, 1))
    return ReceptiveField(*fields[graph.steps[last].output])


def region(
    network: Graph | keras.Model, layer: str, row: int, column: int, size: Size | None = None
) -> tuple[int, int, int, int]:
    """The part of the picture that one place of a layer sees, clipped to the picture.

    It is the smallest box round every pixel that can change the value, for any strides, paddings and dilations: what
    lies in the padding of an inner layer is left out, too.

    Args:
        network: a model or its graph.
        layer: path of the layer.
        row: the place's row in the layer's map, from 0; of no matter for layers without maps.
        column: its column.
        size: (H, W) of the pictures in pixels; by default the network's own.

    Returns:
        (top, left, bottom, right) in pixels, bottom and right exclusive: `picture[top:bottom, left:right]`. Empty,
        at (0, 0, 0, 0), for a place that sees only padding.

    Raises:
        LayerError: when the layer does not exist.
        InputError: when the place does not exist, or no size is known.
    """
    graph = network if isinstance(network, Graph) else graph_of(network)
    last = graph.index(layer)
    shapes = shapes_of(graph, size)
    shape = shapes[graph.steps[last].output]
    if len(shape) == 4 and not (0 <= row < shape[1] and 0 <= column < shape[2]):
        raise InputError(f"{layer} has the rows 0 to {shape[1] - 1} and columns 0 to {shape[2] - 1}", f"{row, column}")
    rows = _traced(graph, last, shapes, 0, row)
    columns = _traced(graph, last, shapes, 1, column)
    if not len(rows) or not len(columns):
        return 0, 0, 0, 0
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def shapes_of(graph: Graph, size: Size | None = None) -> dict[int, tuple[int, ...]]:
    """The shape of every slot's value for one picture of this size, (1, ...).

    Raises:
        InputError: when the network takes pictures of any size and none is given.
    """
    height, width, channels = graph.input_shape[1:]
    rows, columns = size or (height, width)
    if rows is None or columns is None:
        raise InputError("The size of the pictures should be given", "none, for a network that takes any size")
    given = (1, int(rows), int(columns), channels or 3)
    known = {step.output: (1, *(side for side in step.shape[1:] if side is not None)) for step in graph.steps}
    complete = all(len(known[step.output]) == len(step.shape) for step in graph.steps)
    if complete and given[1:3] == (height, width):
        return {0: given, **known}
    return _traced_shapes(graph, given)


def _traced_shapes(graph: Graph, given: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
    """Shapes found by tracing the network without computing anything."""
    shapes: dict[int, tuple[int, ...]] = {}

    def trace(pictures: tf.Tensor) -> None:
        values = {0: pictures}
        for step in graph.steps:
            values[step.output] = step.call(*(values[slot] for slot in step.inputs))
        shapes.update({slot: tuple(value.shape) for slot, value in values.items()})

    tf.function(trace).get_concrete_function(tf.TensorSpec(given))
    return shapes


def step_windows(
    step: Step, given: tuple[tuple[int, ...], ...], made: tuple[int, ...]
) -> tuple[tuple[Reading, Reading], ...]:
    """How one place of a step's output reads each of its inputs, along rows and columns.

    Args:
        step: the step.
        given: shapes of the inputs.
        made: shape of the output.

    Returns:
        for each input a pair (rows, columns). What is not known reads everything.
    """
    if len(made) != 4 or any(len(shape) != 4 for shape in given) or _channels_first(step.layer):
        return ((WHOLE, WHOLE),) * len(given)
    return tuple((_reading(step, shape, made, 0), _reading(step, shape, made, 1)) for shape in given)


def _channels_first(layer: Any) -> bool:
    return getattr(layer, "data_format", None) == "channels_first"


def _reading(step: Step, given: tuple[int, ...], made: tuple[int, ...], axis: Literal[0, 1]) -> Reading:
    before, after = given[axis + 1], made[axis + 1]
    if step.kind in WINDOWED:
        return _window(step.layer, axis, before, after)
    if step.kind == "Conv2DTranspose":
        return _scattered(step.layer, axis, before, after)
    if step.kind == "ZeroPadding2D":
        return Window(before=step.layer.padding[axis][0])
    if step.kind == "Cropping2D":
        return Window(before=-step.layer.cropping[axis][0])
    if step.kind == "UpSampling2D" and step.layer.interpolation == "nearest":
        return Scattered(step.layer.size[axis], step.layer.size[axis])
    if not is_pointwise(step):
        return WHOLE
    # A single place beside many is a value that is broadcast.
    return Window() if before == after else WHOLE


def is_pointwise(step: Step) -> bool:
    """Whether a step's output at a place reads its inputs at that place alone."""
    if step.kind == "Activation":
        return _known_activation(step.function) and _last(getattr(step.layer, "axis", -1))
    if step.kind in POINTWISE:
        return True
    return step.kind in CHANNELWISE and _last(getattr(step.layer, "axis", -1))


def _known_activation(name: str) -> bool:
    return name in ("clipped_relu", "other_relu", "prelu") or hasattr(keras.activations, name)


def _last(axis: Any) -> bool:
    """Whether an axis, or each of several, is that of the channels."""
    return all(one in (-1, 3) for one in (axis if isinstance(axis, (list, tuple)) else (axis,)))


def _window(layer: Any, axis: int, length: int, made: int) -> Window:
    size = _of(getattr(layer, "pool_size", None) or layer.kernel_size, axis)
    stride = _of(layer.strides, axis)
    dilation = _of(getattr(layer, "dilation_rate", 1), axis)
    window = Window(size, stride, dilation)
    if layer.padding != "same":
        return window
    missing = max((made - 1) * stride + window.extent - length, 0)
    return Window(size, stride, dilation, before=missing // 2)


def _scattered(layer: Any, axis: int, length: int, made: int) -> Scattered:
    size, stride = _of(layer.kernel_size, axis), _of(layer.strides, axis)
    dilation = _of(layer.dilation_rate, axis)
    spare = (length - 1) * stride + (size - 1) * dilation + 1 - made
    return Scattered(size, stride, dilation, before=max(spare, 0) // 2 if layer.padding == "same" else 0)


def _of(value: Any, axis: int) -> int:
    return int(value[axis] if isinstance(value, (list, tuple)) else value)


def _traced(graph: Graph, last: int, shapes: dict[int, tuple[int, ...]], axis: int, place: int) -> np.ndarray:
    """Places of the picture along one axis that a place of the step `last` sees."""
    seen = {graph.steps[last].output: np.array([place])}
    for step in reversed(graph.steps[: last + 1]):
        if step.output not in seen:
            continue
        given = tuple(shapes[slot] for slot in step.inputs)
        for slot, pair in zip(step.inputs, step_windows(step, given, shapes[step.output]), strict=True):
            found = pair[axis].seen(seen[step.output], _length(shapes[slot], axis))
            seen[slot] = np.union1d(seen.get(slot, np.array([], int)), found)
    return seen.get(0, np.array([], int))


def _length(shape: tuple[int, ...], axis: int) -> int:
    """How many places a value has along an axis; a value without maps counts as one."""
    return shape[axis + 1] if len(shape) == 4 else 1


def _compose(
    step: Step, shapes: dict[int, tuple[int, ...]], fields: dict[int, tuple[Axis | None, ...]], axis: int
) -> Axis | None:
    """The field of a step's output: the union of what it reads of each input."""
    given = tuple(shapes[slot] for slot in step.inputs)
    pairs = step_windows(step, given, shapes[step.output])
    parts = [_through(fields[slot][axis], pair[axis]) for slot, pair in zip(step.inputs, pairs, strict=True)]
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts) or any(one.jump != other.jump for one, other in pairwise(known)):
        return None
    start = min(part.offset for part in known)
    return Axis(max(part.offset + part.size for part in known) - start, known[0].jump, start)


def _through(field: Axis | None, reading: Reading) -> Axis | None:
    if field is None or isinstance(reading, Whole):
        return None
    if isinstance(reading, Window):
        size = field.size + (reading.extent - 1) * field.jump
        return Axis(size, field.jump * reading.stride, field.offset - reading.before * field.jump)
    jump = field.jump / reading.stride
    reach = (reading.size - 1) * reading.dilation * jump
    return Axis(field.size + reach, jump, field.offset + reading.before * jump - reach)
