"""What a covered window can change, layer by layer: the geometry of incremental occlusion.

The windows of a batch are laid on one lattice, so that in every layer the part that each can change is a box of one
size, and its place follows from the window's lattice point alone. A layer's box is its `Span` along each axis. Nothing
here is written for one network: everything follows from how the layers read (`receptive_field.step_windows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import lcm
from typing import NamedTuple

import keras
import numpy as np

from core.networks.graph import Graph, Step
from core.networks.receptive_field import Size, Window, shapes_of, step_windows

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")
SHIFTS = ("ZeroPadding2D", "Cropping2D")
GLOBALS = ("GlobalAveragePooling2D", "GlobalMaxPooling2D")
UNSURE = ("Divide", "Power", "TrueDivide")
"""Operations that may have no value for the numbers that stand beside a map."""

SUMS = ("Add", "Average", "Concatenate", "Identity", "Subtract")
"""Steps that take differences to differences: f(a + d) - f(a) = f(d)."""

LINEAR = (*CONVOLUTIONS, *SHIFTS, *SUMS, "AveragePooling2D")
ACTIVATIONS = frozenset(
    (
        "relu",
        "relu6",
        "clipped_relu",
        "other_relu",
        "leaky_relu",
        "prelu",
        "elu",
        "selu",
        "celu",
        "gelu",
        "silu",
        "swish",
        "mish",
        "sigmoid",
        "hard_sigmoid",
        "hard_silu",
        "hard_swish",
        "tanh",
        "hard_tanh",
        "softplus",
        "softsign",
        "softmax",
        "linear",
    )
)
"""Activations that act on each place alone and give a finite number for every finite number."""

PASS_COST = 25
"""What it costs to move one number through memory once, in multiplications of a convolution."""

FULL_SHARE = 0.75
"""From this share of a map on, the whole map is computed."""

SAVING = 0.7
"""The plan is used when it costs no more than this share of whole pictures."""

COMPILED_FOR = 2e10
"""Multiplications to be saved, as many as a laptop makes in a fifth of a second, for which it is worth to compile a
plan, which takes a second or two, once for all pictures that follow."""


class Span(NamedTuple):
    """A box along one axis: its first place, counted from a window's lattice point, and its length."""

    first: int
    length: int

    @property
    def end(self) -> int:
        """The place behind its last."""
        return self.first + self.length


Spans = dict[int, Span]
Shapes = dict[int, tuple[int, ...]]
Reads = dict[int, tuple[Window, Window]]


@dataclass(frozen=True)
class Lattice:
    """Where windows lie along one axis: lattice points are `pace` pixels apart, point 0 at pixel `phase`.

    The pace is a multiple of every jump of the layers that are followed, so that a window's box lies in the same way
    to its point in every layer.
    """

    pace: int
    phase: int

    def points(self, starts: np.ndarray) -> np.ndarray:
        """The last lattice point before each window."""
        return (starts - self.phase) // self.pace

    def span(self, starts: np.ndarray, patch: int) -> Span:
        """The box that holds every window."""
        offsets = (starts - self.phase) % self.pace
        return Span(self.phase + int(offsets.min()), int(np.ptp(offsets)) + patch)


@dataclass(frozen=True)
class Plan:
    """How each step is computed under a window.

    Args:
        local: places in the graph of the steps that are computed in boxes.
        reads: place -> how the step reads along rows and columns.
        rows: slot -> the box along rows.
        columns: slot -> the box along columns.
        jumps: slot -> input pixels between neighbours, for rows and columns.
        lattices: for rows and columns.
        shapes: slot -> (1, H, W, C) or (1, K).
        cost: multiplications for one window, with work on memory counted as such.
        dense: the same for a whole picture.
        floats: numbers that are made for one window.
    """

    local: frozenset[int]
    reads: Reads
    rows: Spans
    columns: Spans
    jumps: Mapping[int, tuple[int, int]]
    lattices: tuple[Lattice, Lattice]
    shapes: Shapes
    cost: float
    dense: float
    floats: int

    @property
    def worthwhile(self) -> bool:
        """Whether it saves enough over whole pictures to pay for its bookkeeping."""
        return bool(self.local) and self.cost < SAVING * self.dense

    def repays(self, windows: int) -> bool:
        """Whether it is worthwhile, and saves enough over so many windows to pay for being compiled too."""
        return self.worthwhile and windows * (self.dense - self.cost) >= COMPILED_FOR

    def points(self, places: np.ndarray) -> np.ndarray:
        """Lattice points (W, 2) of windows, int32."""
        return np.stack([self.lattices[axis].points(places[:, axis]) for axis in (0, 1)], axis=1).astype(np.int32)

    def table(self) -> np.ndarray:
        """The boxes as numbers, int32 (slots, 6), by slot: row, rows, column, columns, places from point to point."""
        paces = {slot: [self.lattices[axis].pace // self.jumps[slot][axis] for axis in (0, 1)] for slot in self.rows}
        return np.array([(*self.rows[slot], *self.columns[slot], *paces[slot]) for slot in sorted(self.rows)], np.int32)


def plan(graph: Graph, size: Size, places: np.ndarray, patch: int) -> Plan:
    """The cheapest way to compute a network under each of these windows.

    Args:
        graph: the network.
        size: (H, W) of the pictures in pixels.
        places: (W, 2), the windows' top left corners.
        patch: side of a window in pixels.
    """
    shapes = shapes_of(graph, size)
    reads, jumps = follow(graph, shapes)
    work = [_multiplications(step) for step in graph.steps]
    limits = sorted({max(pair) for pair in jumps.values()})
    plans = [_limited(graph, shapes, work, reads, jumps, limit, places, patch) for limit in limits]
    return min(plans, key=lambda made: made.cost)


def follow(graph: Graph, shapes: Shapes) -> tuple[Reads, dict[int, tuple[int, int]]]:
    """The steps that boxes can be followed through: place -> how each reads, and slot -> jump of what it makes."""
    reads: Reads = {}
    jumps = {0: (1, 1)}
    for place, step in enumerate(graph.steps):
        known = {jumps.get(slot) for slot in step.inputs}
        jump = known.pop()
        window = _window(step, shapes)
        if jump is None or known or window is None:
            continue
        reads[place] = window
        jumps[step.output] = jump[0] * window[0].stride, jump[1] * window[1].stride
    return reads, jumps


def _window(step: Step, shapes: Shapes) -> tuple[Window, Window] | None:
    """How a step reads, when it reads each input in the same way and is safe to compute in boxes."""
    if not _safe(step):
        return None
    pairs = set(step_windows(step, tuple(shapes[slot] for slot in step.inputs), shapes[step.output]))
    rows, columns = pairs.pop()
    if pairs or not isinstance(rows, Window) or not isinstance(columns, Window):
        return None
    return rows, columns


def _safe(step: Step) -> bool:
    """Whether a step's own call gives the same in a box as in the whole map, and no trouble beside the map."""
    layer = step.layer
    if getattr(layer, "compute_dtype", "float32") != "float32" or step.kind in UNSURE:
        return False
    if step.kind == "Activation":
        places = layer.alpha.shape[:2] if step.function == "prelu" else ()
        return step.function in ACTIVATIONS and all(side == 1 for side in places)
    if step.kind == "Rescaling":
        return np.ndim(layer.scale) <= 1 and np.ndim(layer.offset) <= 1
    if step.kind == "BatchNormalization":
        return layer.axis in (-1, 3)
    if step.kind == "Flip":
        # Of the channels, since only then it reads each place alone.
        return True
    # Another operation with one tensor has constants beside it, which may differ from place to place.
    return isinstance(layer, keras.layers.Layer) or len(step.inputs) > 1


def _limited(
    graph: Graph,
    shapes: Shapes,
    work: list[float],
    reads: Reads,
    jumps: Mapping[int, tuple[int, int]],
    limit: int,
    places: np.ndarray,
    patch: int,
) -> Plan:
    """The plan that follows boxes no further than to maps with this jump."""
    reads = {place: pair for place, pair in reads.items() if max(jumps[graph.steps[place].output]) <= limit}
    lattices, changed = [], []
    for axis in (0, 1):
        pace = lcm(*(jumps[graph.steps[place].output][axis] for place in reads))
        lattice, spans = _best_lattice(graph, reads, axis, pace, places[:, axis], patch)
        lattices.append(lattice)
        changed.append(spans)
    local = _local(graph, shapes, changed)
    rows, columns = (_wanted(graph, reads, local, spans, axis) for axis, spans in enumerate(changed))
    costs = _costs(graph, shapes, work, local, rows, columns)
    return Plan(local, reads, rows, columns, jumps, (lattices[0], lattices[1]), shapes, *costs)


def _best_lattice(
    graph: Graph, reads: Reads, axis: int, pace: int, starts: np.ndarray, patch: int
) -> tuple[Lattice, Spans]:
    """The lattice on which the boxes of all layers together are smallest."""
    lattices = [Lattice(pace, phase) for phase in range(pace)]
    given = np.array([lattice.span(starts, patch) for lattice in lattices])
    changed = _changed(graph, reads, axis, given)
    best = int(np.argmin(sum(boxes[:, 1] for boxes in changed.values())))
    return lattices[best], {slot: Span(*map(int, boxes[best])) for slot, boxes in changed.items()}


def _changed(graph: Graph, reads: Reads, axis: int, given: np.ndarray) -> dict[int, np.ndarray]:
    """Slot -> what a window can change there along one axis, as (first, length) for each of several lattices."""
    boxes = {0: given}
    for place, pair in reads.items():
        step, window = graph.steps[place], pair[axis]
        first = np.min([boxes[slot][:, 0] for slot in step.inputs], axis=0)
        end = np.max([boxes[slot].sum(axis=1) for slot in step.inputs], axis=0)
        low = -((window.extent - 1 - first - window.before) // window.stride)
        high = (end - 1 + window.before) // window.stride
        boxes[step.output] = np.stack([low, np.maximum(high + 1 - low, 1)], axis=1)
    return boxes


def _hull(spans: Iterable[Span]) -> Span:
    """The smallest box round several."""
    held = list(spans)
    first = min(span.first for span in held)
    return Span(first, max(span.end for span in held) - first)


def _local(graph: Graph, shapes: Shapes, changed: list[Spans]) -> frozenset[int]:
    """Places of the steps that read boxes, and make boxes smaller than their maps or one number a map."""
    boxes, local = {0}, set()
    for place, step in enumerate(graph.steps):
        if not boxes.issuperset(step.inputs):
            continue
        if step.kind in GLOBALS and _safe(step) and step.layer.data_format == "channels_last":
            local.add(place)
        elif step.output in changed[0] and _share(changed, shapes, step.output) < FULL_SHARE:
            local.add(place)
            boxes.add(step.output)
    return frozenset(local)


def _share(changed: list[Spans], shapes: Shapes, slot: int) -> float:
    """A box's share of its map."""
    _, height, width, _ = shapes[slot]
    return changed[0][slot].length / height * changed[1][slot].length / width


def _wanted(graph: Graph, reads: Reads, local: frozenset[int], changed: Spans, axis: int) -> Spans:
    """Slot -> the box that is computed: what changes, and what a following maximum must see beside it."""
    kept = {0} | {graph.steps[place].output for place in local}
    wanted = {slot: span for slot, span in changed.items() if slot in kept}
    for place in sorted(local & reads.keys(), reverse=True):
        step = graph.steps[place]
        if step.kind in LINEAR:
            continue
        for slot in step.inputs:
            wanted[slot] = _hull([wanted[slot], read_by(reads[place][axis], wanted[step.output])])
    return wanted


def read_by(window: Window, span: Span) -> Span:
    """The box of an input that a box of the output reads."""
    return Span(span.first * window.stride - window.before, (span.length - 1) * window.stride + window.extent)


def _costs(
    graph: Graph, shapes: Shapes, work: list[float], local: frozenset[int], rows: Spans, columns: Spans
) -> tuple[float, float, int]:
    """Cost for a window, cost for a whole picture, and numbers made for a window."""
    cost, dense, floats = 0.0, 0.0, 0
    for place, step in enumerate(graph.steps):
        whole, each = int(np.prod(shapes[step.output][1:])), work[place] + PASS_COST
        dense += whole * each
        if place not in local:
            cost, floats = cost + whole * each, floats + whole
        elif step.output in rows:
            box = rows[step.output].length * columns[step.output].length * shapes[step.output][-1]
            cost, floats = cost + box * (each + PASS_COST), floats + box
    return cost, dense, floats


def _multiplications(step: Step) -> float:
    """Multiplications for one number that a step makes."""
    if step.kind == "Activation" or not isinstance(step.layer, keras.layers.Layer):
        return 0.0
    kernels = [tuple(weight.shape) for weight in step.layer.weights if len(weight.shape) in (2, 4)]
    if step.kind == "DepthwiseConv2D":
        return float(np.prod(kernels[0][:2]))
    return float(sum(np.prod(kernel) for kernel in kernels)) / int(step.shape[-1] or 1)
