"""What a detector is, what it finds, and what a suspect is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from core.diagnosis.context import DiagnosisContext

Part = Literal["train", "validation", "test"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Finding:
    """What one detector measured on one network.

    Args:
        statistic: the larger, the more likely the flaw; in the unit of `axis`.
        evidence: what was found, as a sentence with its figures.
        data: a chart's bars, with the columns label, value, low and high.
        axis: what the bars measure.
        class_index, other: the class that it is tied to, and the second one of a confusion; None for all.
        mask: where in the picture, bool (H, W); None for nowhere.
        part, indices: which pictures show it best.
        settings: of the hunch that would confirm it.
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


@dataclass(frozen=True)
class DetectorInfo:
    """One way of looking for one flaw.

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


@dataclass(frozen=True, eq=False)
class Suspect:
    """A flaw that was looked for, and what was found; the package's docstring says what each field means."""

    flaw: str
    title: str
    raised: bool
    score: float
    p_value: float
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
