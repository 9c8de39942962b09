"""A flat, read-only view of any Keras 3 classifier.

A `Graph` lists every operation of a model in the order in which it runs: nested backbones are opened, an activation
that is fused into a layer becomes a step of its own, and a softmax head gives way to its logits. Attribution, feature
visualisation and receptive fields all work on these steps, so that a Functional, a Sequential and a nested model with
the same weights give the same answers. The model itself is never changed: steps call the model's own layers, and read
their weights at the time of the call.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np
import tensorflow as tf

from core.errors import LayerError, ModelError
from core.networks.dominators import ancestors, dominators
from core.networks.fingerprint import Fingerprint, fingerprint
from core.networks.finite import blame
from core.networks.flatten import Flat, flatten, functional_of, opaque, own_answers
from core.networks.head import TOLERANCE, Head, Reading, read_head, suggested_slots
from core.networks.prepared import Prepared
from core.networks.steps import CONVOLUTIONS, POOLINGS, Call, Hook, Step
from core.networks.tokens import Grid

__all__ = ["CONVOLUTIONS", "POOLINGS", "Call", "Graph", "Hook", "Step", "graph_of"]

FREE_SIDE = 64
"""Side of the pictures that a network is tried on where it takes any size."""
MOST_EXTRA_TOKENS = 8


@dataclass(frozen=True, eq=False)
class Graph:
    """All steps of a model, in the order in which they run.

    Args:
        flat: the steps, and the slot of the model's own output.
        answers: the model's own call in inference mode.
        scale: black and white of the pictures, where that was settled; None where it was not.
    """

    flat: Flat
    answers: Call
    scale: tuple[float, float] | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The operations. Slot 0 holds the pictures."""
        return self.flat.steps

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """(None, H, W, C), with None for sides that are free."""
        return self.flat.input_shape

    @cached_property
    def reading(self) -> Reading:
        """What the output means, shown on pictures.

        Raises:
            ModelError: when no reading gives the model's own output back.
        """
        # Whoever asks first may be tracing a function of their own.
        with tf.init_scope():
            return _read(self)

    @property
    def output(self) -> int:
        """The slot of the value that logits are made of."""
        return self.reading.output

    @property
    def head(self) -> Head:
        """What the output means; see `core.networks.head`."""
        return self.reading.head

    @property
    def classes(self) -> int:
        """How many classes, or independent labels, the network tells apart."""
        width = self.flat.shape[-1] if len(self.flat.shape) == 2 else 1
        return 2 if width == 1 else int(width or 0)

    def run(
        self,
        images: tf.Tensor,
        *,
        hooks: Mapping[str, Hook] | None = None,
        calls: Mapping[str, Call] | None = None,
        until: str | None = None,
        start: str | None = None,
    ) -> tf.Tensor:
        """Compute a value, by default the logits.

        Args:
            images: float32 (N, H, W, C), or the value of `start` where that is given.
            hooks: path -> a function that sees the value of that path and returns what goes on in its place.
            calls: path -> what computes that step in place of its own call (modified backward rules).
            until: the path whose value is wanted; None for the logits.
            start: the path whose value is given; None for the pictures.

        Returns:
            the value; logits are float32 (N, K).

        Raises:
            LayerError: when steps after `start` need values from before it.
        """
        output = self.output if until is None else -1
        first, values = self._begin(images, start)
        for step in self.steps[first:]:
            if any(slot not in values for slot in step.inputs):
                if start is None or step.output == output or step.path == until:
                    raise LayerError(f"The network should go on from {start} alone", "a branch that passes it by")
                continue
            call = (calls or {}).get(step.path, step.call)
            value = call(*(values[slot] for slot in step.inputs))
            if hooks and step.path in hooks:
                value = hooks[step.path](value)
            values[step.output] = value
            if step.path == until:
                return value
            if step.output == output:
                break
        return self.reading.logits(values[output])

    def _begin(self, images: tf.Tensor, start: str | None) -> tuple[int, dict[int, tf.Tensor]]:
        if start is None:
            return 0, {0: self._shaped(images)}
        place = self.index(start)
        return place + 1, {self.steps[place].output: images}

    def _shaped(self, images: tf.Tensor) -> tf.Tensor:
        """Pictures whose sides the compiler knows: it fuses and lays out convolutions only where it does."""
        known = isinstance(images, tf.Tensor) and images.shape.rank == 4 and images.shape[1:].is_fully_defined()
        return images if known or not tf.is_symbolic_tensor(images) else tf.ensure_shape(images, self.input_shape)

    def index(self, path: str) -> int:
        """The place of a path in `steps`; LayerError with near names where it does not exist."""
        for place, step in enumerate(self.steps):
            if step.path == path:
                return place
        known = [step.path for step in self.steps]
        raise LayerError(f"The network has the layers {', '.join(known)}", path, "Choose one of these.")

    def step(self, path: str) -> Step:
        """The step of a path."""
        return self.steps[self.index(path)]

    @cached_property
    def default_layer(self) -> str:
        """The path of the last map of more than one place that every path to the answer passes.

        A pooling's output is the map before it at less resolution, so the map before it is taken. Tokens of a
        transformer count where they form a grid and the answer depends on them.

        Raises:
            LayerError: when there is none.
        """
        for step in reversed(dominators(self.steps, self.output)):
            if self._learned(step) and (step.spatial or (self.grid(step.path) and self._used(step.path))):
                return self._before_pooling(step).path
        fitting = [step.path for step in self.steps if step.spatial and self._learned(step)]
        if fitting:
            raise LayerError(
                "This method needs a layer that gives maps, and no map lies on every path through this network",
                f"branches with maps of their own, such as {', '.join(fitting[-3:])}",
                "Name one by layer=, or choose a gradient or perturbation method.",
            )
        raise LayerError(
            "This method needs a network with a convolution, or with tokens that form a grid",
            "one without any",
            "Choose a gradient or perturbation method.",
        )

    def _learned(self, step: Step) -> bool:
        """Whether anything with a kernel took part in the value: the pictures themselves are no map."""
        return any(_has_kernel(above) for above in ancestors(self.steps, step.output))

    def _before_pooling(self, step: Step) -> Step:
        while step.kind in POOLINGS:
            before = next((other for other in self.steps if other.output == step.inputs[0]), None)
            if before is None or not before.spatial or not self._learned(before):
                break
            step = before
        return step

    @cached_property
    def _grids(self) -> dict[str, Grid | None]:
        return {}

    def grid(self, path: str) -> Grid | None:
        """How the tokens of a layer (N, T, D) form a grid of places; None where they do not.

        Shown on pictures: a change of the picture's first place has to change the grid's first token alone, in the
        earliest layer with as many tokens.
        """
        if path not in self._grids:
            with tf.init_scope():
                self._grids[path] = _grid(self, self.step(path))
        return self._grids[path]

    def _used(self, path: str) -> bool:
        """Whether the answer depends on the tokens of the grid; behind the last attention only a class token counts."""
        with tf.init_scope():
            return _depends(self, path)

    def gives_maps(self, path: str) -> bool:
        """Whether a layer gives maps of more than one place, as they are or as a grid of tokens."""
        return self.step(path).spatial or self.grid(path) is not None

    def maps(self, path: str, value: tf.Tensor) -> tf.Tensor:
        """A layer's value as maps (N, h, w, K)."""
        grid = None if self.step(path).spatial else self.grid(path)
        return value if grid is None else grid.maps(value)


def _has_kernel(step: Step) -> bool:
    return isinstance(step.layer, keras.layers.Layer) and any(len(weight.shape) > 1 for weight in step.layer.weights)


_graphs: weakref.WeakKeyDictionary[keras.Model, tuple[Fingerprint, Graph]] = weakref.WeakKeyDictionary()
_lock = threading.RLock()


def graph_of(model: keras.Model) -> Graph:
    """The flat view of a model, made once for each model, and anew when its layers or their settings have changed.

    Raises:
        ModelError: when the model is not built, has several inputs or outputs, or does not map pictures to classes.
    """
    with _lock:
        now = fingerprint(model)
        known = _graphs.get(model)
        if known is None or known[0] != now:
            known = _graphs[model] = (now, _graph(model))
        return known[1]


def _graph(model: keras.Model) -> Graph:
    if isinstance(model, Prepared):
        return Graph(model.in_front_of(graph_of(model.network).flat), own_answers(model), model.scale)
    graph = Graph(flatten(model), own_answers(model))
    if functional_of(model) is None and not _same_answers(graph):
        return Graph(opaque(model), own_answers(model))
    return graph


def _same_answers(graph: Graph) -> bool:
    """Whether the layers of a subclassed model, called one after another, answer as the model does."""
    try:
        return graph.reading is not None
    except ModelError:
        return not graph.flat.seen


def tried_pictures(shape: tuple[int | None, ...]) -> np.ndarray:
    """Seeded random pictures (6, H, W, C) in the ranges that networks take: 0..255, 0..1 and -1..1."""
    height, width, channels = (side or free for side, free in zip(shape[1:], (FREE_SIDE, FREE_SIDE, 3), strict=True))
    rng = np.random.default_rng(0)
    noise = rng.uniform(0, 1, (6, height, width, channels))
    # Every second picture is coarse: networks that look for shapes hardly answer to fine noise.
    coarse = rng.uniform(0, 1, (6, -(-height // 8), -(-width // 8), channels))
    noise[1::2] = coarse.repeat(8, axis=1).repeat(8, axis=2)[1::2, :height, :width]
    noise[:2] *= 255
    noise[4:] = noise[4:] * 2 - 1
    return noise.astype(np.float32)


def _read(graph: Graph) -> Reading:
    """The reading of the output that holds on seeded random pictures."""
    images = tf.constant(tried_pictures(graph.input_shape))
    flat, width = graph.flat, 1 if len(graph.flat.shape) == 1 else int(graph.flat.shape[-1] or 0)
    values = _values(flat, images)
    made = np.asarray(values[flat.final]).reshape(len(images), -1)
    own = _own_answers(graph, images, made)
    if width == 0 or own.shape[1] != width:
        raise ModelError("The network should give the same number of scores for every picture", f"{own.shape}")
    rows = np.isfinite(own).all(axis=1)
    if not rows.any():
        raise blame(graph.steps, images)
    slack = max(TOLERANCE, 8 * float(np.finfo(own.dtype).eps)) * max(1.0, float(np.abs(own[rows]).max()))
    if np.abs(made[rows].astype(np.float64) - own[rows]).max() > slack:
        raise ModelError(
            "The layers of the network should give its own answers when they are called one after another",
            "other answers",
            "If its call() is overridden, write it as a Functional model.",
        )
    finite = {slot: np.asarray(values[slot])[rows] for slot in suggested_slots(flat.steps, flat.final)}
    if not flat.seen:
        # Without layers, the size of answers to extreme pictures tells a probability from a small score.
        far = np.asarray(graph.answers(images * 1e3)).reshape(len(images), -1)
        far = far[np.isfinite(far).all(axis=1)]
        finite[flat.final] = np.concatenate([finite[flat.final].reshape(-1, width), far])
    return read_head(flat.steps, flat.final, width, finite, seen=flat.seen)


def _own_answers(graph: Graph, images: tf.Tensor, made: np.ndarray) -> np.ndarray:
    """The model's own answers; those of its layers where the model itself is gone and they are all that is left."""
    try:
        return np.asarray(graph.answers(images)).reshape(len(images), -1)
    except ModelError:
        if graph.flat.seen:
            return made
        raise


def _values(flat: Flat, images: tf.Tensor) -> dict[int, tf.Tensor]:
    """The values of all slots that are needed at the end; others are let go as soon as nobody reads them."""
    kept = {*suggested_slots(flat.steps, flat.final), flat.final}
    last_use = {slot: place for place, step in enumerate(flat.steps) for slot in step.inputs}
    values = {0: images}
    for place, step in enumerate(flat.steps):
        values[step.output] = step.call(*(values[slot] for slot in step.inputs))
        for slot in step.inputs:
            if last_use[slot] == place and slot not in kept:
                values.pop(slot, None)
    return values


def _grid(graph: Graph, step: Step) -> Grid | None:
    size = graph.input_shape[1:3]
    if len(step.shape) != 3 or step.shape[1] is None or None in size:
        return None
    tokens = int(step.shape[1])
    sizes = [(above.shape[1], above.shape[2]) for above in ancestors(graph.steps, step.output) if above.spatial]
    fitting = [(h, w) for h, w in sizes if h and w and 0 <= tokens - h * w <= MOST_EXTRA_TOKENS]
    if not fitting:
        return None
    rows, columns = fitting[-1]
    earliest = next(other for other in graph.steps if len(other.shape) == 3 and other.shape[1] == tokens)
    changed = [_changed_tokens(graph, earliest, rows, columns, place) for place in ((0, 0), (1, 0), (0, 1))]
    if any(len(found) != 1 for found in changed):
        return None
    first, below, right = (int(found[0]) for found in changed)
    return Grid(rows, columns, first) if (below, right) == (first + columns, first + 1) else None


def _changed_tokens(graph: Graph, step: Step, rows: int, columns: int, place: tuple[int, int]) -> np.ndarray:
    """Which tokens change when one cell of the picture does."""
    image = tried_pictures(graph.input_shape)[2:3]
    height, width = image.shape[1] / rows, image.shape[2] / columns
    other = image.copy()
    row, column = int((place[0] + 0.5) * height), int((place[1] + 0.5) * width)
    other[:, row : row + 1, column : column + 1] += 0.5
    both = tf.constant(np.concatenate([image, other]))
    value = np.asarray(graph.run(both, until=step.path), np.float32)
    change = np.abs(value[1] - value[0]).max(axis=-1)
    # Rounding may differ between rows of a batch.
    return np.flatnonzero(change > 1e-3 * change.max())


def _depends(graph: Graph, path: str) -> bool:
    """Whether the answers move when the grid's tokens do; a tape would not record under `tf.init_scope`."""
    grid = graph.grid(path)
    if grid is None:
        return False
    places = slice(grid.first, grid.first + grid.rows * grid.columns)

    def moved(value: tf.Tensor) -> tf.Tensor:
        step = np.zeros(value.shape, np.float32)
        step[:, places] = np.random.default_rng(0).normal(0, 1, step[:, places].shape)
        return value + tf.cast(step, value.dtype)

    images = tf.constant(tried_pictures(graph.input_shape)[:4])
    before, after = graph.run(images), graph.run(images, hooks={path: moved})
    return bool(np.abs(np.asarray(after - before)).max() > 0)
