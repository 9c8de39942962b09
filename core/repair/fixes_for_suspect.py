"""From a suspect to the fixes that suit it, with what the diagnosis found as their settings."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.diagnosis.base import Suspect
from core.repair.registry import fixes

FAULTS = {
    "channels_swapped": "red and blue swapped",
    "wrong_scale": "another scale",
    "darkened": "another light",
    "blurred": "blurred",
    "cropped": "cropped",
}
WIDER = 0.02  # how much wider than it was found a border is taken to be
SMALL = 0.5  # share of the picture below which a box is a region rather than everything


def settings_for(suspect: Suspect) -> dict[str, dict[str, Any]]:
    """The suspect's fixes by name, the best suited first, each with what was found: a box, a border, a fault.

    What is left out of the settings is decided by the fix itself.
    """
    return {name: _settings(name, suspect) for name in suspect.fixes if name in fixes()}


def _settings(name: str, suspect: Suspect) -> dict[str, Any]:
    if name == "region_removed":
        return _box(suspect)
    if name == "border_cropped":
        return _border(suspect)
    if name == "right_reasons":
        return _forbidden(suspect)
    if name == "preprocessing_corrected" and suspect.flaw in FAULTS:
        return {"fault": FAULTS[suspect.flaw]}
    return {}


def _box(suspect: Suspect) -> dict[str, Any]:
    if suspect.box is None or _area(suspect) > SMALL:
        return {}
    left, top, right, bottom = (round(float(edge), 3) for edge in suspect.box)
    return {"where": "box", "left": left, "top": top, "right": right, "bottom": bottom}


def _border(suspect: Suspect) -> dict[str, Any]:
    """The width of the ring that was found; nothing where it is no ring."""
    mask = suspect.mask
    if mask is None or not mask.any() or mask.all():
        return {}
    rows, columns = np.flatnonzero(~mask.all(axis=1)), np.flatnonzero(~mask.all(axis=0))
    if not len(rows) or not len(columns):
        return {}
    height, width = mask.shape
    pixels = max(rows[0], height - 1 - rows[-1], columns[0], width - 1 - columns[-1])
    share = pixels / min(height, width)
    return {"width": round(min(0.4, share + WIDER), 3)} if share else {}


def _forbidden(suspect: Suspect) -> dict[str, Any]:
    if suspect.flaw == "border":
        return {"where": "border", **_border(suspect)}
    if suspect.flaw == "sticker" and (box := _box(suspect)):
        return box
    return {}


def _area(suspect: Suspect) -> float:
    assert suspect.box is not None
    left, top, right, bottom = suspect.box
    return (right - left) * (bottom - top)
