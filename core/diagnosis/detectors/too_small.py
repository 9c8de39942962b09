"""Would a larger network have learned more?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.baseline_models import TOO_DEAR, Reference
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.detectors.too_short import LEARNED

if TYPE_CHECKING:
    import keras


def measure(context: DiagnosisContext) -> Finding | str:
    """What a new network of the default size, taught shortly, is better by than this one after it was taught on.

    A network of at least half as many weights is not called too small, whatever else is wrong with it.
    """
    train, held = context.accuracy("train"), context.accuracy("validation")
    reference = context.evidence(Reference)
    if not reference.wanted:
        return Finding(0.0, LEARNED, bars(["training", "validation"], [train, held]), "Accuracy")
    if not reference.affordable:
        return TOO_DEAR
    on, larger = reference.taken_on, reference.larger
    own = max(on.before, on.validation)
    size, usual = _size(context.model), _size(larger.model)
    return Finding(
        statistic=larger.validation - own if size < usual / 2 else 0.0,
        evidence=(
            f"A network of the default size, taught for only {larger.steps} steps, reaches {larger.validation:.0%} on "
            f"validation pictures; this one, with {size:,} weights, {own:.0%} even when it is taught on."
        ),
        data=bars(
            ["as it is", "taught on", "a network of the default size"], [on.before, on.validation, larger.validation]
        ),
        axis="Accuracy on validation pictures",
    )


def _size(model: keras.Model) -> int:
    """All weights, frozen ones too: a pretrained network is large, whatever of it learns."""
    return int(sum(np.prod(weights.shape) for weights in model.weights))


DETECTOR = DetectorInfo(
    name="too_small",
    title="Network too small",
    plain="A network of the default size is taught beside it for a short while, where it has not learned its pictures.",
    looked="A network of the default size does no better.",
    fixes=("larger_network", "longer_training"),
    measure=measure,
    reference=True,
    order=200,
    floor=0.1,
    full=0.35,
    silenced=("too_few", "dead_units", "too_short", "label_noise", "label_confusion"),
)
