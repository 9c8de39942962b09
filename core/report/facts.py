"""Everything that a report is based on, measured or passed in; no sentences yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from core.audit.summary import AuditSummary
    from core.report.settings import ReportSettings
    from core.trust.badges import Badge
    from core.trust.temperature import Temperature

WIDE = 0.1
"""Half-width of an interval from which a share is reported as a range rather than a number."""


@dataclass(frozen=True)
class AccuracyScore:
    """How many of some pictures were named rightly.

    Args:
        name: which pictures.
        right: how many were right.
        n: of how many.
        low, high: interval of the share, 0..1.
    """

    name: str
    right: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """0..1; NaN without pictures."""
        return self.right / self.n if self.n else float("nan")

    @property
    def margin(self) -> float:
        """The longer side of the interval."""
        return max(self.high - self.share, self.share - self.low) if self.n else 1.0

    @property
    def wide(self) -> bool:
        """Whether the interval is too wide to name one number."""
        return self.margin > WIDE


@dataclass(frozen=True)
class Groups:
    """The worst of all groups of pictures.

    Args:
        worst: its score, whose interval is paid for by looking at so many groups.
        looked: how many groups were looked at.
        table: one row a group: name, right, n, low, high.
    """

    worst: AccuracyScore
    looked: int
    table: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, eq=False)
class Example:
    """One answer with its picture.

    Args:
        row: its place among the test pictures.
        picture: uint8 (H, W, 3).
        heatmap: the same with its heatmap; None where none can be believed.
        truth, answer: names of classes.
        sure: how sure the network says it is, 0..1.
    """

    row: int
    picture: np.ndarray
    heatmap: np.ndarray | None
    truth: str
    answer: str
    sure: float

    @property
    def right(self) -> bool:
        return self.truth == self.answer


@dataclass(frozen=True, eq=False)
class MethodTrial:
    """A heatmap that was tried.

    Args:
        method, title: which.
        badge: what the check found; None where it could not be checked.
        refused: why not, as a sentence.
    """

    method: str
    title: str
    badge: Badge | None
    refused: str = ""

    @property
    def passes(self) -> bool:
        return self.badge is not None and self.badge.passes


@dataclass(frozen=True)
class ReviewRule:
    """When a person should look.

    Args:
        level: how sure the network must be, 0..1; None where no level was enough.
        kept: how often answers at least so sure are right, on the test pictures.
        share: share of test pictures whose answers are at least so sure.
        n: how many validation pictures the level was found on.
    """

    level: float | None
    kept: AccuracyScore
    share: float
    n: int


@dataclass(frozen=True)
class TestedHunch:
    """A hunch that was tested on this network: what `core.hunches.Verdict` calls by the same names."""

    hunch: str
    title: str
    kind: str
    conclusion: str
    sentence: str
    reading: str
    caveat: str
    n: int
    flips: float
    control_flips: float
    helps: bool
    settings: Mapping[str, Any]

    @property
    def changed(self) -> float:
        """How many answers it changed, beyond those that the control changed."""
        return (self.flips - self.control_flips) * self.n

    @property
    def shortcut(self) -> bool:
        """Whether it found that the network reads what it should not."""
        return self.looked and self.conclusion == "supported" and not self.helps

    @property
    def looked(self) -> bool:
        """Whether it looked for a wrong reason, and found pictures to try it on."""
        return self.kind == "shortcut" and self.n > 0


@dataclass(frozen=True)
class SuspectedFlaw:
    """What diagnosis says of one kind of flaw."""

    flaw: str
    title: str
    raised: bool
    evidence: str
    fixes: tuple[str, ...]
    leaning: bool = False
    examined: bool = True


@dataclass(frozen=True, eq=False)
class RepairProof:
    """What was tried to fix it, and what came of it.

    Args:
        sentence: the outcome.
        table: one row a fix, as the ladder has it.
        best: name of the fix that did best; empty where none did.
        this: whether the network of this report is the one with the best fix.
        complete: whether every fix was tried as often as was planned.
    """

    sentence: str
    table: pd.DataFrame = field(repr=False)
    best: str
    this: bool
    complete: bool


@dataclass(frozen=True, eq=False)
class Facts:
    """All of it.

    Args:
        title: the report's.
        key: of the run; empty for a network that is no run of ours.
        about: what was kept with the run.
        recipe: what made the run, as links say it: only what differs from the defaults; empty where unknown.
        parent: key of the run that it went on from; empty for none.
        class_names: one name a class.
        origin: where the pictures come from, as a sentence; may be empty.
        taught: pictures that it learned from, by class.
        overall: on the test pictures.
        classes: the same by class.
        groups: the worst group; None where no groups are known.
        second: on an exam whose habits were broken; None where there is none.
        sureness: calibration before and after the temperature; None where there is nothing to fit on.
        near_ninety: how often it is right where it says 85% to 95%, before and after.
        checking: when a person should look; None where there are no validation pictures.
        trials: heatmaps that were tried, in this order.
        examples: right ones, then wrong ones.
        tested: hunches; empty where none was tested.
        suspects: what diagnosis says; None where it was not asked.
        repaired: what was tried to fix it; None where nothing was.
        settings: of the report.
        made: date, ISO 8601.
        audit: what an audit of many pictures found; None where there was none.
    """

    title: str
    key: str
    about: Mapping[str, Any]
    recipe: Mapping[str, Any]
    parent: str
    class_names: tuple[str, ...]
    origin: str
    taught: Mapping[str, int]
    overall: AccuracyScore
    classes: tuple[AccuracyScore, ...]
    groups: Groups | None
    second: AccuracyScore | None
    sureness: Temperature | None
    near_ninety: tuple[AccuracyScore, AccuracyScore] | None
    checking: ReviewRule | None
    trials: tuple[MethodTrial, ...]
    examples: tuple[Example, ...]
    tested: tuple[TestedHunch, ...]
    suspects: tuple[SuspectedFlaw, ...] | None
    repaired: RepairProof | None
    settings: ReportSettings
    made: str
    audit: AuditSummary | None = None

    @property
    def shortcuts(self) -> tuple[TestedHunch, ...]:
        """Tested hunches that found a shortcut, the first the strongest."""
        return tuple(hunch for hunch in self.tested if hunch.shortcut)

    @property
    def raised(self) -> tuple[SuspectedFlaw, ...]:
        """What diagnosis accuses."""
        return tuple(suspect for suspect in self.suspects or () if suspect.raised)

    @property
    def examined(self) -> bool:
        """Whether anybody looked for a flaw: by diagnosis, or by testing a hunch about a shortcut."""
        return self.suspects is not None or any(hunch.looked for hunch in self.tested)

    @property
    def drop(self) -> bool:
        """Whether the second exam goes worse than the first, beyond doubt."""
        return self.second is not None and self.second.high < self.overall.low

    @property
    def heatmap(self) -> MethodTrial | None:
        """The heatmap that is shown: the first that can be believed."""
        return next((trial for trial in self.trials if trial.passes), None)
