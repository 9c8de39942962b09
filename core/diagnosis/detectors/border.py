"""Does the edge of the picture decide?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.shortcut_evidence import NOBODY, found


def measure(context: DiagnosisContext) -> Finding | str:
    """The pull of the outermost ring, beyond that of the ring just inside of it, which shows as much background."""
    patch_effects = context.patch_effects
    if not patch_effects.possible:
        return NOBODY
    beyond = patch_effects.border.sure - np.maximum(patch_effects.inside_border.sure, 0)
    return found(context, patch_effects.border, beyond, "Exchanging the edge of the picture", patch_effects.frame)


DETECTOR = DetectorInfo(
    name="border",
    title="Frame tied to a class",
    plain="The picture's outermost ring is exchanged between classes, beside rings of its class and a ring inside.",
    looked="The edges of pictures were exchanged between classes: the answers stayed.",
    fixes=("border_cropped", "region_removed", "more_pictures"),
    measure=measure,
    hunch="border_covered",
    order=150,
)
