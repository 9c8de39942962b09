"""Modified ways back through ReLU, which guided backprop and DeconvNet consist of."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from core.attribution.gradients import slope, with_backward
from core.errors import LayerError
from core.networks.graph import Call, Graph, Step

RELUS = ("relu", "relu6", "clipped_relu")
Rule = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""(gradient from above, gradient as it should be below) -> gradient that goes on."""

CAVEAT = (
    "Fails the randomisation check: its map hardly changes when the network's weights are made random, so it shows the "
    "picture's edges more than the network's reasons (Adebayo et al. 2018, arXiv 1810.03292)."
)


def guided(above: tf.Tensor, below: tf.Tensor) -> tf.Tensor:
    """Passes only what is positive above and whose unit was active."""
    return tf.where(above > 0, below, tf.zeros_like(below))


def deconvolved(above: tf.Tensor, below: tf.Tensor) -> tf.Tensor:  # noqa: ARG001 - a Rule
    """Passes what is positive above, whether or not the unit was active."""
    return tf.nn.relu(above)


def modified_relus(graph: Graph, rule: Rule) -> dict[str, Call]:
    """Path -> a call with the same value as the step's own and another gradient, for every ReLU of the network.

    Raises:
        LayerError: when the network has no ReLU to modify.
    """
    found = [step for step in graph.steps if step.kind == "Activation" and step.function in RELUS]
    if not found:
        others = sorted({step.function for step in graph.steps if step.function})
        raise LayerError(
            "This method needs a network with ReLU activations",
            f"one with {', '.join(others) or 'no activations'}",
            "Choose another gradient method.",
        )
    return {step.path: _modified(step, rule) for step in found}


def _modified(step: Step, rule: Rule) -> Call:
    def call(value: tf.Tensor) -> tf.Tensor:
        made, derivative = slope(step.call, value)
        return with_backward(value, made, lambda above: rule(above, above * derivative))

    return call
