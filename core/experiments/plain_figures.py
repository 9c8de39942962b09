"""Plain figures that everybody checks first."""

from __future__ import annotations

import numpy as np

from core.diagnosis.context import DiagnosisContext
from core.experiments.base import ExperimentSettings, Tool


def errors(context: DiagnosisContext, flaw: str, settings: ExperimentSettings) -> float:  # noqa: ARG001 - as all tools
    """Share of the team's own test pictures that are answered wrong."""
    return 1 - context.accuracy("test")


def worst_class(context: DiagnosisContext, flaw: str, settings: ExperimentSettings) -> float:  # noqa: ARG001
    """The same of the class that fares worst."""
    labels = context.part("test").labels
    wrong = context.probabilities("test").argmax(axis=1) != labels
    return max(float(wrong[labels == label].mean()) for label in np.unique(labels))


TOOLS = (
    Tool(
        "accuracy", "Test accuracy", "figure", "How many of the team's own test pictures are predicted wrong.", errors
    ),
    Tool("worst_class", "Its worst class", "figure", "The same, for the class with the most errors.", worst_class),
)
