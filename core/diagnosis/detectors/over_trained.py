"""Does the network know its pictures by heart?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, Harm, bars
from core.diagnosis.context import DiagnosisContext

RISE = 0.5  # of its lowest value, by which the loss on new pictures must have risen before it counts as a flaw
FALL = 0.02  # by which accuracy on new pictures must have been better before; of healthy networks, up to .017
EPOCHS = 3  # whose accuracies are averaged, since single epochs vary by chance


def measure(context: DiagnosisContext) -> Finding | str:
    """How much better it answers training pictures than others, one standard error off.

    Nearly every network that fits well does so a little, and a frozen one with a new head a good deal. So it is raised
    only where the training curves show that new pictures fared better before, in loss and in accuracy; else it is told.
    """
    train, held = context.accuracy("train"), context.accuracy("validation")
    n = len(context.part("validation"))
    if not np.isfinite(train) or n < 2:
        return "There were no validation pictures to compare with."
    error = float(np.sqrt(max(held * (1 - held), 0.01) / n))
    overconfidence = float(context.probabilities("validation").max(axis=1).mean()) - held
    return Finding(
        statistic=train - held - error,
        evidence=(
            f"It answers {train:.0%} of its training pictures right, and {held:.0%} of pictures that it has not seen."
            f"{_turn(context)}"
        ),
        data=bars(["training", "validation"], [train, held], [np.nan, error]),
        axis="Accuracy",
        indices=_missed(context),
        harm=Harm(
            overconfidence,
            overconfidence - 1.96 * error,
            overconfidence + 1.96 * error,
            "of new pictures more than its own confidence says, which are wrong,",
        ),
        leaning=not _worse(context),
    )


def _worse(context: DiagnosisContext) -> bool:
    """Whether new pictures fared better before the end: by their loss, and by right answers where those are known."""
    losses, accuracies = (_curve(context, name) for name in ("val_loss", "val_accuracy"))
    if losses is None or not losses[-1] >= (1 + RISE) * max(np.nanmin(losses), 1e-9):
        return False
    if accuracies is None or len(accuracies) < EPOCHS:
        return True
    smooth = np.convolve(accuracies, np.full(EPOCHS, 1 / EPOCHS), "valid")
    return bool(np.nanmax(smooth) - smooth[-1] >= FALL)


def _curve(context: DiagnosisContext, name: str) -> np.ndarray | None:
    """A column of the history; None where unknown."""
    history = context.history
    if history is None or name not in history or not np.isfinite(history[name]).any():
        return None
    return history[name].to_numpy(float)


def _turn(context: DiagnosisContext) -> str:
    """When the loss on validation pictures was lowest, where the history says."""
    losses = _curve(context, "val_loss")
    if losses is None:
        return ""
    best = int(np.nanargmin(losses))
    if best + 1 >= len(losses):
        return ""
    return f" Its loss on these was lowest after {best + 1} of {len(losses)} epochs."


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
    floor=0.25,
    full=0.43,
    worth=0.1,
    silenced=("too_few",),
)
