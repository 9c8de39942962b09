"""Compiled evaluations of one network: what every attribution method is built from.

A `ModelEvaluator` belongs to one Keras model. It keeps one compiled function for each kind of evaluation; pictures,
classes and settings go in as tensors, so that nothing is traced twice. Work is cut into batches: memory is bounded.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
import weakref
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.errors import DataError, LayerError
from core.networks.finite import blame, check_weights
from core.networks.graph import Graph, graph_of
from core.progress import OnStep, silent

BATCH_VALUES = 64 * 64 * 64 * 3
"""How many input values one batch holds: about 64 pictures of 64x64x3; more is hardly faster and takes more memory."""

IMAGES = tf.TensorSpec([None, None, None, None], tf.float32)
TARGETS = tf.TensorSpec([None, None], tf.float32)


class ModelEvaluator:
    """A model's graph, and the functions compiled for it. Use `ModelEvaluator.of`; the model is never changed."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self._functions: dict[Hashable, Any] = {}
        self._lock = threading.RLock()

    @classmethod
    def of(cls, model: keras.Model) -> ModelEvaluator:
        """The one evaluator of this model, made at the first call, and anew when the model's layers have changed.

        Raises:
            ModelError: when the model cannot be read, or has weights that are not numbers.
        """
        graph = graph_of(model)
        with _lock:
            # Looked at each time: an activation can hide that a weight has become NaN.
            check_weights(graph.steps)
            known = _evaluators.get(model)
            if known is None or known.graph is not graph:
                known = _evaluators[model] = cls(graph)
            return known

    def compiled(self, key: Hashable, make: Callable[[Graph], Callable[..., Any]], signature: Sequence[Any]) -> Any:
        """The compiled form of `make(graph)`, traced once for each key.

        Args:
            key: names the kind of evaluation; everything that changes the graph belongs in it.
            make: gives the function to compile.
            signature: one tf.TensorSpec an argument, with None for every size that may change.
        """
        with self._lock:
            if key not in self._functions:
                # Nothing here branches on a tensor, and rewriting code would hide our errors behind TensorFlow's.
                function = tf.function(make(self.graph), input_signature=list(signature), autograph=False)
                # Traced here, so that two threads never trace the same layers at once.
                function.get_concrete_function()
                self._functions[key] = function
            return self._functions[key]

    def map(
        self,
        function: Callable[..., Any],
        *arrays: np.ndarray,
        batch: int | None = None,
        on_step: OnStep = silent,
        note: str = "pictures",
    ) -> Any:
        """Call a compiled function on batches of the arrays, and join what it gives.

        Args:
            function: takes one float32 tensor an array, gives one tensor or a tuple of tensors.
            arrays: the first are pictures (N, H, W, C); all have N rows.
            batch: rows at a time; by default what `batch_size` says.
            on_step: called after each batch with the rows done.
            note: what `on_step` reports.

        Returns:
            a NumPy array of N rows, or a tuple of them.
        """
        size = batch or self.batch_size(arrays[0].shape[1:])
        total, parts = len(arrays[0]), []
        for start in range(0, total, size):
            rows = [np.asarray(array[start : start + size], dtype=np.float32) for array in arrays]
            parts.append(tf.nest.map_structure(lambda tensor: tensor.numpy(), function(*rows)))
            _count(self, len(rows[0]))
            on_step(min(start + size, total), total, note)
        if isinstance(parts[0], tuple):
            return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def batch_size(self, shape: tuple[int, ...], evaluations: int = 1) -> int:
        """How many pictures of this shape go into a batch when each needs several evaluations at once."""
        return int(max(1, BATCH_VALUES // (int(np.prod(shape)) * evaluations)))

    def fused(self, pictures: int, shape: tuple[int, ...], evaluations: int, together: int = 1) -> tuple[int, int]:
        """How to fill a batch with pictures that each need many evaluations: (pictures, evaluations of each).

        Args:
            pictures: how many there are.
            shape: (H, W, C) of one.
            evaluations: how many each needs in all.
            together: the fewest pictures that should share a batch, where there are so many.
        """
        room = self.batch_size(shape)
        each = max(1, min(evaluations, room // max(1, min(pictures, together))))
        # Equal parts, so that no batch is left nearly empty.
        each = math.ceil(evaluations / math.ceil(evaluations / each))
        return max(1, min(pictures, room // each)), each

    def resolve(self, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Weights on the logits (N, K) with each picture's predicted class in place of rows of zeros."""
        open_rows = ~targets.any(axis=1)
        if not open_rows.any():
            return targets
        filled = targets.copy()
        predicted = self.logits(images[open_rows]).argmax(axis=1)
        filled[open_rows] = np.eye(targets.shape[1], dtype=np.float32)[predicted]
        return filled

    def logits(self, images: np.ndarray, *, on_step: OnStep = silent) -> np.ndarray:
        """Logits (N, K) of pictures (N, H, W, C).

        Raises:
            ModelError: when an answer is not a number; it names the layer.
        """
        function = self.compiled("logits", lambda graph: graph.run, [IMAGES])
        found = self.map(function, images, on_step=on_step)
        finite = np.isfinite(found).all(axis=1)
        if not finite.all():
            raise blame(self.graph.steps, images[~finite][:1])
        return found

    def probabilities(self, images: np.ndarray, *, on_step: OnStep = silent) -> np.ndarray:
        """The network's probabilities (N, K): of one class of K, or of each label where labels are independent."""
        return self.graph.reading.probabilities(self.logits(images, on_step=on_step)).numpy()

    def seconds_per_image(self, images: np.ndarray) -> float:
        """How long a forward pass takes on this machine right now, in seconds for each of these pictures together.

        Args:
            images: (N, H, W, C), in the scale that the model takes; few, since they are evaluated three times.
        """
        self.logits(images)  # compiles
        return min(self._seconds(images) for _ in range(2)) / len(images)

    def _seconds(self, images: np.ndarray) -> float:
        begun = time.perf_counter()
        self.logits(images)
        return time.perf_counter() - begun

    def map_layer(self, layer: str | None) -> str:
        """The layer whose maps are used: the one that is named, or the last that every path passes.

        Raises:
            LayerError: when it does not exist or gives no maps (H, W above 1) and no grid of tokens.
        """
        if layer is None:
            return self.graph.default_layer
        step = self.graph.step(layer)
        if not self.graph.gives_maps(layer):
            fitting = [step.path for step in self.graph.steps if self.graph.gives_maps(step.path)]
            raise LayerError(
                f"This method needs a layer that gives maps, such as {', '.join(fitting[-3:]) or '(it has none)'}",
                f"{layer}, whose output has the shape {step.shape}",
            )
        return layer


_evaluators: weakref.WeakKeyDictionary[keras.Model, ModelEvaluator] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


@dataclass
class PassCount:
    """Forward passes of one network.

    Args:
        evaluator: the network's.
        passes: pictures that `ModelEvaluator.map` ran through it.
    """

    evaluator: ModelEvaluator
    passes: int = 0


_counts: ContextVar[tuple[PassCount, ...]] = ContextVar("forward passes", default=())


@contextlib.contextmanager
def count_passes(model: keras.Model) -> Iterator[PassCount]:
    """Count the pictures that this thread runs through a network by `ModelEvaluator.map`, while the block lasts.

    It sees what asks for answers or activations. Engines of attribution that call compiled functions themselves are
    not seen; what they take is declared by each method's cost.

    Args:
        model: whose passes are counted; those of other networks are not.
    """
    count = PassCount(ModelEvaluator.of(model))
    token = _counts.set((*_counts.get(), count))
    try:
        yield count
    finally:
        _counts.reset(token)


def _count(evaluator: ModelEvaluator, pictures: int) -> None:
    for count in _counts.get():
        if count.evaluator is evaluator:
            count.passes += pictures


def scores(logits: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    """The explained score of each picture, (N,): logits weighted by `targets` (N, K).

    A row of zeros stands for the predicted class, so that no separate forward pass is needed to find it.
    """
    predicted = tf.one_hot(tf.argmax(logits, axis=-1), tf.shape(logits)[-1], dtype=logits.dtype)
    chosen = tf.where(tf.reduce_any(targets != 0, axis=-1, keepdims=True), targets, predicted)
    return tf.reduce_sum(logits * tf.stop_gradient(chosen), axis=-1)


def checked_images(graph: Graph, images: Any) -> np.ndarray:
    """Pictures as an array (N, H, W, C) that fits the network; one picture (H, W, C) becomes a batch of one.

    Raises:
        DataError: when the shape does not fit, there is no picture, or a value is not finite.
    """
    array = np.asarray(images)
    if array.ndim == 3:
        array = array[None]
    wanted = graph.input_shape
    fits = array.ndim == 4 and all(w in (None, size) for w, size in zip(wanted[1:], array.shape[1:], strict=True))
    if not fits:
        raise DataError(
            f"Pictures should have the shape (N, {', '.join(map(str, wanted[1:]))}), as the network takes them",
            f"{array.shape}",
            "Resize or crop them to that size; colour pictures have 3 channels, grey ones 1."
            if array.ndim == 4
            else "",
        )
    if len(array) == 0:
        raise DataError("At least one picture is needed", "none")
    if not np.issubdtype(array.dtype, np.number) or not np.isfinite(array).all():
        raise DataError("Pictures should be finite numbers", f"{array.dtype} with values that are not finite")
    return array
