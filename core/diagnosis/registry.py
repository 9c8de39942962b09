"""All detectors. To add one, write its file and add it to `_MODULES`; what it needs of others is in `explaining.py`."""

from __future__ import annotations

from core.diagnosis import (
    background,
    blurred,
    border,
    channels_swapped,
    cropped,
    darkened,
    dead_units,
    duplicates,
    imbalance,
    label_confusion,
    label_noise,
    over_trained,
    place,
    shortcut,
    sticker,
    tint,
    too_few,
    too_short,
    too_small,
    wrong_scale,
)
from core.diagnosis.base import DetectorInfo

_MODULES = (
    duplicates,
    imbalance,
    dead_units,
    over_trained,
    wrong_scale,
    channels_swapped,
    darkened,
    cropped,
    blurred,
    label_noise,
    label_confusion,
    background,
    tint,
    place,
    border,
    sticker,
    shortcut,
    too_few,
    too_short,
    too_small,
)
_BY_NAME: dict[str, DetectorInfo] = {module.DETECTOR.name: module.DETECTOR for module in _MODULES}


def detectors() -> dict[str, DetectorInfo]:
    """Name -> detector, in the order in which they look: quick ones first, those that train something last."""
    return dict(_BY_NAME)
