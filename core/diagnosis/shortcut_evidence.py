"""What detectors of shortcuts share: from pulls to findings."""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import Finding, bars
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.patch_effects import PatchEffect

NOBODY = "There were not enough pictures of two classes to exchange anything between them."
WITHIN = "the same exchange within a class"
AXIS = "Pull towards the class that it came from"


def found(
    context: DiagnosisContext,
    pull: PatchEffect,
    sure: np.ndarray,
    what: str,
    mask: np.ndarray | None = None,
    settings: dict[str, str] | None = None,
    beyond: str = WITHIN,
) -> Finding:
    """A finding about what pulls most.

    Args:
        context: whose patch effects they are.
        pull: the measurement, for the chart and the examples.
        sure: what counts of it for each class, (K,).
        what: was exchanged, to begin a sentence: "Exchanging the background".
        mask: where it is.
        settings: of the hunch.
        beyond: what the control does.
    """
    tied, points = tied_points(pull, sure)
    towards = f"towards {context.names[tied]}" if tied is not None else "towards the class that it came from"
    evidence = f"{what} alone moves the probability {towards} by {points:+.0f} points, beyond what {beyond} does."
    return shown(context, pull, sure, evidence, AXIS, mask, settings)


def shown(
    context: DiagnosisContext,
    pull: PatchEffect,
    sure: np.ndarray,
    evidence: str,
    axis: str,
    mask: np.ndarray | None = None,
    settings: dict[str, str] | None = None,
) -> Finding:
    """The finding with its chart, and with examples of the class that shows most."""
    label = int(sure.argmax())
    part, rows = context.probed
    mine = np.flatnonzero(pull.towards == label)
    order = mine[np.argsort(-pull.values[mine], kind="stable")]
    return Finding(
        statistic=float(sure.max()),
        evidence=evidence,
        data=bars(context.names, pull.mean, np.where(np.isfinite(pull.error), pull.error, np.nan)),
        axis=axis,
        class_index=tied_class(sure),
        mask=mask,
        part=part,
        indices=rows[pull.sources[order]],
        settings=settings or {},
    )


def tied_points(pull: PatchEffect, sure: np.ndarray) -> tuple[int | None, float]:
    """The one class that is pulled to, and by how many points; None, and the mean over all, where several are."""
    tied = tied_class(sure)
    return tied, 100 * float(pull.mean[np.isfinite(pull.error)].mean() if tied is None else pull.mean[tied])


def tied_class(sure: np.ndarray) -> int | None:
    """The one class that is pulled to; None where several are, so that it is about all of them."""
    order = np.sort(sure)[::-1]
    alone = len(order) == 1 or order[1] < 0.5 * order[0]
    return int(sure.argmax()) if alone else None
