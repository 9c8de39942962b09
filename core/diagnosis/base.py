"""What a detector is, what it finds, and what a suspect is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from core.datasets.base import Part

if TYPE_CHECKING:
    from core.diagnosis.context import DiagnosisContext

Level = Literal["flaw", "leaning", "silent"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Harm:
    """What a flaw costs.

    Args:
        value: the cost, as a share in 0..1 unless the unit says otherwise; negative where nothing is lost.
        low, high: its 95% interval.
        unit: what is counted, to follow the number: "of the answers for boot".
    """

    value: float
    low: float
    high: float
    unit: str

    @property
    def sentence(self) -> str:
        """The cost in plain words, such as "This costs 32% of the answers for boot (21% to 43%)."."""
        return f"This costs {self.value:.0%} {self.unit} ({max(self.low, 0):.0%} to {self.high:.0%})."


@dataclass(frozen=True, eq=False)
class Finding:
    """What one detector measured on one network.

    Args:
        statistic: the size of the effect, in the unit of `axis`; the larger, the more likely the flaw.
        evidence: what was found, as a sentence with its figures.
        data: a chart's bars, with the columns label, value, low and high.
        axis: what the bars measure.
        class_index, other: the class that it is tied to, and the second one of a confusion; None for all.
        mask: where in the picture, bool (H, W); None for nowhere.
        part, indices: which pictures show it best.
        settings: of the hunch that would confirm it.
        p_value: measured on this network, for all places and classes together; None where there is no such test.
        harm: what it costs; None where that cannot be measured.
        leaning: whether the network may be right to rest on it, so that it is told and never raised.
        doubt: why it is not raised however large it is, as a sentence; "" for no such reason.
    """

    statistic: float
    evidence: str
    data: pd.DataFrame
    axis: str
    class_index: int | None = None
    other: int | None = None
    mask: np.ndarray | None = None
    part: Part = "validation"
    indices: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    settings: Mapping[str, Any] = field(default_factory=dict)
    p_value: float | None = None
    harm: Harm | None = None
    leaning: bool = False
    doubt: str = ""


@dataclass(frozen=True)
class DetectorInfo:
    """One way of looking for one flaw. All that lists, screens and the judgement need of it is declared here.

    Args:
        name: the flaw's.
        title: what a person calls the flaw.
        plain: what is done, in one plain sentence.
        looked: what is said where nothing was found, in one plain sentence.
        fixes: names of fixes that suit the flaw, the best one first.
        measure: looks; a sentence in place of a finding says why it could not.
        hunch: the hunch that would confirm it; "" for none.
        reference: whether it may train a network beside the one at hand.
        order: when it looks: quick ones first, those that train something last.
        floor: the smallest statistic that is worth a word, by what healthy networks of many data sets show; None where
            nobody has calibrated it: it then measures and raises nothing.
        full: the statistic at a flaw of full strength, where the score is 1.
        worth: the smallest harm that is worth raising, where harm is measured.
        explained: other flaw -> share of its statistic up to which this one is put down to it, where both are raised
            and about the same class.
        silenced: flaws that, where raised, leave nothing to be said by this one.
    """

    name: str
    title: str
    plain: str
    looked: str
    fixes: tuple[str, ...]
    measure: Callable[[DiagnosisContext], Finding | str]
    hunch: str = ""
    reference: bool = False
    order: int = 1000
    floor: float | None = None
    full: float = 0.6
    worth: float = 0.0
    explained: Mapping[str, float] = field(default_factory=dict)
    silenced: tuple[str, ...] = ()

    @property
    def calibrated(self) -> bool:
        """Whether it is known from which statistic on a word is due."""
        return self.floor is not None

    def score(self, statistic: float) -> float:
        """0 for nothing, 0.5 at the floor, 1 for as much as a flaw at full strength; 0 where not calibrated."""
        if self.floor is None or statistic <= 0:
            return 0.0
        if statistic < self.floor:
            return 0.5 * statistic / self.floor
        return 0.5 + 0.5 * min(1.0, (statistic - self.floor) / max(self.full - self.floor, 1e-9))


@dataclass(frozen=True, eq=False)
class Suspect:
    """A flaw that was looked for, and what was found; the package's docstring says what each field means."""

    flaw: str
    title: str
    raised: bool
    score: float
    p_value: float | None
    statistic: float
    threshold: float
    evidence: str
    looked: str
    data: pd.DataFrame = field(repr=False)
    axis: str
    fixes: tuple[str, ...]
    hunch: str
    settings: Mapping[str, Any]
    class_index: int | None = None
    class_name: str | None = None
    other: int | None = None
    mask: np.ndarray | None = field(default=None, repr=False)
    box: Box | None = None
    part: Part = "validation"
    indices: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)
    explained_by: str = ""
    level: Level = "silent"
    examined: bool = True
    harm: Harm | None = None


def bars(
    labels: Sequence[str],
    values: Sequence[float] | np.ndarray,
    errors: Sequence[float] | np.ndarray | None = None,
) -> pd.DataFrame:
    """A chart's bars; with standard errors, they get intervals of 95%."""
    values = np.asarray(values, float)
    half = np.full(len(values), np.nan) if errors is None else 1.96 * np.asarray(errors, float)
    return pd.DataFrame({"label": list(labels), "value": values, "low": values - half, "high": values + half})


def box_of(mask: np.ndarray | None) -> Box | None:
    """The smallest box round a mask (H, W): left, top, right, bottom as shares; None for no mask or an empty one."""
    if mask is None or not mask.any():
        return None
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = mask.shape
    return (
        float(columns[0] / width),
        float(rows[0] / height),
        float((columns[-1] + 1) / width),
        float((rows[-1] + 1) / height),
    )
