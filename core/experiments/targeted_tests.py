"""Tests that change pictures or compare labels: the hunch that says what is wrong, and the detector of the flaw."""

from __future__ import annotations

from core.diagnosis.base import Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.registry import detectors
from core.experiments.base import ExperimentSettings, Tool
from core.hunches import test_hunch

HUNCHES = {
    "background": "background_swapped",
    "sticker": "labels_removed",
    "border": "border_covered",
    "tint": "object_recoloured",
    "place": "object_moved",
}


def hunch(context: DiagnosisContext, flaw: str, settings: ExperimentSettings) -> float | None:
    """How much more the right hunch costs than its control; None where pictures need not be changed to see the flaw."""
    if flaw not in HUNCHES:
        return None
    data = context.splits.validation
    return test_hunch(context.model, data, HUNCHES[flaw], n=settings.tried, seed=context.seed).effect


def detector(context: DiagnosisContext, flaw: str, settings: ExperimentSettings) -> float:  # noqa: ARG001 - as all tools
    """What the flaw's detector measures; 0 where it cannot look."""
    found = detectors()[flaw].measure(context)
    return found.statistic if isinstance(found, Finding) else 0.0


TOOLS = (
    Tool("hunch", "The right hunch", "test", "How much the answers change when just this is changed.", hunch),
    Tool("diagnosis", "Find the flaw", "test", "What the search for this flaw measures, with no hint.", detector),
)
