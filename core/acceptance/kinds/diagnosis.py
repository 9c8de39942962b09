"""The search for flaws may raise nothing but what is allowed."""

from __future__ import annotations

from pydantic import Field

from core.acceptance.base import Check, CheckKind, Figure, Outcome, Trial


class DiagnosisCheck(Check):
    """Nothing raised.

    Args:
        allowed: flaws that are known and accepted, by name.
        seed: of the search.
    """

    allowed: tuple[str, ...] = ()
    seed: int = Field(0, ge=0)


def run(check: DiagnosisCheck, trial: Trial) -> Outcome:
    """Search for every flaw. What is raised is beyond doubt by the search's own tests, so nothing is inconclusive."""
    from core.diagnosis import diagnose

    suspects = diagnose(trial.model, trial.splits, seed=check.seed, on_step=trial.on_step, interface=trial.interface)
    raised = [suspect for suspect in suspects if suspect.raised and suspect.flaw not in check.allowed]
    figure = Figure(value=len(raised), low=len(raised), high=len(raised))
    if not raised:
        return Outcome(check, "passed", figure, "The search for flaws raised nothing that is not allowed.")
    return Outcome(check, "failed", figure, " ".join(f"{suspect.title}: {suspect.evidence}" for suspect in raised))


KIND = CheckKind("diagnosis", "Nothing is raised", DiagnosisCheck, run, order=30)
