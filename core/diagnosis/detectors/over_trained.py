"""Does the network know its pictures by heart?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.context import DiagnosisContext


def measure(context: DiagnosisContext) -> Finding | str:
    """How much better it answers training pictures than others, one standard error off."""
    train, held = context.accuracy("train"), context.accuracy("validation")
    n = len(context.part("validation"))
    if not np.isfinite(train) or n < 2:
        return "There were no validation pictures to compare with."
    error = float(np.sqrt(max(held * (1 - held), 0.01) / n))
    return Finding(
        statistic=train - held - error,
        evidence=(
            f"It answers {train:.0%} of its training pictures right, and {held:.0%} of pictures that it has not seen."
            f"{_turn(context)}"
        ),
        data=bars(["training", "validation"], [train, held], [np.nan, error]),
        axis="Accuracy",
        indices=_missed(context),
    )


def _turn(context: DiagnosisContext) -> str:
    """When the loss on validation pictures was lowest, where the history says."""
    history = context.history
    if history is None or "val_loss" not in history or not np.isfinite(history["val_loss"]).any():
        return ""
    best = int(np.nanargmin(history["val_loss"].to_numpy()))
    if best + 1 >= len(history):
        return ""
    return f" Its loss on these was lowest after {best + 1} of {len(history)} epochs."


def _missed(context: DiagnosisContext) -> np.ndarray:
    """Validation pictures that it is most sure of and wrong about."""
    answers, labels = context.probabilities("validation"), context.part("validation").labels
    wrong = np.flatnonzero(answers.argmax(axis=1) != labels)
    return context.rows("validation")[wrong[np.argsort(-answers[wrong].max(axis=1), kind="stable")]]


DETECTOR = DetectorInfo(
    name="over_trained",
    title="Trained by heart",
    plain="Accuracy on training pictures is compared with that on validation pictures.",
    looked="It does about as well on new pictures as on those that it learned from.",
    fixes=("stopped_early", "regularised", "random_erasing", "more_pictures"),
    measure=measure,
    order=40,
)
