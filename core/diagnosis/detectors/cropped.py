"""Are test pictures cropped more closely?"""

from __future__ import annotations

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.serving_checks import NO_TEST, Service


def measure(context: DiagnosisContext) -> Finding | str:
    """What accuracy gains when test pictures are made smaller, where they have lost detail by being enlarged."""
    service = context.evidence(Service)
    if not service.possible:
        return NO_TEST
    if service.sharp:
        return service.untouched()
    return service.finding(service.enlarged)


DETECTOR = DetectorInfo(
    name="cropped",
    title="Another crop at serving",
    plain="Test pictures are made smaller, to see whether that makes the answers better.",
    looked="Objects in test pictures are as large as in those that were learned from.",
    fixes=("preprocessing_corrected", "random_shift"),
    measure=measure,
    hunch="scale",
    order=80,
    floor=0.03,
    full=0.4,
    worth=0.03,
    explained={"wrong_scale": 0.9, "channels_swapped": 0.9, "darkened": 0.9, "blurred": 0.9},
    silenced=("wrong_scale",),
)
