"""Does something decide that no other detector has a name for?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.exchange import NOBODY, WITHIN, found
from core.diagnosis.subject import Subject

WHAT = {
    "light": "Exchanging light and colour of the whole picture",
    "shading": "Exchanging the slow changes of light over the picture",
    "detail": "Exchanging fine detail off the object",
    "lattice": "Adding the blocks that JPEG leaves",
    "strip": "Exchanging one strip across the picture, object and all,",
}


def measure(subject: Subject) -> Finding | str:
    """The largest pull of what is left: light and colour, shading, detail off the object, traces of JPEG, one strip."""
    pulls = subject.pulls
    if not pulls.possible:
        return NOBODY
    strip = pulls.strip
    whole = np.ones(pulls.shape, bool)
    off = np.mean(~pulls.material.objects, axis=0) >= 0.5
    kinds = {
        "light": (pulls.light, pulls.light.sure, whole),
        "shading": (pulls.shading, pulls.shading.sure, whole),
        "detail": (pulls.detail, pulls.detail.sure, off),
        "lattice": (pulls.lattice, pulls.lattice.sure, whole),
        "strip": (strip.pull, strip.sure, strip.mask),
    }
    kind = max(kinds, key=lambda name: float(kinds[name][1].max()))
    pull, sure, mask = kinds[kind]
    beyond = "noise of the same size" if kind == "lattice" else WITHIN
    return found(subject, pull, sure, WHAT[kind], mask, beyond=beyond)


DETECTOR = DetectorInfo(
    name="shortcut",
    title="Another shortcut",
    plain="Overall light and colour, shading, fine detail, traces of JPEG and strips are exchanged between classes.",
    looked="Light, shading, fine detail, traces of JPEG and strips were exchanged between classes: answers stayed.",
    fixes=("colour_jitter", "region_removed", "more_pictures"),
    measure=measure,
)
