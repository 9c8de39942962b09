"""Does the background decide?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.shortcut_evidence import NOBODY, found


def measure(context: DiagnosisContext) -> Finding | str:
    """The pull of the background, but for the frame and the window that pulls most, which have their own suspects."""
    patch_effects = context.patch_effects
    if not patch_effects.possible:
        return NOBODY
    mask = np.mean(~patch_effects.batch.objects, axis=0) >= 0.5
    return found(context, patch_effects.rest, patch_effects.rest.sure, "Exchanging the background", mask)


DETECTOR = DetectorInfo(
    name="background",
    title="Background tied to the class",
    plain="Objects are cut out and set on backgrounds of another class, beside other backgrounds of their own class.",
    looked="Backgrounds were exchanged between classes: the answers stayed with the objects.",
    fixes=("background_randomised", "right_reasons", "more_pictures"),
    measure=measure,
    hunch="background_swapped",
    order=120,
)
