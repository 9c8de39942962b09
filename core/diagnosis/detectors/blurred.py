"""Are test pictures blurred?"""

from __future__ import annotations

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.serving_checks import NO_TEST, Service


def measure(context: DiagnosisContext) -> Finding | str:
    """What a blur that leaves validation pictures as little detail costs them, up to what test pictures lack.

    What detail is lost can hardly be restored, so the blur is made rather than undone; sharpening counts if it helps.
    """
    service = context.evidence(Service)
    if not service.possible:
        return NO_TEST
    if service.sharp:
        return service.untouched()
    radius, cost = service.blur
    explained = min(cost, max(0.0, service.shortfall))
    sharper = max(service.sharpened, key=lambda attempt: attempt.gain)
    statistic = max(explained, sharper.sure)
    more = f" Validation pictures blurred by {radius:.1f} pixels look as soft, and lose {cost:.0%} of right answers."
    return service.finding(service.sharpened, statistic, more)


DETECTOR = DetectorInfo(
    name="blurred",
    title="Blurred at serving",
    plain="Validation pictures are blurred until they look as soft as test pictures, and then fare as badly or not.",
    looked="Test pictures are as sharp as those that were learned from, or their blur costs nothing.",
    fixes=("preprocessing_corrected", "more_pictures"),
    measure=measure,
    hunch="sharpening",
    order=90,
    floor=0.03,
    full=0.4,
    worth=0.03,
    explained={"wrong_scale": 0.9, "channels_swapped": 0.9, "darkened": 0.9, "cropped": 0.9},
    silenced=("wrong_scale",),
)
