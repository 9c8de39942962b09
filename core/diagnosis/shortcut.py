"""Does something decide that no other detector has a name for?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.exchange import NOBODY, WITHIN, found, shown, tied_points
from core.diagnosis.marks import Mark
from core.diagnosis.pulls import Pulls
from core.diagnosis.subject import Subject

WHAT = {
    "light": "Exchanging light and colour of the whole picture",
    "shading": "Exchanging the slow changes of light over the picture",
    "detail": "Exchanging fine detail off the object",
    "lattice": "Adding the blocks that JPEG leaves",
    "strip": "Exchanging one strip across the picture, object and all,",
}


def measure(subject: Subject) -> Finding | str:
    """The largest pull of what is left: light, shading, detail off the object, traces of JPEG, one strip; or marks."""
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
    for name, mark in _marks(pulls):
        if mark.sure.max() > sure.max():
            return _marked(subject, name, mark)
    beyond = "noise of the same size" if kind == "lattice" else WITHIN
    return found(subject, pull, sure, WHAT[kind], mask, beyond=beyond)


def _marks(pulls: Pulls) -> list[tuple[str, Mark]]:
    """The marks that there are, the one that counts most first."""
    found = [(name, mark) for name, mark in (("bright", pulls.bright), ("dark", pulls.dark)) if mark is not None]
    return sorted(found, key=lambda each: -float(each[1].sure.max()))


def _marked(subject: Subject, name: str, mark: Mark) -> Finding:
    """A finding about details that lie anywhere."""
    tied, kept = tied_points(mark.kept, mark.sure)
    drawn = 100 * float(mark.drawn.mean[mark.sure.argmax()])
    whose = "the right class" if tied is None else subject.names[tied]
    evidence = (
        f"Narrow {name} details, taken off and laid over again at another place, keep up the probability of {whose} by "
        f"{kept:+.0f} points; laid over pictures of other classes, they move it by {drawn:+.0f}."
    )
    whole = np.ones(subject.pulls.shape, bool)
    return shown(subject, mark.kept, mark.sure, evidence, "What details keep up wherever they lie", whole)


DETECTOR = DetectorInfo(
    name="shortcut",
    title="Another shortcut",
    plain="Overall light and colour, shading, fine detail, traces of JPEG, marks and strips are exchanged or moved.",
    looked="Light, shading, fine detail, traces of JPEG, marks and strips were exchanged: the answers stayed.",
    fixes=("colour_jitter", "region_removed", "more_pictures"),
    measure=measure,
)
