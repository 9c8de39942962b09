"""Modified backward passes through ReLU, as used by guided backprop and DeconvNet."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from core.attribution.engines.gradients import with_custom_gradient
from core.errors import LayerError
from core.networks.graph import Call, Graph, Step

RELUS = ("relu", "relu6", "clipped_relu")
Rule = Callable[[Step], Call]
"""A step -> a call with the same value and another gradient."""

CAVEAT = (
    "Fails the randomisation check: its map hardly changes when the network's weights are randomised, so it "
    "shows the picture's edges more than the network's reasons (Adebayo et al. 2018, arXiv 1810.03292)."
)


def guided_relu(step: Step) -> Call:
    """Passes only what is positive above and whose unit was active."""

    def call(value: tf.Tensor) -> tf.Tensor:
        made = step.call(value)
        # The step's own way back follows: it drops what goes to units that were not active.
        return with_custom_gradient(made, made, tf.nn.relu)

    return call


def deconvnet_relu(step: Step) -> Call:
    """Passes what is positive above, whether or not the unit was active."""
    return lambda value: with_custom_gradient(value, step.call(value), tf.nn.relu)


def with_modified_relus(graph: Graph, rule: Rule) -> dict[str, Call]:
    """Path -> a call with the same value as the step's own and another gradient, for every ReLU of the network.

    Raises:
        LayerError: when the network has no ReLU to modify.
    """
    found = [step for step in graph.steps if step.kind == "Activation" and step.function in RELUS]
    if not found:
        others = sorted({step.function for step in graph.steps if step.function})
        raise LayerError(
            "This method needs a network with ReLU activations",
            f"one with {', '.join(others) or 'none that can be seen'}",
            "Choose another gradient method.",
        )
    return {step.path: rule(step) for step in found}
