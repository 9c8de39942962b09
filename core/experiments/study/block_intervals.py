"""Intervals by draws of blocks with replacement: the block, not the network, is the unit of independence."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from core.random_streams import random_stream

DRAWS = 2000


def mean_interval(rows: pd.DataFrame, values: pd.Series) -> tuple[float, float]:
    """The interval of a mean over networks, by draws of blocks."""
    low, high = mean_intervals([(blocks_of(rows), values.to_numpy(float))])[0]
    return float(low), float(high)


def mean_intervals(groups: Iterable[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """The intervals of many means at once.

    Args:
        groups: of each mean, the networks' blocks, as numbers in the order of `blocks_of`, and their values, both (N,).

    Returns:
        (G, 2); NaN where a value is NaN, and for a single block.
    """
    return _middle(np.array([_drawn_means(*group) for group in groups]).reshape(-1, DRAWS))


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


def percentiles(above: np.ndarray, below: np.ndarray, blocks: int) -> np.ndarray:
    """The middle 95% of ratios over draws; NaN for a single block, of which nothing can be drawn.

    Args:
        above: (R, DRAWS).
        below: of all of them, (DRAWS,).
        blocks: how many were drawn from.

    Returns:
        (R, 2).
    """
    known = below > 0
    if blocks < 2 or not known.any():
        return np.full((len(above), 2), math.nan)
    return _middle(above[:, known] / below[known])


def ratio_interval(rows: pd.DataFrame, above: pd.Series, below: pd.Series) -> tuple[float, float]:
    """The interval of a ratio of two sums over networks, by draws of blocks."""
    blocks = blocks_of(rows)
    number = blocks.max() + 1
    sums = [draws(number) @ np.bincount(blocks, each, number) for each in (above, below)]
    low, high = percentiles(sums[0][None], sums[1], number)[0]
    return float(low), float(high)


def _drawn_means(blocks: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The mean in each draw, (DRAWS,); NaN for a single block."""
    sizes = np.bincount(blocks)
    there = np.flatnonzero(sizes)
    if len(there) < 2:
        return np.full(DRAWS, math.nan)
    drawn = draws(len(there))
    return (drawn @ np.bincount(blocks, values)[there]) / (drawn @ sizes[there].astype(float))


def _middle(drawn: np.ndarray) -> np.ndarray:
    """The middle 95% of each row, (R, 2)."""
    return np.percentile(drawn, [2.5, 97.5], axis=1).T
