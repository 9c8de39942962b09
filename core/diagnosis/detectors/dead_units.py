"""Have units fallen silent?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, Harm, bars
from core.diagnosis.baseline_models import TOO_DEAR, Reference
from core.diagnosis.context import DiagnosisContext, chosen

PICTURES, FIRST = 200, 32  # by which units are judged; those of a large network by few first
LEARNED = "It has learned its pictures all the same, so they cost nothing."
ASKED = 0.1  # share of dead units from which on it is measured what they cost
RECTIFIERS = ("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid")


def measure(context: DiagnosisContext) -> Finding | str:
    """The share of units that answer the same at every place of every picture, in all layers together.

    Many healthy networks have some, dense layers above all. So they are raised only where the network has not learned
    its pictures, and a new one does better.
    """
    steps = context.network.graph.steps
    layers = [step.path for step in steps if step.kind == "Activation" and step.function in RECTIFIERS]
    images = _first(context) if context.sparing else context.part("train").images[:PICTURES]
    if not layers or len(images) < 2:
        return "There is no layer with an activation function to look at."
    silent = _silent(context, images, layers)
    if context.sparing and sum(each.sum() for each in silent) >= ASKED * sum(map(len, silent)):
        # Units that answer the same to few pictures may answer others; those that do not are not dead.
        silent = _silent(context, context.part("train").images[:PICTURES], layers)
    shares = [float(each.mean()) for each in silent]
    dead, units = int(sum(each.sum() for each in silent)), sum(map(len, silent))
    worst, reference = int(np.argmax(shares)), context.evidence(Reference)
    return Finding(
        statistic=dead / max(1, units),
        evidence=(
            f"{dead} of {units} units answer the same to every picture; "
            f"{layers[worst]} has the largest share of such ({shares[worst]:.0%})."
        ),
        data=bars(layers, shares),
        axis="Share of units that are dead",
        part="train",
        doubt=_doubt(reference),
        harm=_harm(reference) if reference.trained and dead >= ASKED * units else None,
    )


def _first(context: DiagnosisContext) -> np.ndarray:
    train = context.part("train")
    return train.images[chosen(train.labels, FIRST, context.rng("dead units"))]


def _silent(context: DiagnosisContext, images: np.ndarray, layers: list[str]) -> list[np.ndarray]:
    """Of each layer, which units answer the same at every place of these pictures, bool (K,)."""
    from core.features.responses import layer_ranges

    return [low == high for low, high in layer_ranges(context.model, images, layers).values()]


def _doubt(reference: Reference) -> str:
    if not reference.wanted:
        return LEARNED
    return "" if reference.affordable else TOO_DEAR


def _harm(reference: Reference) -> Harm:
    """What a new network, taught shortly, gets right of new pictures and this one does not."""
    gain, count = reference.larger.gain, max(1, len(reference.splits.validation))
    half = 1.96 * float(np.sqrt(max(0.5 * (1 - reference.larger.validation), 0.01) / count))
    return Harm(gain, gain - half, gain + half, "of new pictures, which a new network gets right")


DETECTOR = DetectorInfo(
    name="dead_units",
    title="Dead units",
    plain="Units are counted that answer the same at every place of every picture.",
    looked="Hardly any unit is silent.",
    fixes=("lower_rate", "longer_training"),
    measure=measure,
    order=30,
    floor=0.1,
    worth=0.05,
    reference=True,
    full=0.28,
)
