"""The role of each step of a network, for methods that decompose it step by step."""

from __future__ import annotations

from typing import Literal

from core.errors import LayerError
from core.networks.graph import CONVOLUTIONS, Graph, Step

Role = Literal["elementwise", "scale", "route", "winner", "share", "convolution", "dense"]
"""elementwise: a curve applied to each value. scale: each value times a constant, plus a constant. route: values moved
or copied. winner: the largest of some values. share: fixed sums and means. convolution, dense: learned sums."""

CURVES = (
    frozenset({"relu", "relu6", "clipped_relu", "other_relu", "leaky_relu", "prelu", "elu", "celu", "selu", "gelu"})
    | {"silu", "swish", "mish", "tanh", "hard_tanh", "sigmoid", "hard_sigmoid", "hard_silu", "hard_swish"}
    | {"log_sigmoid", "softplus", "softsign", "squareplus", "exponential", "linear"}
)
POSITIVE = frozenset({"relu", "relu6", "clipped_relu", "sigmoid", "hard_sigmoid", "softplus", "exponential"})
ARITHMETIC = frozenset({"Add", "Subtract", "Multiply", "TrueDivide", "Divide", "Rescaling", "Normalization", "Cast"})
UNCHANGED = frozenset(
    {"Identity", "Dropout", "SpatialDropout2D", "AlphaDropout", "ActivityRegularization", "GaussianNoise"}
    | {"GaussianDropout", "BatchNormalization"}
)
ROUTES = frozenset(
    {"Flatten", "Reshape", "Permute", "ZeroPadding2D", "Cropping2D", "CenterCrop", "Concatenate", "GetItem"}
    | {"Transpose", "Squeeze", "ExpandDims", "ReversedChannels", "Flip"}
)
WINNERS = frozenset({"MaxPooling2D", "GlobalMaxPooling2D"})
SHARES = frozenset({"AveragePooling2D", "GlobalAveragePooling2D", "UpSampling2D", "Resizing", "Mean", "Sum"})
KEEPERS = frozenset(
    {"AveragePooling2D", "GlobalAveragePooling2D", "Mean", "Add", "Average", "Dropout", "SpatialDropout2D", "Identity"}
)
"""Besides routes and winners: what gives nothing below zero where nothing below zero goes in."""
SUMS = frozenset({"Add", "Subtract", "Average"})


def role_of(step: Step) -> Role | None:
    """What the step does; None where it is something else, such as a product of two values or attention."""
    kind, alone = step.kind, len(step.inputs) == 1
    if step.function in CURVES or kind.lower() in CURVES:
        return "elementwise"
    if kind in UNCHANGED or kind.startswith("Random") or (kind in ARITHMETIC and alone):
        return "scale"
    if kind in ROUTES:
        return "route"
    if kind in WINNERS:
        return "winner"
    if kind in SHARES or (kind in SUMS and not alone):
        return "share"
    if kind in CONVOLUTIONS:
        return "convolution"
    return "dense" if kind == "Dense" else None


def roles(graph: Graph, method: str) -> dict[str, Role]:
    """The role of every step on the way to the logits, by path.

    Raises:
        LayerError: when a step has none; it names the layer.
    """
    found: dict[str, Role] = {}
    for step in graph.steps:
        role = role_of(step)
        if role is None:
            raise LayerError(
                (
                    f"{method} should get a network of convolutions, dense layers, batch norm, activations, "
                    "pooling, padding, sums and concatenations"
                ),
                f"{step.path}, which is {step.function or step.kind}",
                "Choose a gradient or perturbation method.",
            )
        found[step.path] = role
        if step.output == graph.output:
            break
    return found


def never_negative(graph: Graph) -> set[int]:
    """Slots whose values cannot lie below zero, whatever the weights."""
    found: set[int] = set()
    for step in graph.steps:
        keeps = role_of(step) in ("route", "winner") or step.kind in KEEPERS
        kept = keeps and all(slot in found for slot in step.inputs)
        if kept or step.function in POSITIVE:
            found.add(step.output)
    return found
