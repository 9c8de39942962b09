"""The region of a suspect, as settings of fixes that change a region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from core.diagnosis.base import Suspect

WIDER = 0.02  # how much wider than it was found a border is taken to be
SMALL = 0.5  # share of the picture below which a box is a region rather than everything


def box_settings(suspect: Suspect) -> dict[str, Any]:
    """The suspect's box as `where`, `left`, `top`, `right` and `bottom`; empty if there is none or it covers
    everything.

    Args:
        suspect: an entry of `diagnose`.
    """
    if suspect.box is None or _area(suspect.box) > SMALL:
        return {}
    left, top, right, bottom = (round(float(edge), 3) for edge in suspect.box)
    return {"where": "box", "left": left, "top": top, "right": right, "bottom": bottom}


def border_settings(suspect: Suspect) -> dict[str, Any]:
    """The `width` of the suspect's ring, as a fraction of the shorter side; empty if it is not a ring.

    Args:
        suspect: an entry of `diagnose`.
    """
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


def _area(box: tuple[float, float, float, float]) -> float:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)
