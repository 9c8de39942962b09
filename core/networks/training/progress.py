"""Progress of a training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One point of the live curves.

    Args:
        epoch: number of epochs done, with the fraction of the current one: 2.5 is half way through the third.
        loss: mean cross-entropy on the training images since the current epoch began.
        accuracy: accuracy on them.
        val_loss: the same on the validation images; None except at the end of an epoch.
        val_accuracy: likewise.
        rate: learning rate.
        pictures_per_second: training speed, the median of recent steps.
        seconds_left: until the last epoch ends, at this speed.
    """

    epoch: float
    loss: float
    accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    rate: float
    pictures_per_second: float
    seconds_left: float

    @property
    def note(self) -> str:
        """The point in words, for a progress bar."""
        shown = self.accuracy if self.val_accuracy is None else self.val_accuracy
        where = "right" if self.val_accuracy is None else "right on validation"
        return (
            f"epoch {int(self.epoch) + (self.epoch % 1 > 0)}, {shown:.1%} {where}, "
            f"{self.pictures_per_second:,.0f} pictures a second, {self.seconds_left:.0f} s left"
        )


OnPoint = Callable[[Point], None]
