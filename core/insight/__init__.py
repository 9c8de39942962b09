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
from core.lazily import lazily

if TYPE_CHECKING:
    from core.insight.effects import Drivers, drivers, find_drivers, summarise
    from core.insight.groups import compare, groupings
    from core.insight.neighbours import embedding, exemplars
    from core.insight.sample import RIGHT, Sample, gather
    from core.insight.surrogate import StandIn, stand_in
    from core.insight.tcav import Concept, concepts, known_concepts
    from core.insight.typical import prototypes

_PLACES = {
    "Concept": "tcav",
    "concepts": "tcav",
    "known_concepts": "tcav",
    "Drivers": "effects",
    "drivers": "effects",
    "find_drivers": "effects",
    "summarise": "effects",
    "embedding": "neighbours",
    "exemplars": "neighbours",
    "compare": "groups",
    "groupings": "groups",
    "prototypes": "typical",
    "RIGHT": "sample",
    "Sample": "sample",
    "gather": "sample",
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

__getattr__ = lazily(__name__, _PLACES)
