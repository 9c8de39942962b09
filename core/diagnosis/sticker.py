"""Does a small thing beside the object decide?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.exchange import AXIS, NOBODY, found
from core.diagnosis.pulls import Pull, window_mask
from core.diagnosis.subject import Subject


def measure(subject: Subject) -> Finding | str:
    """The pull of the best window of all places, or of each picture's own most telling window, whichever is larger."""
    pulls = subject.pulls
    if not pulls.possible:
        return NOBODY
    fixed = np.where(np.arange(subject.classes) == pulls.best_window[1], pulls.window_within.sure, 0)
    fixed = fixed - max(0.0, pulls.elsewhere)
    roaming = pulls.anywhere[0]
    if roaming.sure.max() > fixed.max():
        return _roaming(subject, roaming)
    mask = window_mask(pulls.shape, pulls.best_window[0])
    at_place = found(subject, pulls.window_within, fixed, "Exchanging one small place off the object", mask)
    return at_place


def _roaming(subject: Subject, pull: Pull) -> Finding:
    """A finding whose place differs from picture to picture: the boxes of those that pull most."""
    finding = found(subject, pull, pull.sure, "Exchanging each picture's most telling small place off the object")
    label = pull.best
    _, rows, boxes = subject.pulls.anywhere
    mine = boxes[subject.pulls.labels[rows] == label]
    mask = np.zeros(subject.pulls.shape, bool)
    for box in mine:
        mask |= window_mask(subject.pulls.shape, box)
    data = bars(subject.names, pull.mean, np.where(np.isfinite(pull.error), pull.error, np.nan))
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
)
