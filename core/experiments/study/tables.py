"""Readings that can be compared, what each tool names, and how often that is right, with intervals by block."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from core.experiments.study.base import NOTHING, OTHER
from core.experiments.study.block_intervals import mean_interval
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
    found = []
    for tool, of_tool in rows.groupby("tool", sort=False):
        for _, mine in of_tool.groupby("data", sort=False):
            others = of_tool[(of_tool["data"] != mine["data"].iloc[0]) & of_tool["condition"].isin(HEALTHY)]
            scaled = _scaled(mine, others)
            limit = threshold(_scaled(others, others).groupby(list(CASE))["height"].max().to_numpy(float))
            # Of each network, the reading that lies furthest up.
            highest = scaled.sort_values("height", kind="stable").groupby(list(CASE), sort=False).tail(1).sort_index()
            for row in highest.to_dict("records"):
                if row["named"] or not math.isnan(limit):
                    about = {name: row[name] for name in (*CASE, "took", "cpu")}
                    fits = {str(row["named"])} if row["named"] else _by_rule(row, limit)
                    found.append({**about, "tool": tool, "names": frozenset(fits)})
    return pd.DataFrame(found, columns=[*CASE, "tool", "took", "names", "cpu"])


def _score(condition: str, fits: frozenset[str]) -> float:
    wanted = NOTHING if condition in HEALTHY else condition
    return 1 / len(fits) if wanted in fits else 0.0


def _by_rule(best: Mapping[Any, Any], limit: float) -> set[str]:
    """The flaws that fit a network's highest reading, where it lies above the limit."""
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
