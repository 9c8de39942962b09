"""Does something decide that no other detector has a name for?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.exchange import NOBODY, found
from core.diagnosis.subject import Subject

WHAT = {
    "light": "Exchanging light and colour of the whole picture",
    "shading": "Exchanging the slow changes of light over the picture",
    "detail": "Exchanging fine detail off the object",
    "window": "Exchanging one place, object or not",
}


def measure(subject: Subject) -> Finding | str:
    """The largest pull of what is left: overall light and colour, shading, fine detail off the object."""
    pulls = subject.pulls
    if not pulls.possible:
        return NOBODY
    kinds = {"light": pulls.light, "shading": pulls.shading, "detail": pulls.detail}
    kind = max(kinds, key=lambda name: float(kinds[name].sure.max()))
    mask = np.mean(~pulls.material.objects, axis=0) >= 0.5 if kind == "detail" else np.ones(pulls.shape, bool)
    return found(subject, kinds[kind], kinds[kind].sure, WHAT[kind], mask)


DETECTOR = DetectorInfo(
    name="shortcut",
    title="Another shortcut",
    plain="Overall light and colour, shading, and fine detail off the object are exchanged between classes.",
    looked="Light, shading and fine detail were exchanged between classes: the answers stayed.",
    fixes=("colour_jitter", "region_removed", "more_pictures"),
    measure=measure,
)
