"""Tests that change pictures or compare labels: the hunch that says what is wrong, and the detector of the flaw."""

from __future__ import annotations

from core.diagnosis.base import Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.registry import detectors
from core.experiments.base import ExperimentSettings, Tool
from core.hunches import test_hunch


def hunch(context: DiagnosisContext, flaw: str, settings: ExperimentSettings) -> float | None:
    """How much more the hunch that would confirm the flaw costs than its control; None where there is no such hunch."""
    right = detectors()[flaw].hunch if flaw in detectors() else ""
    if not right:
        return None
    data = context.splits.validation
    return test_hunch(context.model, data, right, n=settings.tried, seed=context.seed).effect


def detector(context: DiagnosisContext, flaw: str, settings: ExperimentSettings) -> float | None:  # noqa: ARG001
    """What the flaw's detector measures; 0 where it cannot look, None where there is no detector of this flaw."""
    if flaw not in detectors():
        return None
    found = detectors()[flaw].measure(context)
    return found.statistic if isinstance(found, Finding) else 0.0


TOOLS = (
    Tool("hunch", "The right hunch", "test", "How much the answers change when only this is changed.", hunch),
    Tool("diagnosis", "Find the flaw", "test", "What the search for this flaw measures, without a hint.", detector),
)
