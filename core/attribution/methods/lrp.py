"""Layer-wise relevance propagation: the score passed back from layer to layer, each time to what produced it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import tensorflow as tf

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines import lrp_rules as rules
from core.attribution.engines.lrp_rules import RecordedStep
from core.attribution.engines.step_roles import POSITIVE, Role, never_negative, roles
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator, scores
from core.networks.graph import Graph, Step
from core.progress import OnStep, silent
from core.settings import Settings, setting


class LrpSettings(Settings):
    """Settings of layer-wise relevance propagation."""

    convolutions: Literal["zplus", "epsilon"] = setting(
        "zplus",
        ("How convolutions pass relevance on: only along what raised the unit (zplus), or along all of it (epsilon)."),
    )
    dense: Literal["epsilon", "zplus"] = setting("epsilon", "How dense layers pass relevance on.")
    epsilon: float = setting(
        0.01,
        (
            "Stabiliser that keeps small sums from blowing up, as a fraction of a layer's typical value. Larger is "
            "smoother and loses more."
        ),
        low=0.0,
        high=1.0,
        step=0.001,
        log=True,
    )
    pixels: Literal["rule", "flat"] = setting(
        "rule",
        "How the first layer passes relevance to pixels: by its own rule, or evenly over its window (flat).",
        common=False,
    )
    biases: bool = setting(
        True, "Biases take their share under the epsilon rule. If off, it goes to the inputs.", common=False
    )


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: LrpSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    """Relevance of each pixel, summed over channels, (N, H, W); signed.

    Raises:
        LayerError: for a network with a layer that no rule covers; it names the layer.
    """
    roles(network.graph, METHOD.title)

    def make(graph: Graph) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
        return lambda pictures, weights: tf.reduce_sum(_Propagation(graph, settings).run(pictures, weights), axis=-1)

    function = network.compiled(("lrp", settings.key), make, [IMAGES, TARGETS])
    return network.map(function, images, targets, on_step=on_step)


class _Propagation:
    """One way forward through a graph that remembers every step, and the way back."""

    def __init__(self, graph: Graph, settings: LrpSettings):
        self.graph = graph
        self.settings = settings
        self.roles: dict[str, Role] = roles(graph, METHOD.title)
        self.steps = [step for step in graph.steps if step.path in self.roles]
        self.positive = never_negative(graph)
        self.from_pixels = _from_pixels(self.steps, self.roles)
        self.alone = _readers_alone(self.steps)
        self.shapes = {0: graph.input_shape} | {step.output: step.shape for step in self.steps}

    def run(self, images: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """Relevance of every input value, (N, H, W, C)."""
        seen: dict[str, RecordedStep] = {}
        self.graph.run(images, calls={step.path: rules.record_step(step, seen) for step in self.steps})
        waiting = {self.graph.output: self._first(seen[self.steps[-1].path].output, targets)}
        for step in reversed(self.steps):
            if step.output not in waiting:
                continue
            parts = self._back(step, seen, waiting.pop(step.output))
            for slot, part in zip(step.inputs, parts, strict=True):
                waiting[slot] = waiting[slot] + part if slot in waiting else part
        return waiting[0]

    def _first(self, value: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """The score as relevance of the last value."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(value)
            score = scores(self.graph.reading.logits(value), targets)
        return value * tape.gradient(score, value)

    def _back(self, step: Step, seen: dict[str, RecordedStep], relevance: tf.Tensor) -> list[tf.Tensor]:
        role, here = self.roles[step.path], seen[step.path]
        if role in ("elementwise", "scale") and self.shapes[step.inputs[0]][1:] == step.shape[1:]:
            return [relevance]
        if role in ("route", "winner"):
            return rules.move_relevance(here, relevance)
        if role in ("convolution", "dense"):
            return self._learned(step, role, here, seen, relevance)
        return rules.share_relevance(here, relevance, self.settings.epsilon)

    def _learned(
        self, step: Step, role: Role, here: RecordedStep, seen: dict[str, RecordedStep], relevance: tf.Tensor
    ) -> list[tf.Tensor]:
        if self.settings.pixels == "flat" and step.path in self.from_pixels:
            return rules.spread_evenly(here, relevance)
        norm, rectified = self._after(step)
        taken_along = seen[norm.path] if norm else None
        rule = self.settings.convolutions if role == "convolution" else self.settings.dense
        if rule == "epsilon":
            return rules.share_relevance(
                here, relevance, self.settings.epsilon, norm=taken_along, biases=self.settings.biases
            )
        below_zero = step.inputs[0] not in self.positive
        return rules.positive_relevance(here, relevance, norm=taken_along, below_zero=below_zero, rectified=rectified)

    def _after(self, step: Step) -> tuple[Step | None, bool]:
        """The batch norm that alone reads the step, and whether all then runs through a ReLU or its like."""
        reader = self.alone.get(step.output)
        norm = reader if reader is not None and _over_channels(reader) else None
        last = self.alone.get(norm.output) if norm else reader
        return norm, last is not None and last.function in POSITIVE


def _from_pixels(steps: list[Step], found: dict[str, Role]) -> set[str]:
    """Paths of learned sums whose inputs no other learned sum has touched."""
    untouched, first = {0}, set()
    for step in steps:
        if not all(slot in untouched for slot in step.inputs):
            continue
        if found[step.path] in ("convolution", "dense"):
            first.add(step.path)
        else:
            untouched.add(step.output)
    return first


def _readers_alone(steps: list[Step]) -> dict[int, Step]:
    """Slot -> the one step that reads it, for slots that are read once."""
    readers: dict[int, list[Step]] = {}
    for step in steps:
        for slot in step.inputs:
            readers.setdefault(slot, []).append(step)
    return {slot: found[0] for slot, found in readers.items() if len(found) == 1}


def _over_channels(step: Step) -> bool:
    return step.kind == "BatchNormalization" and step.layer.axis in (-1, len(step.shape) - 1)


def cost(settings: Settings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """One way forward and back, and once more forward for the sums of the rules."""
    return Cost(forwards=1, gradients=1)


METHOD = MethodInfo(
    name="lrp",
    title="Layer-wise relevance propagation",
    family="decomposition",
    signed=True,
    needs_layer=False,
    Settings=LrpSettings,
    reference="Bach et al. 2015, doi 10.1371/journal.pone.0130140; z⁺: Montavon et al. 2017, arXiv 1512.02479",
    plain=(
        "Splits the score among the last layer's units, then each unit's share among those before it, and so "
        "on down to the pixels. Nothing is added on the way, and little is lost."
    ),
    text=(
        "Start with the score and hand it back. The last layer's units share it out by how much each gave. Then each "
        "hands its share on, layer by layer, down to the pixels. Nothing is added on the way, and little is lost."
    ),
    misleads=(
        "There are many rules for sharing, and they give different maps. Rules that drop what spoke against give "
        "nearly the same map for every class. Ask about two classes and compare."
    ),
    attribute=attribute,
    caveat="With zplus the maps of different classes look much alike, since what speaks against a unit is left out.",
    cost=cost,
    order=220,
)
