"""Insight: what a network has learned, which things matter, and for whom.

`drivers()` says what moves the score and whether it is a cause; `compare_groups()` whether it does so equally for two
groups; `exemplars()`, `prototypes()`, `score_concepts()` and `stand_in()` show it in images, concepts and rules.
Modules that need TensorFlow are imported on first use.
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
    from core.insight.subgroups import compare_groups, groupings
    from core.insight.surrogate import StandIn, stand_in
    from core.insight.tcav import Concept, known_concepts, score_concepts

_PLACES = {
    "Concept": "tcav",
    "score_concepts": "tcav",
    "known_concepts": "tcav",
    "Drivers": "drivers",
    "drivers": "drivers",
    "find_drivers": "drivers",
    "summarise": "drivers",
    "embedding": "neighbours",
    "exemplars": "neighbours",
    "compare_groups": "subgroups",
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
    "compare_groups",
    "drivers",
    "embedding",
    "exemplars",
    "find_drivers",
    "gather",
    "groupings",
    "known_concepts",
    "prototypes",
    "score_concepts",
    "stand_in",
    "summarise",
]

__getattr__ = lazy_import(__name__, _PLACES)
