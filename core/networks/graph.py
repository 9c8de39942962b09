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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import tensorflow as tf
from keras import tree

from core.errors import LayerError, ModelError

Hook = Callable[[tf.Tensor], tf.Tensor]
Call = Callable[..., Any]
PROBABILITY_HEADS = ("softmax", "sigmoid")
CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose")
POOLINGS = ("MaxPooling2D", "AveragePooling2D")


@dataclass(frozen=True, eq=False)
class Step:
    """One operation of the model.

    Args:
        path: the layer's path, such as "backbone/conv5". The linear part of a layer with a fused activation has the
            path "conv5:linear"; its activation has the layer's own path, since it gives the layer's output.
        kind: the layer's class, such as "Conv2D"; "Activation" for every activation function.
        function: the activation's name, such as "relu"; "" for other kinds.
        layer: the Keras layer or operation that it belongs to. Read only.
        call: what computes it.
        inputs: slots of the values that it reads.
        output: slot of the value that it makes.
        shape: the value's shape with None for the batch.
    """

    path: str
    kind: str
    function: str
    layer: Any
    call: Call
    inputs: tuple[int, ...]
    output: int
    shape: tuple[int | None, ...]

    @property
    def spatial(self) -> bool:
        """Whether the value is a stack of maps with more than one place."""
        return len(self.shape) == 4 and self.shape[1] != 1 and self.shape[2] != 1


@dataclass(frozen=True, eq=False)
class Graph:
    """All steps of a model, in the order in which they run.

    Args:
        steps: the operations. Slot 0 holds the pictures.
        input_shape: (None, H, W, C), with None for sides that are free.
        output: the slot of the logits, or of the scores where no logits can be had.
        head: what the model makes of them: "softmax", "sigmoid", "logits", or "probabilities" that cannot be undone.
    """

    steps: tuple[Step, ...]
    input_shape: tuple[int | None, ...]
    output: int
    head: str

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
        first, values = self._begin(images, start)
        for step in self.steps[first:]:
            if any(slot not in values for slot in step.inputs):
                if start is None or step.output == self.output or step.path == until:
                    raise LayerError(f"The network should go on from {start} alone", "a branch that passes it by")
                continue
            call = (calls or {}).get(step.path, step.call)
            value = call(*(values[slot] for slot in step.inputs))
            if hooks and step.path in hooks:
                value = hooks[step.path](value)
            values[step.output] = value
            if step.path == until:
                return value
            if until is None and step.output == self.output:
                break
        return as_logits(values[self.output], self.head)

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
    def classes(self) -> int:
        """How many classes the network tells apart."""
        size = self._output_shape[-1]
        return 2 if self.head == "sigmoid" and size == 1 else int(size or 0)

    @property
    def _output_shape(self) -> tuple[int | None, ...]:
        return next(step.shape for step in reversed(self.steps) if step.output == self.output)

    @cached_property
    def last_convolution(self) -> str:
        """The path of the last map that convolutions made, after its norm and activation and before any pooling.

        Raises:
            LayerError: when the network has no convolution.
        """
        places = [place for place, step in enumerate(self.steps) if _convolves(step)]
        if not places:
            raise LayerError(
                "This method needs a network with a convolution",
                "one without any",
                "Choose a gradient or perturbation method.",
            )
        chosen = self.steps[places[-1]]
        for step in self.steps[places[-1] + 1 :]:
            if step.kind in POOLINGS or step.shape[:3] != chosen.shape[:3] or len(step.shape) != 4:
                break
            chosen = step
        return chosen.path


def _convolves(step: Step) -> bool:
    return step.kind in CONVOLUTIONS and len(step.shape) == 4


def as_logits(value: tf.Tensor, head: str) -> tf.Tensor:
    """The network's last recoverable value as float32 logits (N, K).

    A single sigmoid unit z becomes the two logits (-z/2, z/2), whose softmax is (1 - p, p). A head that gives
    probabilities which cannot be undone gives their logarithm, which is a logit up to a constant per picture.
    """
    value = keras.ops.cast(value, "float32")
    if head == "sigmoid" and value.shape[-1] == 1:
        return keras.ops.concatenate([-value / 2, value / 2], axis=-1)
    if head == "probabilities":
        return keras.ops.log(keras.ops.clip(value, 1e-12, 1.0))
    return value


_graphs: weakref.WeakKeyDictionary[keras.Model, Graph] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def graph_of(model: keras.Model) -> Graph:
    """The flat view of a model, made once for each model.

    Raises:
        ModelError: when the model is not built, has several inputs or outputs, or does not map pictures to classes.
    """
    with _lock:
        known = _graphs.get(model)
        if known is None:
            known = _graphs[model] = _flatten(model)
        return known


def _flatten(model: keras.Model) -> Graph:
    inner = _functional(model)
    if inner is None:
        return _opaque(model)
    _check(inner)
    writer = _Writer()
    output = writer.write(inner, (0,), "")[0]
    steps = list(writer.steps)
    head = _head(steps, output)
    if head in PROBABILITY_HEADS:
        output = steps[-1].inputs[0]
    # A model built late by one picture remembers a batch of one; it takes any.
    return Graph(tuple(steps), (None, *inner.inputs[0].shape[1:]), output, head)


def _functional(model: keras.Model) -> Any | None:
    """The Functional model inside, or None for a subclassed one."""
    if isinstance(model, keras.Sequential):
        inner = model._functional
        if inner is None:
            raise ModelError(
                "A Sequential model should be built before it is explained",
                "one that was never called",
                "Call it once on a picture.",
            )
        return inner
    return model if hasattr(model, "_nodes_by_depth") else None


def _check(model: Any) -> None:
    inputs, outputs = model.inputs, model.outputs
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelError(
            "The network should have one input and one output", f"{len(inputs)} inputs and {len(outputs)} outputs"
        )
    if len(inputs[0].shape) != 4 or len(outputs[0].shape) != 2:
        raise ModelError(
            "The network should map pictures (N, H, W, C) to scores (N, K)",
            f"{tuple(inputs[0].shape)} to {tuple(outputs[0].shape)}",
        )


class _Writer:
    """Writes the steps of nested Functional graphs one after another."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.slots = 1

    def write(self, model: Any, given: tuple[int, ...], prefix: str) -> list[int]:
        slots = {id(tensor): slot for tensor, slot in zip(model.inputs, given, strict=True)}
        for depth in sorted(model._nodes_by_depth, reverse=True):
            for node in model._nodes_by_depth[depth]:
                if node.operation is not None and not node.is_input:
                    made = self._node(node, slots, prefix)
                    slots.update({id(tensor): slot for tensor, slot in zip(node.outputs, made, strict=True)})
        return [slots[id(tensor)] for tensor in model.outputs]

    def _node(self, node: Any, slots: dict[int, int], prefix: str) -> list[int]:
        layer = node.operation
        path = prefix + self._name(layer, prefix)
        inner = _functional(layer) if isinstance(layer, keras.Model) else None
        if inner is not None:
            given = tuple(slots[id(tensor)] for tensor in tree.flatten(node.input_tensors))
            return self.write(inner, given, path + "/")
        tensors = list(node.input_tensors)
        reads = tuple(slots[id(tensor)] for tensor in tensors)
        if len(node.outputs) != 1:
            raise ModelError("Each layer should give one value", f"{path} gives {len(node.outputs)}")
        return [self._layer(layer, path, node, tensors, reads)]

    def _name(self, layer: Any, prefix: str) -> str:
        """The layer's name; a second use of a shared layer gets a number."""
        uses = sum(step.layer is layer and step.path.startswith(prefix + layer.name) for step in self.steps)
        return layer.name if uses == 0 else f"{layer.name}#{uses + 1}"

    def _layer(self, layer: Any, path: str, node: Any, tensors: list[Any], reads: tuple[int, ...]) -> int:
        shape = (None, *node.outputs[0].shape[1:])
        activation = getattr(layer, "activation", None)
        kind = type(layer).__name__
        name = _function(layer)
        if name:
            return self._add(path, "Activation", name, layer, _caller(layer, node, tensors), reads, shape)
        if not callable(activation) or activation is keras.activations.linear:
            return self._add(path, kind, "", layer, _caller(layer, node, tensors), reads, shape)
        bare = _without_activation(layer)
        middle = self._add(f"{path}:linear", kind, "", layer, _caller(bare, node, tensors), reads, shape)
        return self._add(path, "Activation", _function_name(activation), layer, activation, (middle,), shape)

    def _add(
        self,
        path: str,
        kind: str,
        function: str,
        layer: Any,
        call: Call,
        reads: tuple[int, ...],
        shape: tuple[int | None, ...],
    ) -> int:
        slot, self.slots = self.slots, self.slots + 1
        self.steps.append(Step(path, kind, function, layer, call, reads, slot, shape))
        return slot


def _caller(layer: Any, node: Any, tensors: list[Any]) -> Call:
    """Calls the layer as the model does, with its constant arguments, in inference mode."""
    extra = {"training": False} if getattr(layer, "_call_has_training_arg", False) else {}

    def call(*values: tf.Tensor) -> Any:
        filled = {id(tensor): value for tensor, value in zip(tensors, values, strict=True)}
        args, kwargs = node.arguments.fill_in(filled)
        return layer(*args, **{**kwargs, **extra})

    return call


def _without_activation(layer: Any) -> Any:
    """A twin that shares the layer's variables and leaves its activation out."""
    twin = object.__new__(type(layer))
    twin.__dict__.update(layer.__dict__)
    twin.__dict__["activation"] = keras.activations.linear
    return twin


def _function(layer: Any) -> str:
    """The activation's name where the whole layer is an activation; "" otherwise."""
    kind = type(layer).__name__
    if kind == "Activation":
        return _function_name(layer.activation)
    plain = isinstance(layer, keras.layers.ReLU) and not layer.negative_slope and not layer.threshold
    if plain:
        return "relu" if layer.max_value is None else "relu6" if layer.max_value == 6 else "clipped_relu"
    named = {
        "ReLU": "other_relu",
        "Relu": "relu",
        "LeakyReLU": "leaky_relu",
        "ELU": "elu",
        "PReLU": "prelu",
        "Softmax": "softmax",
        "Sigmoid": "sigmoid",
        "Tanh": "tanh",
    }
    return named.get(kind, "")


def _function_name(activation: Any) -> str:
    if isinstance(activation, keras.layers.Layer):
        return _function(activation) or type(activation).__name__
    return str(getattr(activation, "__name__", type(activation).__name__))


def _head(steps: list[Step], output: int) -> str:
    """How the last step turns logits into probabilities: "softmax", "sigmoid" or "logits"."""
    last = steps[-1]
    if last.output == output and last.kind == "Activation" and last.function in PROBABILITY_HEADS:
        return last.function
    return "logits"


def _opaque(model: keras.Model) -> Graph:
    """A subclassed model as one step: pictures in, scores out, and no layers to look at."""
    shape = getattr(model, "input_shape", None) or (None, None, None, None)
    reference = weakref.ref(model)

    def call(images: tf.Tensor) -> tf.Tensor:
        held = reference()
        if held is None:
            raise ModelError("The model should still exist when it is explained")
        return held(images, training=False)

    probe = [1, *(side or 32 for side in shape[1:3]), shape[3] or 3]
    rows = tf.convert_to_tensor(call(tf.random.stateless_uniform(probe, seed=(0, 0), maxval=255.0)))
    if rows.shape.rank != 2:
        raise ModelError("The network should map pictures (N, H, W, C) to scores (N, K)", f"scores {rows.shape}")
    total = float(tf.reduce_sum(rows))
    head = "probabilities" if abs(total - 1) < 1e-3 and float(tf.reduce_min(rows)) >= 0 else "logits"
    step = Step(model.name, type(model).__name__, "", None, call, (0,), 1, (None, int(rows.shape[1])))
    return Graph((step,), (None, *shape[1:]), 1, head)
