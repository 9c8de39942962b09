"""What a network has learned, for those who ask which things matter, and for whom.

`drivers()` says what moves the score and whether it is a cause; `compare()` whether it does so for two groups alike;
`exemplars()`, `prototypes()`, `concepts()` and `stand_in()` say it in pictures, ideas and rules. What needs TensorFlow
is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.insight.settings import (
    ConceptSettings,
    DriverSettings,
    NeighbourSettings,
    PrototypeSettings,
    StandInSettings,
)
from core.lazy_import import lazy_import

if TYPE_CHECKING:
    from core.insight.drivers import Drivers, drivers, find_drivers, summarise
    from core.insight.gather import gather
    from core.insight.neighbours import embedding, exemplars
    from core.insight.prototypes import prototypes
    from core.insight.sample import RIGHT, Sample
    from core.insight.subgroups import compare, groupings
    from core.insight.surrogate import StandIn, stand_in
    from core.insight.tcav import Concept, concepts, known_concepts

_PLACES = {
    "Concept": "tcav",
    "concepts": "tcav",
    "known_concepts": "tcav",
    "Drivers": "drivers",
    "drivers": "drivers",
    "find_drivers": "drivers",
    "summarise": "drivers",
    "embedding": "neighbours",
    "exemplars": "neighbours",
    "compare": "subgroups",
    "groupings": "subgroups",
    "prototypes": "prototypes",
    "RIGHT": "sample",
    "Sample": "sample",
    "gather": "gather",
    "StandIn": "surrogate",
    "stand_in": "surrogate",
}

__all__ = [
    "RIGHT",
    "Concept",
    "ConceptSettings",
    "DriverSettings",
    "Drivers",
    "NeighbourSettings",
    "PrototypeSettings",
    "Sample",
    "StandIn",
    "StandInSettings",
    "compare",
    "concepts",
    "drivers",
    "embedding",
    "exemplars",
    "find_drivers",
    "gather",
    "groupings",
    "known_concepts",
    "prototypes",
    "stand_in",
    "summarise",
]

__getattr__ = lazy_import(__name__, _PLACES)
