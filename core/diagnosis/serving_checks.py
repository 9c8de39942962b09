"""Do test pictures reach the network changed? Each suspected change is undone, and it is seen whether that restores it.

Validation pictures say how it should be. Undoing a change that never happened does no good, so the gain in accuracy is
the measure. What cannot be undone, such as blur, is done to validation pictures instead, to see whether they then look,
and fare, as test pictures do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import cv2
import numpy as np
from scipy.stats import binom

from core.diagnosis.base import Finding, Harm, bars
from core.diagnosis.context import DiagnosisContext, chosen

TRIED = 800  # test pictures that are tried
FIRST = 40  # of them first, of a large network; what makes nothing better on these is left at that
CHANGED = 0.08  # fall of accuracy from validation to test from which on test pictures may be changed
NO_TEST = "There were too few test or validation pictures to compare."
FEWEST = 10
SHARP = 0.9  # detail against the usual above which pictures are neither blurred nor enlarged
WHITE = 255.0


@dataclass(frozen=True, eq=False)
class Attempt:
    """One way of undoing a change.

    Args:
        words: what was done, such as "red and blue exchanged".
        gain: how much accuracy on test pictures rose.
        error: its standard error, by pictures that were set right or wrong.
        p_value: of so many pictures set right against those set wrong (McNemar's exact test, one-sided).
        accuracy: accuracy afterwards.
        rows: test pictures that it set right.
        count: how many pictures it was tried on.
        dial: how strong it is.
    """

    words: str
    gain: float
    error: float
    p_value: float
    accuracy: float
    rows: np.ndarray
    count: int
    dial: float = 0.0

    @property
    def sure(self) -> float:
        """One standard error below the gain."""
        return self.gain - self.error


class Service:
    """Test pictures of one network, beside validation pictures."""

    def __init__(self, context: DiagnosisContext) -> None:
        self.context = context
        test, held = context.splits.test, context.splits.validation
        if context.sparing:  # those that are answered anyway
            self.rows, kept = context.rows("test"), context.rows("validation")
        else:
            self.rows = chosen(test.labels, TRIED, context.rng("served"))
            kept = chosen(held.labels, TRIED, context.rng("held"))
        self.test, self.held = test.take(self.rows), held.take(kept)
        self.pictures = self.test.images.astype(np.float32)
        self.models = self.held.images.astype(np.float32)

    @property
    def possible(self) -> bool:
        """Whether there are enough pictures."""
        return min(len(self.test), len(self.held)) >= FEWEST

    @cached_property
    def right(self) -> np.ndarray:
        """Which of the test pictures are answered right, bool (n,)."""
        return self.context.answers(self.pictures).argmax(axis=1) == self.test.labels

    @cached_property
    def held_accuracy(self) -> float:
        """Accuracy on validation pictures, of the classes that test has, each counted as often as in test."""
        right = self.context.answers(self.models).argmax(axis=1) == self.held.labels
        shares = [
            (right[self.held.labels == label].mean(), (self.test.labels == label).sum())
            for label in np.unique(self.test.labels)
            if (self.held.labels == label).any()
        ]
        weights = sum(count for _, count in shares)
        return float(sum(share * count for share, count in shares) / weights) if weights else float("nan")

    @property
    def shortfall(self) -> float:
        """How much worse test pictures are answered than validation pictures."""
        return self.held_accuracy - float(self.right.mean()) if len(self.right) else 0.0

    @property
    def changed(self) -> bool:
        """Whether test pictures fare so much worse that they may have been changed on the way."""
        return self.possible and bool(self.shortfall > CHANGED)

    @cached_property
    def white(self) -> float:
        """The largest value that the pictures which the network knows can have: 255, or 1."""
        return WHITE if not len(self.models) or self.models.max() > 1 else 1.0

    def attempt(self, words: str, undo: Callable[[np.ndarray], np.ndarray], dial: float = 0.0) -> Attempt:
        """How the test pictures fare once something is undone.

        Args:
            words: what is done, such as "with red and blue exchanged".
            undo: does it to pictures (n, H, W, C).
            dial: how strong it is.
        """
        if self.context.sparing:
            few = chosen(self.test.labels, FIRST, self.context.rng("served first"))
            first = self._attempted(words, undo, few, dial)
            if first.gain <= 0:
                return first
        return self._attempted(words, undo, np.arange(len(self.test)), dial)

    def _attempted(
        self, words: str, undo: Callable[[np.ndarray], np.ndarray], tried: np.ndarray, dial: float
    ) -> Attempt:
        after = self.context.answers(undo(self.pictures[tried])).argmax(axis=1) == self.test.labels[tried]
        change = after.astype(float) - self.right[tried]
        error = float(np.sqrt(max((change != 0).sum() - change.sum() ** 2 / len(change), 1.0)) / len(change))
        rows = self.rows[tried[np.flatnonzero(change > 0)]]
        better, worse = int((change > 0).sum()), int((change < 0).sum())
        p_value = float(binom.sf(better - 1, better + worse, 0.5)) if better else 1.0
        return Attempt(words, float(change.mean()), error, p_value, float(after.mean()), rows, len(tried), dial)

    @cached_property
    def enlarged(self) -> list[Attempt]:
        """Test pictures made smaller, their edges repeated: undoes a closer crop."""
        return [
            self.attempt(f"made smaller to {kept:.0%}", partial(_each, partial(_smaller, kept=kept)), kept)
            for kept in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
        ]

    @cached_property
    def brightened(self) -> list[Attempt]:
        """Test pictures with more light."""
        usual, light = float(self.models.mean()), float(self.pictures.mean())
        factors = {round(factor, 2) for factor in (usual / max(light, 1e-6), 1.5, 2.0, 3.0, 5.0) if 1.1 < factor <= 30}
        return [
            self.attempt(f"{factor:g} times as bright", partial(_brighter, factor=factor, white=self.white), factor)
            for factor in sorted(factors)
        ]

    @cached_property
    def sharpened(self) -> list[Attempt]:
        """Test pictures sharpened by what a blur of each radius takes away, thrice over (van Cittert 1931)."""
        side = min(self.pictures.shape[1:3])
        return [
            self.attempt(
                f"sharpened against a blur of {radius * side:.1f} pixels",
                partial(_each, partial(_sharper, radius=radius * side, white=self.white)),
                radius * side,
            )
            for radius in (0.015, 0.025, 0.035, 0.05)
        ]

    @cached_property
    def sharpness(self) -> float:
        """Fine detail of test pictures against that of validation pictures, as a ratio; 1 is as sharp."""
        return _detail(self.pictures) / max(_detail(self.models), 1e-9)

    @property
    def sharp(self) -> bool:
        """Whether test pictures have as much detail as validation pictures, so that they are not soft or enlarged."""
        return self.sharpness >= SHARP

    def untouched(self) -> Finding:
        """The finding that test pictures are as sharp as they should be."""
        return Finding(
            statistic=0.0,
            evidence=f"Test pictures have {self.sharpness:.0%} of the fine detail of validation pictures.",
            data=bars(["validation", "test"], [self.held_accuracy, float(self.right.mean())]),
            axis="Accuracy",
            part="test",
        )

    @cached_property
    def blur(self) -> tuple[float, float]:
        """The blur in pixels at which validation pictures have as little detail as test pictures, and how much
        accuracy they lose by it; zeros where test pictures are as sharp.
        """
        if self.sharp:
            return 0.0, 0.0
        side = min(self.models.shape[1:3])
        radii = np.linspace(0.008, 0.1, 16) * side
        some = self.models[:60]
        usual = max(_detail(some), 1e-9)
        ratios = [_detail(_blurred(some, radius)) / usual for radius in radii]
        radius = float(radii[int(np.argmin(np.abs(np.array(ratios) - self.sharpness)))])
        after = self.context.answers(_blurred(self.models, radius)).argmax(axis=1) == self.held.labels
        before = self.context.answers(self.models).argmax(axis=1) == self.held.labels
        return radius, float(before.mean() - after.mean())

    def finding(self, attempts: list[Attempt], statistic: float | None = None, more: str = "") -> Finding:
        """A finding about the attempt that helps most."""
        best = max(attempts, key=lambda attempt: attempt.gain)
        now, usual = float(self.right.mean()), self.held_accuracy
        cost = best.gain if statistic is None else max(best.gain, statistic)
        half = 1.96 * best.error
        left = f" of the first {best.count}, no better than before" if best.count < len(self.test) else ""
        return Finding(
            statistic=best.sure if statistic is None else statistic,
            evidence=(
                f"Test pictures are answered {now:.0%} right, validation pictures {usual:.0%}. With test pictures "
                f"{best.words}, it is {best.accuracy:.0%}{left}.{more}"
            ),
            data=bars(["validation", "test as it is", f"test, {best.words}"], [usual, now, best.accuracy]),
            axis="Accuracy",
            part="test",
            indices=best.rows,
            p_value=min(1.0, len(attempts) * best.p_value) if statistic is None else None,
            harm=Harm(cost, cost - half, cost + half, "of the answers to test pictures"),
        )


def _each(change: Callable[[np.ndarray], np.ndarray], pictures: np.ndarray) -> np.ndarray:
    return np.stack([change(picture) for picture in pictures])


def _brighter(pictures: np.ndarray, factor: float, white: float) -> np.ndarray:
    return np.clip(pictures * factor, 0, white)


def _smaller(picture: np.ndarray, kept: float) -> np.ndarray:
    height, width = picture.shape[:2]
    move = np.array([[kept, 0, (1 - kept) * (width - 1) / 2], [0, kept, (1 - kept) * (height - 1) / 2]])
    soft = cv2.GaussianBlur(picture, (0, 0), max(0.2, 0.4 * (1 / kept - 1))).reshape(picture.shape)
    done = cv2.warpAffine(soft, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return done.reshape(picture.shape)


def _sharper(picture: np.ndarray, radius: float, white: float) -> np.ndarray:
    done = picture.copy()
    for _ in range(3):
        done = done + picture - cv2.GaussianBlur(done, (0, 0), radius).reshape(picture.shape)
    return np.clip(done, 0, white)


def _blurred(pictures: np.ndarray, radius: float) -> np.ndarray:
    return np.stack([cv2.GaussianBlur(each, (0, 0), radius).reshape(each.shape) for each in pictures])


def _detail(pictures: np.ndarray) -> float:
    """Mean step between neighbours over the mean step between pixels four apart, so that light does not matter."""
    values = pictures.mean(axis=-1)
    near = np.abs(np.diff(values, axis=1)).mean() + np.abs(np.diff(values, axis=2)).mean()
    far = np.abs(values[:, 4:] - values[:, :-4]).mean() + np.abs(values[:, :, 4:] - values[:, :, :-4]).mean()
    return float(near / max(far, 1e-9))
