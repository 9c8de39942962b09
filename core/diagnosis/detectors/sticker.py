"""Does a small thing beside the object decide?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.patch_effects import PatchEffect, window_mask
from core.diagnosis.shortcut_evidence import AXIS, NOBODY, found


def measure(context: DiagnosisContext) -> Finding | str:
    """The pull of the best window of all places, or of each picture's own most telling window, whichever is larger."""
    patch_effects = context.patch_effects
    if not patch_effects.possible:
        return NOBODY
    fixed = np.where(np.arange(context.classes) == patch_effects.best_window[1], patch_effects.window_within.sure, 0)
    fixed = fixed - max(0.0, patch_effects.elsewhere)
    roaming = patch_effects.anywhere[0]
    if roaming.sure.max() > fixed.max():
        return _roaming(context, roaming)
    mask = window_mask(patch_effects.shape, patch_effects.best_window[0])
    at_place = found(context, patch_effects.window_within, fixed, "Exchanging one small place off the object", mask)
    return at_place


def _roaming(context: DiagnosisContext, pull: PatchEffect) -> Finding:
    """A finding whose place differs from picture to picture: the boxes of those that pull most."""
    finding = found(context, pull, pull.sure, "Exchanging each picture's most telling small place off the object")
    label = pull.best
    _, rows, boxes = context.patch_effects.anywhere
    mine = boxes[context.patch_effects.labels[rows] == label]
    mask = np.zeros(context.patch_effects.shape, bool)
    for box in mine:
        mask |= window_mask(context.patch_effects.shape, box)
    data = bars(context.names, pull.mean, np.where(np.isfinite(pull.error), pull.error, np.nan))
    return Finding(
        finding.statistic, finding.evidence, data, AXIS, label, None, mask, finding.part, finding.indices, {}
    )


DETECTOR = DetectorInfo(
    name="sticker",
    title="Label tied to a class",
    plain="Small places off the object are exchanged between classes: the same in all pictures, and each one's own.",
    looked="Small places beside the objects were exchanged between classes, all over the picture: the answers stayed.",
    fixes=("region_removed", "random_erasing", "more_pictures"),
    measure=measure,
    hunch="labels_removed",
    order=160,
)
