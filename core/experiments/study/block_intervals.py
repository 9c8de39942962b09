"""Intervals by draws of blocks with replacement: the block, not the network, is the unit of independence."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd

from core.random_streams import random_stream

DRAWS = 2000


def mean_interval(rows: pd.DataFrame, values: pd.Series) -> tuple[float, float]:
    """The interval of a mean over networks, by draws of blocks."""
    if values.isna().any():
        return math.nan, math.nan
    return ratio_interval(rows, values, pd.Series(1.0, values.index))


def blocks_of(rows: pd.DataFrame) -> np.ndarray:
    """The number of each row's block, from 0, in the order of data and block."""
    blocks = rows["block"].to_numpy(int)
    data = np.unique(rows["data"].to_numpy(str), return_inverse=True)[1]
    return np.unique(data * (blocks.max(initial=0) + 1) + blocks, return_inverse=True)[1]


@cache
def draws(number: int) -> np.ndarray:
    """How often each block is drawn in each of DRAWS draws with replacement: (DRAWS, number), read only."""
    rng = random_stream(0, "study", "bootstrap")
    found = rng.multinomial(number, np.full(number, 1 / number), DRAWS).astype(float)
    found.setflags(write=False)
    return found


def percentiles(above: np.ndarray, below: np.ndarray, blocks: int) -> tuple[float, float]:
    """The middle 95% of a ratio over draws; NaN for a single block, of which nothing can be drawn."""
    known = below > 0
    if blocks < 2 or not known.any():
        return math.nan, math.nan
    low, high = np.percentile(above[known] / below[known], [2.5, 97.5])
    return float(low), float(high)


def ratio_interval(rows: pd.DataFrame, above: pd.Series, below: pd.Series) -> tuple[float, float]:
    """The interval of a ratio of two sums over networks, by draws of blocks."""
    blocks = blocks_of(rows)
    number = blocks.max() + 1
    drawn = draws(number)
    return percentiles(drawn @ np.bincount(blocks, above, number), drawn @ np.bincount(blocks, below, number), number)
