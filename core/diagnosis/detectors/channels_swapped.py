"""Do red and blue change places on the way to the network?"""

from __future__ import annotations

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.serving_checks import NO_TEST, Service


def measure(context: DiagnosisContext) -> Finding | str:
    """What accuracy gains when red and blue of test pictures change places."""
    service = context.evidence(Service)
    if not service.possible:
        return NO_TEST
    if service.pictures.shape[-1] != 3:
        return "Grey pictures have no red and blue."
    return service.finding([service.attempt("with red and blue exchanged", lambda pictures: pictures[..., ::-1])])


DETECTOR = DetectorInfo(
    name="channels_swapped",
    title="Red and blue swapped",
    plain="Red and blue of test pictures are exchanged, to see whether that makes the answers better.",
    looked="Exchanging red and blue in test pictures makes nothing better.",
    fixes=("preprocessing_corrected", "colour_jitter"),
    measure=measure,
    hunch="channels_swapped",
    order=60,
    floor=0.03,
    full=0.4,
    worth=0.03,
    explained={"wrong_scale": 0.9, "darkened": 0.9, "cropped": 0.9, "blurred": 0.9},
    silenced=("wrong_scale",),
)
