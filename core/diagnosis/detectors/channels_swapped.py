"""Do red and blue change places on the way to the network?"""

from __future__ import annotations

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.serving_checks import NO_TEST


def measure(context: DiagnosisContext) -> Finding | str:
    """What accuracy gains when red and blue of test pictures change places."""
    service = context.service
    if not service.possible:
        return NO_TEST
    if service.pictures.shape[-1] != 3:
        return "Grey pictures have no red and blue."
    return service.finding([service.attempt("with red and blue exchanged", service.pictures[..., ::-1])])


DETECTOR = DetectorInfo(
    name="channels_swapped",
    title="Red and blue swapped",
    plain="Red and blue of test pictures are exchanged, to see whether that makes the answers better.",
    looked="Exchanging red and blue in test pictures makes nothing better.",
    fixes=("preprocessing_corrected", "colour_jitter"),
    measure=measure,
    hunch="channels_swapped",
    order=60,
)
