"""Does something decide that no other detector has a name for?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.patch_effects import PatchEffects
from core.diagnosis.shortcut_evidence import NOBODY, WITHIN, found, shown, tied_points
from core.diagnosis.watermarks import Mark

WHAT = {
    "light": "Exchanging light and colour of the whole picture",
    "shading": "Exchanging the slow changes of light over the picture",
    "detail": "Exchanging fine detail off the object",
    "lattice": "Adding the blocks that JPEG leaves",
    "strip": "Exchanging one strip across the picture, object and all,",
}


def measure(context: DiagnosisContext) -> Finding | str:
    """The largest pull of what is left: light, shading, detail off the object, traces of JPEG, one strip; or marks."""
    patch_effects = context.patch_effects
    if not patch_effects.possible:
        return NOBODY
    strip = patch_effects.strip
    whole = np.ones(patch_effects.shape, bool)
    off = np.mean(~patch_effects.batch.objects, axis=0) >= 0.5
    kinds = {
        "light": (patch_effects.light, patch_effects.light.sure, whole),
        "shading": (patch_effects.shading, patch_effects.shading.sure, whole),
        "detail": (patch_effects.detail, patch_effects.detail.sure, off),
        "lattice": (patch_effects.lattice, patch_effects.lattice.sure, whole),
        "strip": (strip.pull, strip.sure, strip.mask),
    }
    kind = max(kinds, key=lambda name: float(kinds[name][1].max()))
    pull, sure, mask = kinds[kind]
    for name, mark in _marks(patch_effects):
        if mark.sure.max() > sure.max():
            return _marked(context, name, mark)
    beyond = "noise of the same size" if kind == "lattice" else WITHIN
    return found(context, pull, sure, WHAT[kind], mask, beyond=beyond)


def _marks(patch_effects: PatchEffects) -> list[tuple[str, Mark]]:
    """The marks that there are, the one that counts most first."""
    found = [
        (name, mark)
        for name, mark in (("bright", patch_effects.bright), ("dark", patch_effects.dark))
        if mark is not None
    ]
    return sorted(found, key=lambda each: -float(each[1].sure.max()))


def _marked(context: DiagnosisContext, name: str, mark: Mark) -> Finding:
    """A finding about details that lie anywhere."""
    tied, kept = tied_points(mark.kept, mark.sure)
    drawn = 100 * float(mark.drawn.mean[mark.sure.argmax()])
    whose = "the right class" if tied is None else context.names[tied]
    evidence = (
        f"Narrow {name} details, taken off and laid over again at another place, keep up the probability of {whose} by "
        f"{kept:+.0f} points; laid over pictures of other classes, they move it by {drawn:+.0f}."
    )
    whole = np.ones(context.patch_effects.shape, bool)
    return shown(context, mark.kept, mark.sure, evidence, "What details keep up wherever they lie", whole)


DETECTOR = DetectorInfo(
    name="shortcut",
    title="Another shortcut",
    plain="Overall light and colour, shading, fine detail, traces of JPEG, marks and strips are exchanged or moved.",
    looked="Light, shading, fine detail, traces of JPEG, marks and strips were exchanged: the answers stayed.",
    fixes=("colour_jitter", "region_removed", "more_pictures"),
    measure=measure,
    order=170,
)
