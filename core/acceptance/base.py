"""What an acceptance check is, what it is run on, and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.datasets.base import Splits
from core.intervals import wilson
from core.progress import OnStep

if TYPE_CHECKING:
    import keras

    from core.networks.interface import Interface

State = Literal["passed", "failed", "inconclusive"]


class Figure(BaseModel):
    """What a check measured.

    Args:
        value: a share, 0 to 1, or a count of suspects.
        low: lower end of its interval.
        high: upper end of its interval.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    low: float
    high: float


class Check(BaseModel):
    """A check as its file holds it; each kind adds fields of its own.

    Args:
        name: what a person calls it; unique in its file.
        last: what the last version of the network measured; None before the first run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    last: Figure | None = None


@dataclass(frozen=True, eq=False)
class Trial:
    """A network on trial.

    Args:
        model: the new version of the network.
        splits: its images; checks use the test part.
        interface: how the network is read; None where images are in the scale that it takes.
        confidence: of each interval, so strict that all checks of the file together keep the 5% that one would have.
        on_step: called as a check goes on.
    """

    model: keras.Model
    splits: Splits
    interface: Interface | None
    confidence: float
    on_step: OnStep


@dataclass(frozen=True)
class Outcome:
    """What came of one check.

    Args:
        check: the check.
        state: "failed" where the limit is broken beyond doubt, "inconclusive" where it is broken and chance may be
            why.
        figure: what was measured; None where it could not be.
        sentence: the figure and the limit in plain words.
    """

    check: Check
    state: State
    figure: Figure | None
    sentence: str


@dataclass(frozen=True)
class CheckKind:
    """A kind of check as its file declares it.

    Args:
        name: the word under "kind" in a checks file.
        title: what a person calls it.
        Spec: its fields.
        run: tries it.
        order: its place in lists; lower comes first.
    """

    name: str
    title: str
    Spec: type[Check]
    run: Callable[[Any, Trial], Outcome]
    order: int = 1000


def share_figure(count: int, n: int, confidence: float) -> Figure:
    """A share with its Wilson interval."""
    low, high = wilson(count, n, confidence)
    return Figure(value=count / n if n else float("nan"), low=low, high=high)


def judge(
    check: Check, figure: Figure, sentence: str, *, at_most: float | None = None, at_least: float | None = None
) -> Outcome:
    """Hold a figure against its limit.

    Args:
        check: the check that asks.
        figure: what was measured.
        sentence: the figure and the limit in plain words.
        at_most: the largest value allowed; None for no such limit.
        at_least: the smallest value allowed; None for no such limit.

    Returns:
        passed where the value keeps the limit, failed where its whole interval breaks it, else inconclusive.
    """
    broken = (at_most is not None and figure.value > at_most) or (at_least is not None and figure.value < at_least)
    beyond = (at_most is not None and figure.low > at_most) or (at_least is not None and figure.high < at_least)
    state: State = "failed" if beyond else "inconclusive" if broken else "passed"
    doubt = " With so few images, chance may be why." if state == "inconclusive" else ""
    return Outcome(check, state, figure, sentence + doubt)
