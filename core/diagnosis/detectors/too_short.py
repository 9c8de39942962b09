"""Would it have learned more, had it been taught longer?"""

from __future__ import annotations

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.baseline_models import TOO_DEAR, Reference
from core.diagnosis.context import DiagnosisContext

LEARNED = "It answers its own training pictures so well that further training has nothing to add."


def measure(context: DiagnosisContext) -> Finding | str:
    """The accuracy on validation pictures that a copy of it gains when it is taught on for a while."""
    train, held = context.accuracy("train"), context.accuracy("validation")
    reference = context.evidence(Reference)
    if not reference.wanted:
        return Finding(0.0, LEARNED, bars(["training", "validation"], [train, held]), "Accuracy")
    if not reference.affordable:
        return TOO_DEAR
    on = reference.taken_on
    return Finding(
        statistic=on.gain,
        evidence=(
            f"Taught on for {on.steps} steps, a copy of it went from {on.before:.0%} to {on.validation:.0%} on "
            "validation pictures."
        ),
        data=bars(["as it is", f"after {on.steps} more steps"], [on.before, on.validation]),
        axis="Accuracy on validation pictures",
    )


DETECTOR = DetectorInfo(
    name="too_short",
    title="Trained too short",
    plain="A copy of the network is taught on for a short while, where it does not answer its training pictures well.",
    looked="Teaching it longer would gain little.",
    fixes=("longer_training", "lower_rate"),
    measure=measure,
    reference=True,
    order=190,
    floor=0.3,
    full=0.55,
    silenced=("too_few", "dead_units", "too_small", "label_noise", "label_confusion"),
)
