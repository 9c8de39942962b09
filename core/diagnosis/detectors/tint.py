"""Does the object's colour decide?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.shortcut_evidence import NOBODY, found


def measure(context: DiagnosisContext) -> Finding | str:
    """The pull of the object's colour."""
    patch_effects = context.patch_effects
    if patch_effects.batch.colourless:
        return "Grey pictures have no colours to exchange."
    if not patch_effects.possible:
        return NOBODY
    mask = np.mean(patch_effects.batch.objects, axis=0) >= 0.5
    return found(context, patch_effects.tint, patch_effects.tint.sure, "Exchanging the object's colour", mask)


DETECTOR = DetectorInfo(
    name="tint",
    title="Colour tied to the class",
    plain="Objects get the colour of an object of another class, beside the colour of another of their own class.",
    looked="Objects were given the colours of other classes: the answers stayed.",
    fixes=("colour_jitter", "more_pictures"),
    measure=measure,
    hunch="object_recoloured",
    order=130,
)
