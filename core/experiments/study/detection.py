"""How well readings tell flawed networks from healthy ones: power at 5% false alarms, and two-sided AUC."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu, rankdata

from core.experiments.study.block_intervals import blocks_of, draws, mean_intervals, percentiles
from core.experiments.study.design import CASE, FLAWED, HEALTHY

FALSE_ALARMS = 0.05
FEWEST = 19  # healthy networks of other data, below which no threshold has 5% false alarms
EXACT = 8  # networks up to which the rank test is exact
COLUMNS = (
    "tool", "reading", "flaw", "n", "n_healthy", "power", "power_low", "power_high", "false_alarms", "auc", "auc_low",
    "auc_high", "auc_p",
)  # fmt: skip


def detection(rows: pd.DataFrame, *, took_only: bool = False, within: Mapping[str, str] | None = None) -> pd.DataFrame:
    """How well each reading tells networks with a flaw from healthy ones.

    Args:
        rows: as `comparable` gives them.
        took_only: whether flaws that did not take are left out.
        within: "data" or "network" -> the only one that is reported; thresholds come from all other data still.

    Returns:
        one row a tool, reading and flaw: n and n_healthy, networks; power with power_low and power_high, NaN where
        there is no threshold; false_alarms, among healthy networks of the same data; auc with auc_low, auc_high and
        its two-sided auc_p.
    """
    table = _wide(rows)
    asked = np.ones(len(table.cases), bool)
    for column, value in (within or {}).items():
        asked &= (table.cases[column] == value).to_numpy()
    counted = asked & (table.cases["took"].to_numpy(bool) | (not took_only))
    found = [row for flaw in FLAWED for row in _of_flaw(table, flaw, asked, counted)]
    order = {pair: place for place, pair in enumerate(table.readings)}
    found.sort(key=lambda row: (order[str(row["tool"]), str(row["reading"])], FLAWED.index(str(row["flaw"]))))
    return pd.DataFrame(found, columns=list(COLUMNS))


def threshold(healthy: np.ndarray) -> float:
    """The value that a healthy network exceeds at most 5 times of 100; NaN where there are too few to say.

    Args:
        healthy: (n,) readings of healthy networks.
    """
    n = len(healthy)
    place = math.ceil((1 - FALSE_ALARMS) * (n + 1))
    return float(np.sort(healthy)[place - 1]) if n >= FEWEST else math.nan


@dataclass(frozen=True)
class _Wide:
    """All readings of all networks.

    Args:
        cases: one row a network.
        readings: tool and reading of each row of `read`.
        read: (R, N); NaN where a tool did not look.
        raised: (R, N): 1 above the threshold of other data, NaN where there is none.
    """

    cases: pd.DataFrame
    readings: list[tuple[str, str]]
    read: np.ndarray
    raised: np.ndarray


def _wide(rows: pd.DataFrame) -> _Wide:
    networks = rows.groupby(list(CASE), sort=False).ngroup().to_numpy()
    cases = rows[[*CASE, "took"]].iloc[np.unique(networks, return_index=True)[1]].reset_index(drop=True)
    pairs = list(dict.fromkeys(zip(rows["tool"], rows["reading"], strict=True)))
    place = {pair: number for number, pair in enumerate(pairs)}
    which = [place[pair] for pair in zip(rows["tool"], rows["reading"], strict=True)]
    values = np.full((len(pairs), len(cases)), np.nan)
    values[which, networks] = rows["value"].to_numpy(float)
    limits = np.full_like(values, np.nan)
    healthy, data = cases["condition"].isin(HEALTHY).to_numpy(), cases["data"].to_numpy(str)
    for name in np.unique(data):
        others = values[:, healthy & (data != name)]
        limits[:, data == name] = np.array([threshold(each[~np.isnan(each)]) for each in others])[:, None]
    raised = np.where(np.isnan(limits) | np.isnan(values), np.nan, values > limits)
    return _Wide(cases, pairs, values, raised)


def _of_flaw(table: _Wide, flaw: str, asked: np.ndarray, counted: np.ndarray) -> Iterator[dict[str, object]]:
    """The figures of every reading; those that looked at the same networks are computed together."""
    data, conditions = table.cases["data"], table.cases["condition"]
    mine = counted & (conditions == flaw).to_numpy()
    others = asked & conditions.isin(HEALTHY).to_numpy()
    looked = ~np.isnan(table.read[:, mine | others])
    patterns, which = np.unique(looked, axis=0, return_inverse=True) if looked.size else (looked[:0], np.zeros(0, int))
    for number, pattern in enumerate(patterns):
        there = np.zeros(len(mine), bool)
        there[np.flatnonzero(mine | others)[pattern]] = True
        flawed = mine & there
        healthy = others & there & data.isin(data[flawed]).to_numpy()
        if flawed.any() and healthy.any():
            yield from _figures(table, flaw, np.flatnonzero(which.ravel() == number), flawed, healthy)


def _figures(
    table: _Wide, flaw: str, chosen: np.ndarray, flawed: np.ndarray, healthy: np.ndarray
) -> Iterator[dict[str, object]]:
    both = pd.concat([table.cases[flawed], table.cases[healthy]])
    sample = table.read[chosen][:, flawed], table.read[chosen][:, healthy]
    auc, low, high, p_value = _auc(*sample, both)
    blocks = blocks_of(table.cases[flawed])
    raised, alarms = table.raised[chosen][:, flawed], table.raised[chosen][:, healthy]
    ends = mean_intervals((blocks, each) for each in raised)
    for place, reading in enumerate(chosen):
        yield {
            "tool": table.readings[reading][0], "reading": table.readings[reading][1], "flaw": flaw,
            "n": int(flawed.sum()), "n_healthy": int(healthy.sum()), "power": _mean_of_known(raised[place]),
            "power_low": ends[place, 0], "power_high": ends[place, 1], "false_alarms": _mean_of_known(alarms[place]),
            "auc": auc[place], "auc_low": low[place], "auc_high": high[place], "auc_p": p_value[place],
        }  # fmt: skip


def _mean_of_known(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def _auc(
    flawed: np.ndarray, healthy: np.ndarray, cases: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Over pairs within a data set, the share in which the flawed network reads higher; its interval; two-sided p.

    The p-value is of the rank test over all data sets, each network's reading being its rank within its own.

    Args:
        flawed: (R, M).
        healthy: (R, H).
        cases: the M and then the H networks.
    """
    count = flawed.shape[1]
    data, blocks = cases["data"].to_numpy(str), blocks_of(cases)
    number = int(blocks.max()) + 1
    same = data[:count, None] == data[None, count:]
    ahead = flawed[:, :, None] - healthy[:, None, :]
    wins = np.where(same, (ahead > 0) + 0.5 * (ahead == 0), 0.0)
    mine, theirs = np.split(np.eye(number)[blocks], [count])
    won, pairs = mine.T @ wins @ theirs, mine.T @ same @ theirs
    drawn = draws(number)
    over = ((drawn @ pairs) * drawn).sum(axis=1)
    ends = percentiles(np.array([((drawn @ each) * drawn).sum(axis=1) for each in won]), over, number)
    ranks = np.empty((len(flawed), len(data)))
    for name in np.unique(data):
        members = data == name
        ranks[:, members] = rankdata(np.hstack([flawed, healthy])[:, members], axis=1) / members.sum()
    p_value = _rank_test(ranks[:, :count], ranks[:, count:])
    return won.sum(axis=(1, 2)) / pairs.sum(), ends[:, 0], ends[:, 1], p_value


def _rank_test(flawed: np.ndarray, healthy: np.ndarray) -> np.ndarray:
    """Two-sided p of Mann and Whitney's test for each row (R,): exact for few networks, where no two read the same."""
    both = np.sort(np.hstack([flawed, healthy]), axis=1)
    exact = (np.diff(both, axis=1) > 0).all(axis=1) & (min(flawed.shape[1], healthy.shape[1]) <= EXACT)
    found = np.ones(len(flawed))
    for rows, method in ((exact, "exact"), (~exact, "asymptotic")):
        if rows.any():
            found[rows] = mannwhitneyu(flawed[rows], healthy[rows], axis=1, method=method).pvalue
    return np.nan_to_num(found, nan=1.0)  # where all read the same, there is nothing to rank
