"""Have units fallen silent?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.context import DiagnosisContext

PICTURES = 200
RECTIFIERS = ("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid")


def measure(context: DiagnosisContext) -> Finding | str:
    """The share of units that answer the same at every place of every picture, in the layer that has most of them."""
    from core.features.responses import layer_responses

    steps = context.network.graph.steps
    layers = [step.path for step in steps if step.kind == "Activation" and step.function in RECTIFIERS]
    images = context.part("train").images[:PICTURES]
    if not layers or len(images) < 2:
        return "There is no layer with an activation function to look at."
    shares, dead, units = [], 0, 0
    for layer in layers:
        found = layer_responses(context.model, images, layer)
        shares.append(float(found.dead.mean()))
        dead, units = dead + int(found.dead.sum()), units + found.units
    worst = int(np.argmax(shares))
    return Finding(
        statistic=dead / max(1, units),
        evidence=(
            f"{dead} of {units} units answer the same to every picture; "
            f"{layers[worst]} has the largest share of such ({shares[worst]:.0%})."
        ),
        data=bars(layers, shares),
        axis="Share of units that are dead",
        part="train",
    )


DETECTOR = DetectorInfo(
    name="dead_units",
    title="Dead units",
    plain="Units are counted that answer the same at every place of every picture.",
    looked="Hardly any unit is silent.",
    fixes=("lower_rate", "longer_training"),
    measure=measure,
    order=30,
)
