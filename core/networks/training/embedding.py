"""What is frozen of a network, apart from what is trained: pictures pass it once rather than in every epoch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from core.networks.dominators import dominators
from core.networks.evaluator import IMAGES, ModelEvaluator
from core.networks.flatten import functional_of
from core.networks.graph import Graph, graph_of
from core.networks.steps import Step
from core.networks.training.specs import TrainingSpec
from core.progress import OnStep, silent

MOST_BYTES = 2**29
"""Memory that the embeddings of one training may take."""
KERAS = "keras."
AUGMENTATIONS = (
    *("flip", "flip_vertical", "shift", "rotate", "zoom", "brightness", "contrast", "hue", "saturation", "erase"),
)
RATES = ("rate", "drop_path_rate", "stddev")


@dataclass(frozen=True, eq=False)
class Split:
    """A network as a frozen part and a trained one, which share its layers: training one trains the other.

    Args:
        model: the whole network.
        path: the layer whose values go from the frozen part to the trained one.
        tail: the trained part, from those values to the network's answers.
    """

    model: keras.Model
    path: str
    tail: keras.Model

    def embed(self, images: np.ndarray, *, on_step: OnStep = silent) -> np.ndarray:
        """The values of the frozen part, float32 (N, ...).

        Args:
            images: (N, H, W, C), as the network takes them.
            on_step: called after each batch.
        """
        if not len(images):
            return np.zeros((0, *self.tail.inputs[0].shape[1:]), np.float32)
        network = ModelEvaluator.of(self.model)

        def make(graph: Graph) -> Any:
            return lambda pictures: graph.run(pictures, until=self.path)

        function = network.compiled(("embedding", self.path), make, [IMAGES])
        return np.asarray(network.map(function, images, on_step=on_step, note="pictures embedded"), np.float32)


def split_frozen(model: keras.Model, spec: TrainingSpec, pictures: int) -> Split | None:
    """The frozen and the trained part of a network; None where it has to be trained as a whole.

    That is where nothing with weights is frozen, where pictures are changed at random in every epoch, where something
    before the trained layers draws at random or gathers statistics, and where embeddings would take too much memory.

    Args:
        model: any classifier; it is not changed.
        spec: how it is to be trained.
        pictures: how many there are to embed.
    """
    if any(getattr(spec, name) for name in AUGMENTATIONS) or functional_of(model) is None:
        return None
    step = _frontier(graph_of(model))
    if step is None or 4 * pictures * math.prod(side or MOST_BYTES for side in step.shape[1:]) > MOST_BYTES:
        return None
    return Split(model, step.path, _tail(model, step.path.split("/")))


def _frontier(graph: Graph) -> Step | None:
    """The last step that everything passes and before which nothing is trained; None where that is no gain."""
    steps, frozen = graph.steps, {0}
    for step in steps:
        if frozen.issuperset(step.inputs) and _inert(step.layer):
            frozen.add(step.output)
    chain = [step for step in dominators(steps, graph.flat.final) if step.output in frozen and _named(step, steps)]
    if not chain or chain[-1].output == graph.flat.final:
        return None
    before = steps[: graph.index(chain[-1].path) + 1]
    return chain[-1] if any(getattr(step.layer, "weights", ()) for step in before) else None


def _inert(layer: Any) -> bool:
    """Whether a layer answers in training as it does afterwards: Keras' own, frozen, without anything random."""
    if not type(layer).__module__.startswith(KERAS):
        return False
    parts: Sequence[Any] = layer._flatten_layers() if isinstance(layer, keras.layers.Layer) else ()
    return not any(_changes(part) for part in parts)


def _changes(layer: Any) -> bool:
    """Whether training changes a layer, or a layer draws at random in training."""
    keeps = isinstance(layer, keras.layers.BatchNormalization) and not layer.trainable
    if layer.trainable_variables or (layer._non_trainable_variables and not keeps):
        return not isinstance(layer, keras.layers.Normalization)
    if all(getattr(layer, name, None) is None for name in ("seed_generator", "generator")):
        return False
    rates = [getattr(layer, name) for name in RATES if hasattr(layer, name)]
    return not rates or any(rates)


def _named(step: Step, steps: Sequence[Step]) -> bool:
    """Whether the step's value is that of one layer of the model, which has a single use."""
    shared = [other for other in steps if other.layer is step.layer and ":" not in other.path]
    return len(shared) == 1 and not {":", "#"} & set(step.path)


def _tail(model: Any, path: list[str]) -> keras.Model:
    """The model from a layer's value on, with the same layers."""
    inner: Any = functional_of(model)
    made = next(node.outputs[0] for node in _nodes(inner) if node.operation.name == path[0])
    if len(path) == 1:
        return keras.Model(made, inner.outputs[0])
    nested = next(node.operation for node in _nodes(inner) if node.operation.name == path[0])
    rest = _tail(nested, path[1:])
    if made is inner.outputs[0]:
        return rest
    values = keras.Input(rest.inputs[0].shape[1:])
    return keras.Model(values, keras.Model(made, inner.outputs[0])(rest(values)))


def _nodes(inner: Any) -> list[Any]:
    nodes = [node for depth in inner._nodes_by_depth.values() for node in depth]
    return [node for node in nodes if node.operation is not None and not node.is_input]
