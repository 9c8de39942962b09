"""The part of a network that was trained elsewhere: from `keras.applications` by name, or from a file."""

from __future__ import annotations

import difflib
import hashlib
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import keras

from core.errors import InputError, LayerError, ModelError, Unavailable
from core.networks.dominators import dominators
from core.networks.flatten import functional_of
from core.networks.graph import graph_of
from core.networks.load import check_maps, load_layers, load_weights
from core.networks.pixel_range import rescales_bytes
from core.networks.prepared import prepare
from core.networks.preprocessing import NONE, Preprocessing, preprocessing_of, preprocessings
from core.networks.steps import Step
from core.networks.training.new_weights import draw_new_weights
from core.networks.training.specs import APPLICATIONS, BACKBONE, IMAGENET, NEW_WEIGHTS, WHOLE, NetworkSpec

COLOUR = 3
RATES = ("rate", "drop_path_rate")
"""Where layers that drop values at random keep how many."""


@dataclass(frozen=True, eq=False)
class Backbone:
    """Layers that were trained elsewhere, and what is done to pictures before they see them.

    Args:
        layers: prepared pictures (N, H, W, C) to maps (N, h, w, K), tokens (N, T, K) or values (N, K). What is frozen
            in it draws nothing at random and keeps its statistics while the rest is trained.
        preprocessing: what its weights were trained with.
    """

    layers: keras.Model
    preprocessing: Preprocessing

    def prepare(self, images: keras.KerasTensor) -> keras.KerasTensor:
        """Pictures of 0 to 255 as the layers take them; grey ones get three equal channels where they take colour."""
        channels = self.layers.inputs[0].shape[-1]
        if images.shape[-1] != channels:
            images = keras.layers.Concatenate(name="grey_to_colour")([images] * channels)
        return prepare(images, self.preprocessing)


def load_backbone(spec: NetworkSpec, input_shape: tuple[int, ...]) -> Backbone:
    """The backbone that a specification names, for pictures of this shape.

    Args:
        spec: one whose `backbone` is not empty.
        input_shape: (H, W, C) of the pictures, C 1 or 3.

    Raises:
        InputError: for a backbone, a layer or a preprocessing that does not exist, or a preprocessing that is not told.
        ModelError: for a file that cannot be opened, or layers that do not suit the pictures.
        Unavailable: for weights that would have to be downloaded and cannot be.
    """
    named = spec.backbone in APPLICATIONS
    whole = _application(spec, input_shape) if named else load_layers(_existing(spec.backbone))
    layers = _resized(_cut(whole, spec.backbone_layer), input_shape)
    new = named and spec.backbone_weights == NEW_WEIGHTS
    _freeze(layers, WHOLE if new else spec.backbone_trained_from, statistics=not new)
    if new:
        draw_new_weights(layers, spec.seed)
    return Backbone(layers, _preprocessing(spec, layers))


def files_of(spec: NetworkSpec) -> list[str]:
    """A hash of each file that a specification names, for the keys of runs; empty where it names none.

    Raises:
        ModelError: when a file does not exist.
    """
    if not spec.backbone:
        return []
    named = spec.backbone in APPLICATIONS
    given = [] if named else [spec.backbone]
    given += [spec.backbone_weights] if named and spec.backbone_weights not in (IMAGENET, NEW_WEIGHTS) else []
    return [_digest(path, path.stat().st_mtime_ns, path.stat().st_size) for path in map(_existing, given)]


@lru_cache(maxsize=64)
def _digest(path: Path, changed: int, size: int) -> str:  # noqa: ARG001
    return hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()


def _existing(name: str) -> Path:
    path = Path(name).expanduser()
    if not path.is_file():
        raise ModelError(
            "A backbone should be the name of a network of keras.applications, or an existing file, and so its weights",
            f"{name[:80]!r}, which is neither",
            f"Names are {', '.join(APPLICATIONS[:3])} and so on; files end in .keras or .h5.",
        )
    return path


def _application(spec: NetworkSpec, input_shape: tuple[int, ...]) -> keras.Model:
    shape = (*input_shape[:2], COLOUR)
    if spec.backbone_weights == IMAGENET:
        return _downloaded(spec.backbone, shape)
    path = None if spec.backbone_weights == NEW_WEIGHTS else _existing(spec.backbone_weights)
    model = _untrained(spec.backbone, shape)
    if path is None:
        return model
    try:
        return load_weights(model, path)
    except ModelError as error:
        # A file of all of the network's weights has those of its classifier too.
        whole = _untrained(spec.backbone, (None, None, COLOUR), include_top=True)
        try:
            return load_weights(whole, path)
        except ModelError:
            raise error from None


def _untrained(name: str, shape: tuple[int | None, ...], *, include_top: bool = False) -> keras.Model:
    sides: dict[str, Any] = {} if include_top else {"input_shape": shape}
    try:
        return getattr(keras.applications, name)(include_top=include_top, weights=None, **sides)
    except ValueError as error:
        raise _unsuitable(name, shape, error) from error


def _downloaded(name: str, shape: tuple[int, ...]) -> keras.Model:
    try:
        return getattr(keras.applications, name)(include_top=False, weights=IMAGENET, input_shape=shape)
    except ValueError as error:
        raise _unsuitable(name, shape, error) from error
    # Keras raises a bare Exception where a download fails.
    except Exception as error:
        raise Unavailable(
            f"The ImageNet weights of {name} should be on this machine or within reach. Received: "
            f"{' '.join(str(error).split())[:200]}. Set the backbone's weights to a file that has them, or to none for "
            "new weights, or give the whole network as a .keras file."
        ) from error


def _unsuitable(name: str, shape: tuple[int | None, ...], error: Exception) -> ModelError:
    return ModelError(
        f"The backbone {name} should suit pictures of the shape {shape}",
        " ".join(str(error).split())[:300],
        "Use larger pictures, or pictures of the size that it was made for.",
    )


def _cut(model: keras.Model, layer: str) -> keras.Model:
    """The model up to a layer: a named one, or the last maps before the layer that makes its classes."""
    inner = functional_of(model)
    if inner is None or len(inner.inputs) != 1 or len(inner.outputs) != 1:
        raise ModelError(
            "A backbone should be a Functional or Sequential model with one input and one output",
            f"{type(model).__name__}",
            "Rebuild it with Keras' functional interface and save it again.",
        )
    steps, tensors = _steps(inner)
    if layer:
        step = next((step for step in steps if step.path == layer), None)
        if step is None:
            raise _no_such_layer(layer, [step.path for step in steps])
    else:
        step = _last_maps(dominators(steps, _slot(tensors, inner.outputs[0])))
    return keras.Model(inner.inputs[0], tensors[step.output])


def _no_such_layer(given: str, known: list[str]) -> LayerError:
    near = difflib.get_close_matches(given, known, n=3) + known[-6:]
    return LayerError("The backbone should have this layer", given, f"It has {', '.join(dict.fromkeys(near))}.")


def _steps(inner: Any) -> tuple[list[Step], dict[int, Any]]:
    """The outermost layers as steps, and the tensor of each slot. A model within is one step."""
    tensors: dict[int, Any] = {0: inner.inputs[0]}
    slots, steps = {id(inner.inputs[0]): 0}, []
    for depth in sorted(inner._nodes_by_depth, reverse=True):
        for node in inner._nodes_by_depth[depth]:
            if node.operation is None or node.is_input:
                continue
            reads, layer = tuple(slots[id(tensor)] for tensor in node.input_tensors), node.operation
            for tensor in node.outputs:
                slot = slots[id(tensor)] = len(slots)
                tensors[slot] = tensor
                shape = (None, *tensor.shape[1:])
                steps.append(Step(layer.name, type(layer).__name__, "", layer, layer, reads, slot, shape))
    return steps, tensors


def _slot(tensors: dict[int, Any], wanted: Any) -> int:
    return next(slot for slot, tensor in tensors.items() if tensor is wanted)


def _last_maps(chain: list[Step]) -> Step:
    """The step of a chain from pictures to answers that a new head reads."""
    if not chain:
        raise ModelError("A backbone should have layers", "none")
    end = chain[-1]
    if len(end.shape) > 2:
        return end
    learned = [place for place, step in enumerate(chain) if getattr(step.layer, "weights", ())]
    before = [step for step in chain[: learned[-1] if learned else 0] if not _draws(step.layer)]
    fitting = [step for step in before if len(step.shape) > 2] or before
    if not fitting:
        raise ModelError(
            "A backbone should have layers before the one that makes its classes",
            f"only {end.path}",
            "Name the layer whose values the head takes.",
        )
    return fitting[-1]


def _resized(model: keras.Model, input_shape: tuple[int, ...]) -> keras.Model:
    """A copy for pictures of this size, with the same weights."""
    channels = int(model.inputs[0].shape[-1] or input_shape[-1])
    if channels != input_shape[-1] and input_shape[-1] != 1:
        raise ModelError(
            f"The backbone should take pictures of {input_shape[-1]} channels", f"one for {channels}",
            "Use grey pictures, or another backbone.",
        )  # fmt: skip
    pictures = keras.Input((*input_shape[:2], channels), name="prepared_pictures")
    try:
        copy = keras.models.clone_model(model, input_tensors=pictures)
        copy.set_weights(model.get_weights())
    except ValueError as error:
        raise _unsuitable("network", tuple(input_shape), error) from error
    made = keras.Model(copy.inputs[0], copy.outputs[0], name=BACKBONE)
    if any(side == 0 for side in made.outputs[0].shape[1:]):
        raise _unsuitable("network", tuple(input_shape), ValueError(f"maps of {made.outputs[0].shape[1:]}"))
    return made


def _freeze(model: keras.Model, trained_from: str, *, statistics: bool) -> None:
    """Freeze all layers before one of them; from there on, BatchNorm keeps its statistics where they are to stay."""
    model.trainable = True
    everything = list(model._flatten_layers(include_self=False, recursive=True))
    start = 0 if trained_from == WHOLE else len(everything)
    if trained_from not in ("", WHOLE):
        names = [layer.name for layer in everything]
        if trained_from not in names:
            raise _no_such_layer(trained_from, [WHOLE, *names])
        start = names.index(trained_from)
    for place, layer in enumerate(everything):
        if isinstance(layer, keras.Model):
            continue
        if place < start:
            layer.trainable = False
            _still(layer)
        elif statistics and isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False


def _still(layer: Any) -> None:
    """Let a frozen layer drop nothing at random."""
    for name in RATES:
        if _draws(layer) and hasattr(layer, name):
            setattr(layer, name, 0.0)


def _draws(layer: Any) -> bool:
    return getattr(layer, "seed_generator", None) is not None


def _preprocessing(spec: NetworkSpec, layers: keras.Model) -> Preprocessing:
    channels = layers.inputs[0].shape[-1]
    if spec.backbone_preprocessing is not None:
        return preprocessing_of(spec.backbone_preprocessing, channels)
    if spec.backbone in APPLICATIONS:
        module = sys.modules[getattr(keras.applications, spec.backbone).__module__]
        return preprocessing_of(module.preprocess_input, channels)
    value = layers.outputs[0]
    pooled = keras.ops.mean(value, axis=tuple(range(1, len(value.shape) - 1))) if len(value.shape) > 2 else value
    graph = graph_of(keras.Model(layers.inputs[0], pooled))
    check_maps(graph)
    if rescales_bytes(graph):
        return preprocessings()[NONE]
    raise InputError(
        "It should be known how pictures are prepared for a backbone from a file",
        "a network that does not rescale them itself",
        f"Set the backbone's preprocessing to one of {', '.join(preprocessings())}: the one that its weights were "
        "trained with.",
    )
