"""From readings to an answer: how often each tool distinguishes a flawed network from a healthy one."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import mannwhitneyu, norm

from core.hypothesis_tests import holm

TELLS, DOES_NOT, UNKNOWN = "tells", "does not tell", "inconclusive"
USEFUL = 0.8  # a tool whose interval ends below this share is not worth looking at for the flaw
LEVEL = 0.05
EDGE = 1e-9
COLUMNS = ("tool", "flaw", "n", "share", "low", "high", "p_value", "p_corrected", "seconds", "conclusion")


def compare_tools(readings: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """One row a tool and flaw; pairs whose flaw did not take are left out.

    Args:
        readings: as `run_experiment` gives them.
        confidence: of the intervals.

    Returns:
        the columns that the package describes, tools in the order of the readings.
    """
    counted = readings[readings["took"].astype(bool)]
    rows = [
        _row(str(tool), str(flaw), group, confidence)
        for (tool, flaw), group in counted.groupby(["tool", "flaw"], sort=False)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS[:-1]))
    table["p_corrected"] = table.groupby("flaw")["p_value"].transform(lambda values: holm(values.to_numpy()))
    table["conclusion"] = [_conclusion(*row) for row in zip(table["p_corrected"], table["high"], strict=True)]
    return table[list(COLUMNS)]


def rank_probability(flawed: np.ndarray, healthy: np.ndarray) -> tuple[float, float]:
    """How often a flawed network (m,) reads higher than a healthy one (n,), ties counting half (AUC); and p."""
    found = mannwhitneyu(flawed, healthy, alternative="greater")
    return float(found.statistic) / (len(flawed) * len(healthy)), float(found.pvalue)


def interval(share: float, flawed: int, healthy: int, confidence: float = 0.95) -> tuple[float, float]:
    r"""A confidence interval of an area under the ROC curve, valid for few networks and for shares of 0 and 1.

    All $\theta$ with $|\hat\theta - \theta| \le z \sqrt{V(\theta)}$, where $N = (m + n) / 2$ and

    $V(\theta) = \theta (1 - \theta) (1 + (N - 1) ((1 - \theta) / (2 - \theta) + \theta / (1 + \theta))) / (m n)$.

    Args:
        share: the area, 0..1.
        flawed: number of flawed networks.
        healthy: number of healthy networks.
        confidence: such as 0.95.

    Source: Newcombe 2006, "Confidence intervals for an effect size measure based on the Mann-Whitney statistic",
    method 5 (Statistics in Medicine 25:559).
    """
    z, mean = float(norm.ppf((1 + confidence) / 2)), (flawed + healthy) / 2

    def excess(value: float) -> float:
        spread = (1 - value) / (2 - value) + value / (1 + value)
        variance = value * (1 - value) * (1 + (mean - 1) * spread) / (flawed * healthy)
        return abs(share - value) - z * math.sqrt(variance)

    inside = min(max(share, EDGE), 1 - EDGE)  # at 0 and 1 themselves the variance is 0
    low = 0.0 if excess(EDGE) <= 0 else float(brentq(excess, EDGE, inside))
    high = 1.0 if excess(1 - EDGE) <= 0 else float(brentq(excess, inside, 1 - EDGE))
    return low, high


def _row(tool: str, flaw: str, group: pd.DataFrame, confidence: float) -> tuple[object, ...]:
    flawed, healthy = (group[name].to_numpy(float) for name in ("flawed", "healthy"))
    (share, p_value), n = rank_probability(flawed, healthy), len(group)
    seconds = float(group["seconds"].median()) / 2
    return tool, flaw, n, share, *interval(share, n, n, confidence), p_value, math.nan, seconds


def _conclusion(p_corrected: float, high: float) -> str:
    if p_corrected < LEVEL:
        return TELLS
    return DOES_NOT if high < USEFUL else UNKNOWN
