"""Trust: which maps to believe, and how much a network's confidence is worth.

`badge()` tests a method's maps; `calibration()` compares the network's confidence with how often it is right, and
`core.trust.temperature` makes the two agree. They are imported, with TensorFlow, on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_import import lazy_import
from core.trust.settings import TrustSettings

if TYPE_CHECKING:
    from core.trust.badges import Badge, badge
    from core.trust.checks.deletion import Deletion
    from core.trust.checks.insertion import Insertion
    from core.trust.checks.localisation import Localisation
    from core.trust.checks.randomisation import Randomisation
    from core.trust.checks.stability import Stability
    from core.trust.edge_detector import edge_detector
    from core.trust.reliability import Calibration, calibration
    from core.trust.temperature import Temperature, with_temperature

_PLACES = {
    "Badge": "badges",
    "badge": "badges",
    "Deletion": "checks.deletion",
    "edge_detector": "edge_detector",
    "Insertion": "checks.insertion",
    "Localisation": "checks.localisation",
    "Randomisation": "checks.randomisation",
    "Calibration": "reliability",
    "calibration": "reliability",
    "Stability": "checks.stability",
    "Temperature": "temperature",
    "with_temperature": "temperature",
}

__all__ = [
    "Badge",
    "Calibration",
    "Deletion",
    "Insertion",
    "Localisation",
    "Randomisation",
    "Stability",
    "Temperature",
    "TrustSettings",
    "badge",
    "calibration",
    "edge_detector",
    "with_temperature",
]

__getattr__ = lazy_import(__name__, _PLACES)
