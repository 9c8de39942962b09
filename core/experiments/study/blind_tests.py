"""Tests that change pictures or compare labels: all hunches, and the diagnosis as a user gets it."""

from __future__ import annotations

from core.diagnosis import diagnose
from core.diagnosis.registry import detectors
from core.errors import ModelError
from core.experiments.study.base import NOTHING, OTHER, StudyReading, StudyTool
from core.experiments.study.networks import Look
from core.hunches import test_hunches


def read_hunches(look: Look) -> tuple[list[StudyReading], str]:
    """The largest effect of each hunch, and the flaw that the first supported one confirms."""
    data = look.shown.validation
    verdicts = test_hunches(look.run.model, data, n=look.settings.tried, seed=look.seed)
    effects: dict[str, float] = {}
    for verdict in verdicts:
        effects[verdict.hunch] = max(verdict.effect, effects.get(verdict.hunch, -1.0))
    pictures = min(look.settings.tried, len(data))
    evaluations = float(pictures * (1 + 2 * len(verdicts)))  # unchanged once; changed and control for each
    found = [
        StudyReading(name, value, _confirmed_by(name), pictures, evaluations) for name, value in sorted(effects.items())
    ]
    supported = [verdict.hunch for verdict in verdicts if verdict.conclusion == "supported"]
    if not supported:
        return found, NOTHING
    return found, next(iter(_confirmed_by(supported[0])), OTHER)


def read_diagnosis(look: Look) -> tuple[list[StudyReading], str]:
    """The score of each suspect, and the first that is raised; NOTHING for a network that cannot be diagnosed."""
    try:
        suspects = diagnose(look.run, look.shown, seed=look.seed)
    except ModelError:
        return [StudyReading(name, 0.0, (name,)) for name in detectors()], NOTHING
    raised = [suspect.flaw for suspect in suspects if suspect.raised]
    pictures = len(look.shown.train) + len(look.shown.validation) + len(look.shown.test)
    found = [
        StudyReading(suspect.flaw, suspect.score if suspect.raised else suspect.score / 2, (suspect.flaw,), pictures)
        for suspect in sorted(suspects, key=lambda suspect: suspect.flaw)
    ]
    return found, raised[0] if raised else NOTHING


def _confirmed_by(hunch: str) -> tuple[str, ...]:
    return tuple(name for name, info in detectors().items() if info.hunch == hunch)


TOOLS = (
    StudyTool("hunches", "All hunches", "test", read_hunches, seconds=40),
    StudyTool("diagnosis", "Find the flaw", "test", read_diagnosis, seconds=90),
)
