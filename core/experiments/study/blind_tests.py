"""Tests that change pictures or compare labels: all hunches, and the diagnosis as a user gets it."""

from __future__ import annotations

from core.diagnosis import diagnose
from core.diagnosis.registry import detectors
from core.errors import ModelError
from core.experiments.study.base import NOTHING, OTHER, Seen, StudyReading, StudyTool
from core.experiments.study.networks import Look
from core.hunches import test_hunches
from core.networks.evaluator import count_passes
from core.repair.fixes_for_suspect import settings_for


def read_hunches(look: Look) -> Seen:
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
        return Seen(found, NOTHING)
    return Seen(found, next(iter(_confirmed_by(supported[0])), OTHER))


def read_diagnosis(look: Look) -> Seen:
    """The score of each suspect, and the first that is raised; NOTHING for a network that cannot be diagnosed."""
    with count_passes(look.run.model) as count:
        try:
            suspects = diagnose(look.run, look.shown, seed=look.seed)
        except ModelError:
            refused = [StudyReading(name, 0.0, (name,), evaluations=count.passes) for name in detectors()]
            return Seen(refused, NOTHING)
    raised = next((suspect for suspect in suspects if suspect.raised), None)
    pictures = len(look.shown.train) + len(look.shown.validation) + len(look.shown.test)
    found = [
        StudyReading(
            suspect.flaw,
            suspect.score if suspect.raised else suspect.score / 2,
            (suspect.flaw,),
            pictures,
            float(count.passes),
        )
        for suspect in sorted(suspects, key=lambda suspect: suspect.flaw)
    ]
    if raised is None:
        return Seen(found, NOTHING)
    return Seen(found, raised.flaw, settings_for(raised).get(raised.fixes[0], {}))


def _confirmed_by(hunch: str) -> tuple[str, ...]:
    return tuple(name for name, info in detectors().items() if info.hunch == hunch)


TOOLS = (
    StudyTool("hunches", "All hunches", "test", read_hunches, seconds=40),
    StudyTool("diagnosis", "Find the flaw", "test", read_diagnosis, seconds=90),
)
