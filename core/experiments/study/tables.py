"""The protocol's measures: power at 5% false alarms, two-sided AUC, and blind top-1, with intervals by block."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from core.experiments.compare import rank_probability
from core.experiments.study.base import NOTHING, OTHER
from core.experiments.study.block_intervals import blocks_of, draws, mean_interval, percentiles
from core.experiments.study.cells import study_tools
from core.experiments.study.design import AS_FOUND, CASE, FLAWED, HEALTHY
from core.experiments.study.maps import BADGE

FALSE_ALARMS = 0.05
ANY_FLAW, ANY_HEALTHY = "any flaw", "any healthy"
DETECTED = (
    "tool", "reading", "flaw", "n", "n_healthy", "power", "power_low", "power_high", "false_alarms", "auc", "auc_low",
    "auc_high", "auc_p",
)  # fmt: skip
_CONDITIONS: dict[str, tuple[str, ...]] = {
    ANY_FLAW: FLAWED, ANY_HEALTHY: HEALTHY, **{name: (name,) for name in (*FLAWED, *HEALTHY)}
}  # fmt: skip
FEWEST = 19  # healthy networks of other data, below which no threshold has 5% false alarms


def comparable(
    readings: pd.DataFrame, *, pictures: int | None = None, evaluations: float | None = None
) -> pd.DataFrame:
    """One value a network, tool and reading, within a budget: the largest sample that keeps to it.

    Args:
        readings: as `run` gives them.
        pictures: most pictures for a tool that reads maps; None for all.
        evaluations: most forward passes; None for any number, and then tools that were not counted are in too.

    Returns:
        the rows, without as-found networks, badges, and tools that could not look.
    """
    rows = readings[readings["value"].notna() & (readings["condition"] != AS_FOUND) & (readings["reading"] != BADGE)]
    if pictures is not None:
        rows = rows[(rows["pictures"] <= pictures) | ~_has_samples(rows)]
    if evaluations is not None:
        rows = rows[rows["evaluations"].notna() & (rows["evaluations"] <= evaluations)]
    return rows.sort_values("pictures", kind="stable").groupby([*CASE, "tool", "reading"], sort=False).tail(1)


def maps_with_badge(readings: pd.DataFrame, badge: str) -> pd.DataFrame:
    """The readings of maps whose badge, on the same network, is the one that is asked for.

    Args:
        readings: as `run` gives them.
        badge: "passes", "fails" or "not computed".
    """
    badges = readings[readings["reading"] == BADGE]
    known = badges.assign(tool=badges["tool"].str.removeprefix(f"{BADGE}_")).set_index([*CASE, "tool"])["value"]
    found = readings.join(known.rename("badge"), on=[*CASE, "tool"])
    words = found["badge"].map({1.0: "passes", 0.0: "fails"}).fillna("not computed")
    maps = found["tool"].map(lambda name: name in study_tools() and study_tools()[name].family == "map")
    return readings[(words == badge) & maps & (readings["reading"] != BADGE)]


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
    found = []
    for (tool, reading), rows_of_it in rows.groupby(["tool", "reading"], sort=False):
        group = _only(_with_alarms(rows_of_it), within)
        for flaw in FLAWED:
            mine = group[(group["condition"] == flaw) & (group["took"].astype(bool) | (not took_only))]
            others = group[group["condition"].isin(HEALTHY) & group["data"].isin(mine["data"].unique())]
            if len(mine) and len(others):
                found.append({"tool": tool, "reading": reading, "flaw": flaw, **_figures(mine, others)})
    return pd.DataFrame(found, columns=list(DETECTED))


def naming(rows: pd.DataFrame, *, took_only: bool = False, within: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Blind top-1: how often each tool names what was planted, and nothing on healthy networks.

    Args:
        rows: as `comparable` gives them.
        took_only: whether flaws that did not take are left out.
        within: "data" or "network" -> the only one that is reported.

    Returns:
        one row a tool and condition, ANY_FLAW and ANY_HEALTHY among them: n, top1 with low and high. A tool is missing
        where other data have too few healthy networks to ever name anything.
    """
    named = _only(names(rows), within)
    named["score"] = [_score(row["condition"], row["names"]) for row in named.to_dict("records")]
    kept = named[named["took"].astype(bool) | (not took_only)]
    found = []
    for tool, of_tool in kept.groupby("tool", sort=False):
        for condition, group in by_condition(of_tool):
            low, high = mean_interval(group, group["score"])
            about = {"tool": tool, "condition": condition, "n": len(group)}
            found.append({**about, "top1": float(group["score"].mean()), "low": low, "high": high})
    return pd.DataFrame(found, columns=["tool", "condition", "n", "top1", "low", "high"])


def by_condition(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of all flaws together, of all healthy conditions together, and of each; none that is empty."""
    yield from (
        (name, found)
        for name, conditions in _CONDITIONS.items()
        if len(found := rows[rows["condition"].isin(conditions)])
    )


def _only(rows: pd.DataFrame, within: Mapping[str, str] | None) -> pd.DataFrame:
    for column, value in (within or {}).items():
        rows = rows[rows[column] == value]
    return rows.copy()


def _with_alarms(group: pd.DataFrame) -> pd.DataFrame:
    """One reading's rows with a column "raised": 1 above the threshold of other data, NaN where there is none."""
    healthy = group[group["condition"].isin(HEALTHY)]
    above = {data: _threshold(healthy[healthy["data"] != data]["value"]) for data in group["data"].unique()}
    limits = group["data"].map(above)
    return group.assign(raised=(group["value"] > limits).astype(float).where(limits.notna()))


def _figures(flawed: pd.DataFrame, healthy: pd.DataFrame) -> dict[str, float]:
    power, false_alarms = flawed["raised"].mean(), healthy["raised"].mean()
    low, high = mean_interval(flawed, flawed["raised"])
    auc, auc_low, auc_high, auc_p = _auc(flawed, healthy)
    return {
        "n": len(flawed), "n_healthy": len(healthy), "power": power, "power_low": low, "power_high": high,
        "false_alarms": false_alarms, "auc": auc, "auc_low": auc_low, "auc_high": auc_high, "auc_p": auc_p,
    }  # fmt: skip


def _auc(flawed: pd.DataFrame, healthy: pd.DataFrame) -> tuple[float, float, float, float]:
    """Over pairs within a data set, the share in which the flawed network reads higher; its interval; two-sided p.

    The p-value is of the rank test over all data sets, each network's reading being its rank within its own.
    """
    both = pd.concat([flawed, healthy])
    ranks = both.groupby("data")["value"].rank(pct=True).to_numpy()
    greater = rank_probability(ranks[: len(flawed)], ranks[len(flawed) :])[1]
    blocks = blocks_of(both)
    mine, theirs = np.split(blocks, [len(flawed)])
    same = flawed["data"].to_numpy()[:, None] == healthy["data"].to_numpy()[None, :]
    ahead = flawed["value"].to_numpy(float)[:, None] - healthy["value"].to_numpy(float)[None, :]
    wins = np.where(same, (ahead > 0) + 0.5 * (ahead == 0), 0.0)
    number = blocks.max() + 1
    won, pairs = np.zeros((number, number)), np.zeros((number, number))
    np.add.at(won, np.ix_(mine, theirs), wins)
    np.add.at(pairs, np.ix_(mine, theirs), same)
    drawn = draws(number)
    over = np.einsum("di,ij,dj->d", drawn, pairs, drawn)
    low, high = percentiles(np.einsum("di,ij,dj->d", drawn, won, drawn), over, number)
    return float(won.sum() / pairs.sum()), low, high, float(min(1.0, 2 * min(greater, 1 - greater)))


def _threshold(healthy: pd.Series) -> float:
    """The value that a healthy network exceeds at most 5 times of 100; NaN where there are too few to say."""
    n = len(healthy)
    place = math.ceil((1 - FALSE_ALARMS) * (n + 1))
    return float(np.sort(healthy.to_numpy(float))[place - 1]) if n >= FEWEST else math.nan


def names(rows: pd.DataFrame) -> pd.DataFrame:
    """What each tool names on each network.

    Args:
        rows: as `comparable` gives them.

    Returns:
        one row a network and tool: took, names, a frozenset of flaws between which the tool does not decide, of NOTHING
        or of OTHER, and cpu, seconds that the tool took.
    """
    found = []
    for tool, of_tool in rows.groupby("tool", sort=False):
        for _, mine in of_tool.groupby("data", sort=False):
            others = of_tool[(of_tool["data"] != mine["data"].iloc[0]) & of_tool["condition"].isin(HEALTHY)]
            scaled = _scaled(mine, others)
            limit = _threshold(_scaled(others, others).groupby(list(CASE))["height"].max())
            for key, group in scaled.groupby(list(CASE), sort=False):
                own = str(group["named"].iloc[0])
                if own or not math.isnan(limit):
                    case = dict(zip(CASE, key, strict=True))
                    fits = frozenset({own} if own else _by_rule(group, limit))
                    about = {"took": group["took"].iloc[0], "cpu": group["cpu"].iloc[0]}
                    found.append({**case, "tool": tool, **about, "names": fits})
    return pd.DataFrame(found, columns=[*CASE, "tool", "took", "names", "cpu"])


def _score(condition: str, fits: frozenset[str]) -> float:
    wanted = NOTHING if condition in HEALTHY else condition
    return 1 / len(fits) if wanted in fits else 0.0


def _by_rule(group: pd.DataFrame, limit: float) -> set[str]:
    """The flaws that fit the reading that lies furthest up, where it lies above the limit."""
    best = group.sort_values("height", kind="stable").iloc[-1]
    if best["height"] <= limit:
        return {NOTHING}
    return set(str(best["fits"]).split()) or {OTHER}


def _scaled(rows: pd.DataFrame, healthy: pd.DataFrame) -> pd.DataFrame:
    """The rows with a column "height": how many median deviations of healthy networks they lie above their median."""
    values = healthy.groupby("reading")["value"]
    middle = values.median()
    spread = values.agg(lambda each: float((each - each.median()).abs().median()))
    spread = spread.where(spread > 0, values.std()).fillna(0.0)
    spread = spread.where(spread > 0, 1.0)  # all healthy networks read the same: any other value is as far as it is
    # Where no network is healthy, none is there to map to, and pandas takes the result for text.
    middle, spread = (rows["reading"].map(each).astype(float) for each in (middle, spread))
    height = (rows["value"] - middle) / spread
    return rows.assign(height=height.fillna(0.0).astype(float))


def _has_samples(rows: pd.DataFrame) -> pd.Series:
    """Whether a row is of a tool with several samples, such as maps at 5, 10 and 20 pictures."""
    return rows.groupby([*CASE, "tool", "reading"])["pictures"].transform("nunique") > 1
