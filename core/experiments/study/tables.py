"""Readings that can be compared, what each tool names, and how often that is right, with intervals by block."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.experiments.study.base import NOTHING, OTHER
from core.experiments.study.block_intervals import blocks_of, mean_intervals
from core.experiments.study.cells import study_tools
from core.experiments.study.design import AS_FOUND, CASE, FLAWED, HEALTHY
from core.experiments.study.detection import threshold
from core.experiments.study.maps import BADGE

ANY_FLAW, ANY_HEALTHY = "any flaw", "any healthy"
_CONDITIONS: dict[str, tuple[str, ...]] = {
    ANY_FLAW: FLAWED, ANY_HEALTHY: HEALTHY, **{name: (name,) for name in (*FLAWED, *HEALTHY)}
}  # fmt: skip


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


def naming(named: pd.DataFrame, *, took_only: bool = False, within: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Blind top-1: how often each tool names what was planted, and nothing on healthy networks.

    Args:
        named: as `names` gives it.
        took_only: whether flaws that did not take are left out.
        within: "data" or "network" -> the only one that is reported.

    Returns:
        one row a tool and condition, ANY_FLAW and ANY_HEALTHY among them: n, top1 with low and high. A tool is missing
        where other data have too few healthy networks to ever name anything.
    """
    named = only(named, within)
    named["score"] = [_score(row["condition"], row["names"]) for row in named.to_dict("records")]
    kept = named[named["took"].astype(bool) | (not took_only)]
    scores, blocks = kept["score"].to_numpy(float), blocks_of(kept)
    groups = [
        ({"tool": tool, "condition": condition}, np.asarray(where)[members])
        for tool, where in kept.groupby("tool", sort=False).indices.items()
        for condition, members in by_condition(kept["condition"].iloc[where])
    ]
    ends = mean_intervals((blocks[members], scores[members]) for _, members in groups)
    found = [
        {**about, "n": len(members), "top1": float(scores[members].mean()), "low": low, "high": high}
        for (about, members), (low, high) in zip(groups, ends, strict=True)
    ]
    return pd.DataFrame(found, columns=["tool", "condition", "n", "top1", "low", "high"])


def by_condition(conditions: pd.Series) -> Iterator[tuple[str, np.ndarray]]:
    """Where all flaws together stand, all healthy conditions together, and each; none that is not there."""
    there = conditions.to_numpy(str)
    for name, members in _CONDITIONS.items():
        found = np.flatnonzero(np.isin(there, members))
        if len(found):
            yield name, found


def only(rows: pd.DataFrame, within: Mapping[str, str] | None) -> pd.DataFrame:
    """The rows whose columns have these values, as a table of their own; all of them for None."""
    for column, value in (within or {}).items():
        rows = rows[rows[column] == value]
    return rows.copy()


def names(rows: pd.DataFrame) -> pd.DataFrame:
    """What each tool names on each network.

    Args:
        rows: as `comparable` gives them.

    Returns:
        one row a network and tool: took, names, a frozenset of flaws between which the tool does not decide, of NOTHING
        or of OTHER, and cpu, seconds that the tool took.
    """
    columns = [*CASE, "tool", "took", "names", "cpu"]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    healthy = rows["condition"].isin(HEALTHY)
    highest = pd.concat(
        [_highest(mine, rows[healthy & (rows["data"] != name)]) for name, mine in rows.groupby("data", sort=False)]
    ).sort_index()
    tools, pairs = list(rows["tool"].unique()), list(zip(rows["tool"], rows["data"], strict=True))
    place = {pair: number for number, pair in reversed(list(enumerate(pairs)))}
    found = [
        {**row, "names": frozenset({str(row["named"])} if row["named"] else _by_rule(row, row["limit"]))}
        for row in highest.to_dict("records")
        if row["named"] or not math.isnan(row["limit"])
    ]
    found.sort(key=lambda row: (tools.index(row["tool"]), place[row["tool"], row["data"]]))
    return pd.DataFrame(found, columns=columns)


def _score(condition: str, fits: frozenset[str]) -> float:
    wanted = NOTHING if condition in HEALTHY else condition
    return 1 / len(fits) if wanted in fits else 0.0


def _by_rule(best: Mapping[Any, Any], limit: float) -> set[str]:
    """The flaws that fit a network's highest reading, where it lies above the limit."""
    if best["height"] <= limit:
        return {NOTHING}
    return set(str(best["fits"]).split()) or {OTHER}


def _highest(rows: pd.DataFrame, healthy: pd.DataFrame) -> pd.DataFrame:
    """Of each network and tool, the reading that lies furthest up, with its "height" and the tool's "limit".

    Args:
        rows: of one data set.
        healthy: of healthy networks of all others.
    """
    scales = _scales(healthy)
    heights = _heights(healthy, scales).groupby([healthy["tool"], *(healthy[name] for name in CASE)]).max()
    limits = {tool: threshold(group.to_numpy(float)) for tool, group in heights.groupby("tool")}
    ranked = rows.assign(height=_heights(rows, scales)).sort_values("height", kind="stable")
    highest = ranked.groupby([*CASE, "tool"], sort=False).tail(1)
    return highest.assign(limit=[limits.get(tool, math.nan) for tool in highest["tool"]])


def _scales(healthy: pd.DataFrame) -> pd.DataFrame:
    """The middle and the spread of each tool's readings of healthy networks."""
    keys = ["tool", "reading"]
    values = healthy.groupby(keys)["value"]
    off = (healthy["value"] - values.transform("median")).abs()
    spread = off.groupby([healthy[name] for name in keys]).median()
    spread = spread.where(spread > 0, values.std()).fillna(0.0)
    spread = spread.where(spread > 0, 1.0)  # all healthy networks read the same: any other value is as far as it is
    return pd.DataFrame({"middle": values.median(), "spread": spread})


def _heights(rows: pd.DataFrame, scales: pd.DataFrame) -> pd.Series:
    """How many median deviations of healthy networks the rows lie above their median."""
    there = rows[["tool", "reading"]].join(scales, on=["tool", "reading"])
    return ((rows["value"] - there["middle"]) / there["spread"]).astype(float).fillna(0.0)


def _has_samples(rows: pd.DataFrame) -> pd.Series:
    """Whether a row is of a tool with several samples, such as maps at 5, 10 and 20 pictures."""
    return rows.groupby([*CASE, "tool", "reading"])["pictures"].transform("nunique") > 1
