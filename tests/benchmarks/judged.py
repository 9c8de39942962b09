"""How well answers to a judge's pictures are right, for the benchmarks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.datasets import Dataset


def all_and_worst(right: np.ndarray, judge: Dataset) -> tuple[float, float]:
    """The share of right answers (N,), and that of the worst group: of the judge's own, or else of a class."""
    known = judge.attributes is not None and "group" in judge.attributes
    groups = judge.attributes["group"].to_numpy() if known else judge.labels  # type: ignore[index]
    return float(right.mean()), float(pd.Series(right).groupby(groups).mean().min())
