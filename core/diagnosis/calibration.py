"""From what a detector measured to a score, by what it measures on healthy networks.

The table is fitted by `assets/make_diagnosis.py` on networks that were trained on clean data, with decoys, with classes
that are alike, and with flaws of other kinds; see there for how.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parents[2] / "assets" / "diagnosis"


@dataclass(frozen=True)
class Calibration:
    """What one detector measures on healthy networks.

    Args:
        location, scale: of the Gumbel distribution of its statistic there, from the median and the spread.
        threshold: from where on it is raised.
        full: what it measures on a network with the flaw at full strength, as a median.
        healthy: how many healthy networks it was fitted on.
        largest: the largest value among them.
    """

    location: float
    scale: float
    threshold: float
    full: float
    healthy: int
    largest: float

    def p_value(self, statistic: float) -> float:
        r"""Estimated share of healthy networks that would measure as much: $1 - \exp(-\exp(-(s - \mu)/\beta))$."""
        far = (statistic - self.location) / self.scale
        return float(-math.expm1(-math.exp(-max(-50.0, min(far, 700.0)))))

    def score(self, statistic: float) -> float:
        """0 for nothing, 0.5 at the threshold, 1 for as much as a flaw at full strength."""
        if statistic <= 0:
            return 0.0
        if statistic < self.threshold:
            return 0.5 * statistic / self.threshold
        span = max(self.full - self.threshold, 1e-9)
        return 0.5 + 0.5 * min(1.0, (statistic - self.threshold) / span)


@cache
def calibrations() -> dict[str, Calibration]:
    """The shipped table, detector name -> calibration."""
    content = json.loads((ASSETS / "calibration.json").read_text())
    return {name: Calibration(**values) for name, values in content["detectors"].items()}
