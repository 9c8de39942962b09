"""Trust: which maps to believe, and how sure a network may be of itself.

`badge()` puts a method's maps to the test; `calibration()` compares how sure a network says it is with how often it is
right, and `core.trust.temperature` makes the two agree. They are imported, with TensorFlow, when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazily import lazily
from core.trust.settings import TrustSettings

if TYPE_CHECKING:
    from core.trust.badges import Badge, badge
    from core.trust.deletion import Deletion
    from core.trust.edges import edge_detector
    from core.trust.insertion import Insertion
    from core.trust.localisation import Localisation
    from core.trust.randomisation import Randomisation
    from core.trust.reliability import Calibration, calibration
    from core.trust.stability import Stability
    from core.trust.temperature import Temperature, calibrated

_PLACES = {
    "Badge": "badges",
    "badge": "badges",
    "Deletion": "deletion",
    "edge_detector": "edges",
    "Insertion": "insertion",
    "Localisation": "localisation",
    "Randomisation": "randomisation",
    "Calibration": "reliability",
    "calibration": "reliability",
    "Stability": "stability",
    "Temperature": "temperature",
    "calibrated": "temperature",
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
    "calibrated",
    "calibration",
    "edge_detector",
]

__getattr__ = lazily(__name__, _PLACES)
