"""Does it matter where the object stands?"""

from __future__ import annotations

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.patch_effects import PatchEffect
from core.diagnosis.shortcut_evidence import NOBODY, shown, tied_points


def measure(context: DiagnosisContext) -> Finding | str:
    """What a class loses when its objects stand where those of another class do."""
    patch_effects = context.patch_effects
    if not patch_effects.possible:
        return NOBODY
    lost = patch_effects.place
    return shown(context, lost, lost.sure, _evidence(context, lost), "Probability that the class loses")


def _evidence(context: DiagnosisContext, lost: PatchEffect) -> str:
    tied, points = tied_points(lost, lost.sure)
    whose = "their own class" if tied is None else context.names[tied]
    return (
        f"Objects that stand where another class does lose {points:.0f} points of the probability of {whose}, "
        "beyond what moving them within their class does."
    )


DETECTOR = DetectorInfo(
    name="place",
    title="Place tied to the class",
    plain="Objects are moved to where objects of another class stand, beside where others of their own class stand.",
    looked="Objects were moved to where other classes stand: the answers stayed.",
    fixes=("random_shift", "more_pictures"),
    measure=measure,
    hunch="object_moved",
    order=140,
)
