"""Are test pictures too dark?"""

from __future__ import annotations

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.serving_checks import NO_TEST, Service

DARKER = 0.9  # of the usual light, above which pictures are not called dark


def measure(context: DiagnosisContext) -> Finding | str:
    """What accuracy gains when test pictures get more light, where they have less than validation pictures."""
    service = context.evidence(Service)
    if not service.possible:
        return NO_TEST
    light = float(service.pictures.mean() / max(service.models.mean(), 1e-9))
    attempts = service.brightened if light < DARKER else []
    if not attempts:
        attempts = [service.attempt("as they are", lambda pictures: pictures)]
    scale = service.white == 255.0 and service.pictures.max() <= 1  # another suspect's case
    more = f" They have {light:.0%} of the light of validation pictures."
    return service.finding(attempts, 0.0 if scale or light >= DARKER else None, more)


DETECTOR = DetectorInfo(
    name="darkened",
    title="Dark at serving",
    plain="Test pictures are made brighter, to see whether that makes the answers better.",
    looked="Test pictures have as much light as those that were learned from.",
    fixes=("preprocessing_corrected", "colour_jitter"),
    measure=measure,
    hunch="brightness",
    order=70,
    floor=0.03,
    full=0.4,
    worth=0.03,
    explained={"wrong_scale": 0.9, "channels_swapped": 0.9, "cropped": 0.9, "blurred": 0.9},
    silenced=("wrong_scale",),
)
