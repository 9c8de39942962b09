"""Writing a Keras model down as a flat list of steps.

Functional and Sequential models are read from their graphs, nested ones are opened. A subclassed model is traced
symbolically where its layers allow it, without building or changing it; where they do not, it is one step.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf
from keras import tree

from core.errors import ModelError
from core.networks.steps import Call, Step

FUSED = ("Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv2DTranspose", "DepthwiseConv2D", "SeparableConv2D")
"""Keras' own layers whose activation is the last thing that they do."""
HOW_TO_TRANSPOSE = (
    'Build the same network with data_format="channels_last" and set_weights() the old weights: kernels have the same '
    "shape in both. Rows of a Dense layer after a Flatten have to be reordered."
)


@dataclass(frozen=True, eq=False)
class Flat:
    """A model as steps.

    Args:
        steps: in the order in which they run. Slot 0 holds the pictures.
        input_shape: (None, H, W, C), with None for sides that are free.
        final: the slot of the model's own output.
        shape: that output's shape, (None, K) or (None,).
        seen: whether the steps are the model's layers; False for a model whose inside cannot be seen.
    """

    steps: tuple[Step, ...]
    input_shape: tuple[int | None, ...]
    final: int
    shape: tuple[int | None, ...]
    seen: bool = True


def flatten(model: keras.Model) -> Flat:
    """The steps of a model.

    Raises:
        ModelError: when the model is not built, has several inputs or outputs, takes channels first, or does not map
            pictures to scores.
    """
    inner = functional_of(model)
    if inner is not None:
        return _written(inner)
    traced = _traced(model)
    return opaque(model) if traced is None else traced


def functional_of(model: Any) -> Any | None:
    """The graph of a Functional or Sequential model; None for a subclassed one, whose own `call` decides."""
    if isinstance(model, keras.Sequential):
        if type(model).call is not keras.Sequential.call:
            return None
        inner = model._functional
        if inner is None:
            raise ModelError(
                "A Sequential model should be built before it is explained",
                "one that was never called",
                "Call it once on a picture.",
            )
        return inner
    own = type(model).call
    return model if hasattr(model, "_nodes_by_depth") and own.__module__.startswith("keras.") else None


def _written(inner: Any) -> Flat:
    _check(inner)
    writer = _Writer()
    final = writer.write(inner, (0,), "")[0]
    # A model built late by one picture remembers a batch of one; it takes any.
    shapes = [(None, *tensor.shape[1:]) for tensor in (inner.inputs[0], inner.outputs[0])]
    return Flat(tuple(writer.steps), shapes[0], final, shapes[1])


def _check(model: Any) -> None:
    inputs, outputs = model.inputs, model.outputs
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelError(
            "The network should have one input and one output", f"{len(inputs)} inputs and {len(outputs)} outputs"
        )
    check_shapes(tuple(inputs[0].shape), tuple(outputs[0].shape))
    for layer in _layers(model):
        if getattr(layer, "data_format", None) == "channels_first":
            raise ModelError(
                "The network should take pictures with channels last, (N, H, W, C)",
                f"{layer.name}, which takes channels first",
                HOW_TO_TRANSPOSE,
            )


def check_shapes(pictures: tuple[int | None, ...], scores: tuple[int | None, ...]) -> None:
    """ModelError unless pictures are (N, H, W, C) and scores (N, K) or (N,)."""
    if len(pictures) != 4 or len(scores) not in (1, 2):
        hint = "Put a Flatten layer at its end." if len(scores) == 4 and scores[1:3] == (1, 1) else ""
        raise ModelError(
            "The network should map pictures (N, H, W, C) to scores (N, K)", f"{pictures} to {scores}", hint
        )
    height, _, channels = pictures[1:]
    if channels is not None and height in (1, 3, 4) and channels > 4:
        raise ModelError(
            "The network should take pictures with channels last, (N, H, W, C)",
            f"an input of {pictures}, which looks like channels first",
            HOW_TO_TRANSPOSE,
        )


def _layers(model: Any) -> list[Any]:
    flat = getattr(model, "_flatten_layers", None)
    return list(flat(include_self=False)) if flat else list(model._operations)


class _Writer:
    """Writes the steps of nested graphs one after another."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.slots = 1
        self._uses: dict[tuple[str, int], int] = {}

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
        inner = functional_of(layer) if isinstance(layer, keras.Model) else None
        if inner is not None:
            given = tuple(slots[id(tensor)] for tensor in tree.flatten(node.input_tensors))
            return self.write(inner, given, path + "/")
        tensors = list(node.input_tensors)
        reads = tuple(slots[id(tensor)] for tensor in tensors)
        if len(node.outputs) != 1:
            return self._several(layer, path, node, tensors, reads)
        return [self._layer(layer, path, node, tensors, reads)]

    def _name(self, layer: Any, prefix: str) -> str:
        """The layer's name; a second use of a shared layer, or of another of the same name, gets a number."""
        uses = self._uses[prefix + layer.name] = self._uses.get(prefix + layer.name, 0) + 1
        return layer.name if uses == 1 else f"{layer.name}#{uses}"

    def _several(self, layer: Any, path: str, node: Any, tensors: list[Any], reads: tuple[int, ...]) -> list[int]:
        """A layer that gives several values: a step for all of them together, and one for each."""
        together = self._add(path, type(layer).__name__, "", layer, _caller(layer, node, tensors), reads, (None,))
        return [
            self._add(
                f"{path}:{place}",
                "Part",
                "",
                layer,
                lambda values, place=place: tree.flatten(values)[place],
                (together,),
                (None, *tensor.shape[1:]),
            )
            for place, tensor in enumerate(node.outputs)
        ]

    def _layer(self, layer: Any, path: str, node: Any, tensors: list[Any], reads: tuple[int, ...]) -> int:
        shape = (None, *node.outputs[0].shape[1:])
        activation = getattr(layer, "activation", None)
        kind = type(layer).__name__
        name = _function(layer)
        if name:
            return self._add(path, "Activation", name, layer, _caller(layer, node, tensors), reads, shape)
        fused = kind in FUSED and type(layer).call.__module__.startswith("keras.") and callable(activation)
        if not fused or activation is keras.activations.linear:
            return self._add(path, kind, "", layer, _caller(layer, node, tensors), reads, shape)
        bare = _without_activation(layer)
        middle = self._add(f"{path}:linear", kind, "", layer, _caller(bare, node, tensors), reads, shape)
        curve: Call = layer.activation
        return self._add(path, "Activation", _function_name(curve), layer, curve, (middle,), shape)

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
        "LogSoftmax": "log_softmax",
        "Sigmoid": "sigmoid",
        "Tanh": "tanh",
    }
    return named.get(kind, "")


def _function_name(activation: Any) -> str:
    if isinstance(activation, keras.layers.Layer):
        return _function(activation) or type(activation).__name__
    return str(getattr(activation, "__name__", type(activation).__name__))


def _traced(model: Any) -> Flat | None:
    """A subclassed model traced on a symbolic picture; None where it has no graph that Keras can follow.

    Nothing is built, and the marks that tracing leaves on its layers are taken off again.
    """
    shape = input_shape_of(model)
    layers = list(model._flatten_layers())
    if not all(layer.built for layer in layers):
        # Some part was never called: to trace it would be to build it.
        return None
    training = {"training": False} if getattr(model, "_call_has_training_arg", False) else {}
    pictures = keras.Input(shape[1:], dtype="float32")
    with unmarked(layers), contextlib.suppress(Exception):
        scores = model.call(pictures, **training)
        graph = keras.Function([pictures], [scores])
        return _written(graph)
    return None


@contextlib.contextmanager
def unmarked(layers: list[Any]) -> Iterator[None]:
    """Take off the nodes that calls in this context add to layers."""
    before = [(layer, list(layer._inbound_nodes), list(layer._outbound_nodes)) for layer in layers]
    try:
        yield
    finally:
        for layer, inbound, outbound in before:
            layer._inbound_nodes[:] = inbound
            layer._outbound_nodes[:] = outbound


def _called_with(model: Any) -> tuple[int | None, ...]:
    """The shape of the pictures that a subclassed model was called with, (None, H, W, C).

    Raises:
        ModelError: when it was never called, or not with pictures.
    """
    shapes = getattr(model, "_build_shapes_dict", None) or {}
    known = [tuple(shape) for shape in shapes.values() if isinstance(shape, tuple | list)]
    if not model.built or len(known) != 1:
        raise ModelError(
            "A subclassed model should have been called on a picture before it is read",
            "one that was never called",
            "Call it once on a picture, model(picture[None]); Hunch does not build other people's models.",
        )
    check_shapes(known[0], (None, None))
    return (None, *known[0][1:])


def input_shape_of(model: keras.Model) -> tuple[int | None, ...]:
    """The shape of a model's pictures, (None, H, W, C)."""
    inner = functional_of(model)
    known = inner.inputs if inner is not None else getattr(model, "inputs", None)
    return (None, *known[0].shape[1:]) if known else _called_with(model)


def opaque(model: keras.Model) -> Flat:
    """A model as one step: pictures in, scores out, and no layers to look at."""
    shape = input_shape_of(model)
    scores = _spec(model, shape)
    check_shapes(shape, scores)
    step = Step(model.name, type(model).__name__, "", None, own_answers(model), (0,), 1, scores)
    return Flat((step,), shape, 1, scores, seen=False)


def _spec(model: keras.Model, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """The shape of the model's output, traced without computing anything."""
    call = own_answers(model)
    made = tf.function(call, autograph=False).get_concrete_function(tf.TensorSpec(shape, tf.float32))
    if len(made.outputs) != 1:
        raise ModelError("The network should have one input and one output", f"{len(made.outputs)} outputs")
    scores = made.outputs[0].shape
    return (None, *scores[1:]) if scores.rank else ()


def own_answers(model: keras.Model) -> Call:
    """The model's own call in inference mode. It does not keep the model alive: ModelError once it is gone."""
    reference = weakref.ref(model)
    training = {"training": False} if getattr(model, "_call_has_training_arg", True) else {}

    def call(images: tf.Tensor) -> tf.Tensor:
        held = reference()
        if held is None:
            raise ModelError("The model should still exist when it is explained", "one that is gone", "Keep it.")
        return held(images, **training)

    return call
