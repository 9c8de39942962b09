"""The protocol's second part: what acting on what a tool says brings, beside what is done without any tool.

A policy says what is done to a network: the fix that a tool points to, or one that looks at nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.experiments.study.actions import (
    KEEP,
    LAST_LAYER,
    LONGER,
    ORACLE,
    POINTING,
    RIGHT_REASONS,
    fix_for,
    flaw_fixes,
)
from core.experiments.study.base import NOTHING
from core.experiments.study.block_intervals import blocks_of, mean_intervals, ratio_interval
from core.experiments.study.design import CASE, FLAWED
from core.experiments.study.tables import by_condition
from core.random_streams import random_stream

ACCURACY_ALONE, RANDOM = "accuracy alone", "random fix"
SAME_EVERYWHERE = {ACCURACY_ALONE: LONGER, KEEP: KEEP, LAST_LAYER: LAST_LAYER, RIGHT_REASONS: RIGHT_REASONS}
MEASURES = {"gain": "worst_group", "accuracy": "accuracy"}
LEFT_ALONE = {"fixed": 0.0, "undone": 0.0, "gain": 0.0, "accuracy": 0.0, "minutes": 0.0}
HARM = 0.05  # of the worst group's accuracy: a fix that costs more has done harm


@dataclass(frozen=True)
class _Choice:
    """What a policy does to a network: one of these actions, none for leaving it; and the tool's CPU seconds."""

    case: tuple[object, ...]
    policy: str
    actions: tuple[str, ...]
    seconds: float = 0.0


def policy_outcomes(acted: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """What each policy did to each network, and what came of it.

    Args:
        acted: as `outcomes` gives them.
        named: what tools name, as `names` gives it.

    Returns:
        one row a policy and network: took; fixed, 1 where a fix was done; undone, 1 where the fix could not be; gain,
        of the judge's worst group; accuracy, gain on all of the judge's pictures; minutes of CPU, of the tool and the
        fix. Where a tool does not decide between flaws, these are means over their fixes, which is what a toss brings.
        A policy is missing on networks where the action that it calls for has not been tried.
    """
    networks: dict[tuple[object, ...], dict[str, Mapping[Any, Any]]] = {}
    for row in acted.to_dict("records"):
        networks.setdefault(tuple(row[name] for name in CASE), {})[row["action"]] = dict(row)
    found = []
    for choice in _choices(networks, named):
        there = networks[choice.case]
        if set(choice.actions) <= set(there):
            about = {**dict(zip(CASE, choice.case, strict=True)), "took": next(iter(there.values()))["took"]}
            tried = [_brought(there[action]) for action in choice.actions] or [LEFT_ALONE]
            means = {name: sum(each[name] for each in tried) / len(tried) for name in LEFT_ALONE}
            means["minutes"] += choice.seconds / 60
            found.append({**about, "policy": choice.policy, **means})
    columns = [*CASE, "took", "policy", "fixed", "undone", "gain", "accuracy", "minutes"]
    return pd.DataFrame(found, columns=columns)


def helpfulness(found: pd.DataFrame, *, took_only: bool = False) -> pd.DataFrame:
    """What each policy gains, by flaw and over all, and what it costs healthy networks.

    Args:
        found: as `policy_outcomes` gives it.
        took_only: whether flaws that did not take are left out.

    Returns:
        one row a policy and condition, ANY_FLAW and ANY_HEALTHY among the conditions: n, networks; fixed and undone,
        shares of them; gain of the worst group with low and high; harmed, the share whose worst group lost more than
        HARM; accuracy, gain on all pictures, with accuracy_low and accuracy_high; minutes of CPU a network; per_minute,
        gain of the worst group a minute, with per_minute_low and per_minute_high, NaN where nothing was spent.
    """
    kept = found[found["took"].astype(bool) | (not took_only)]
    rows = []
    for policy, group in kept.groupby("policy", sort=False):
        for condition, members in by_condition(group["condition"]):
            rows.append({"policy": policy, "condition": condition, **_figures(group.iloc[members])})
    return pd.DataFrame(rows)


def _choices(cases: Collection[tuple[object, ...]], named: pd.DataFrame) -> Iterator[_Choice]:
    for case in cases:
        for policy, action in SAME_EVERYWHERE.items():
            yield _Choice(case, policy, (action,))
        rng = random_stream(0, "study", RANDOM, *map(str, case))
        yield _Choice(case, RANDOM, (str(rng.choice(flaw_fixes())),))
        yield _Choice(case, ORACLE, (ORACLE,) if case[CASE.index("condition")] in FLAWED else ())
    for row in named.to_dict("records"):
        case, tool = tuple(row[name] for name in CASE), row["tool"]
        if case not in cases:
            continue
        fixes = (
            (tool,) if tool in POINTING else tuple(fix_for(flaw) for flaw in sorted(row["names"]) if flaw != NOTHING)
        )
        yield _Choice(case, tool, fixes, row["cpu"])


def _brought(row: Mapping[Any, Any]) -> dict[str, float]:
    """What one action brought; a network that could not be fixed stays as it is, and its minutes are gone."""
    minutes = row["cpu"] / 60
    if row["reason"]:
        return {**LEFT_ALONE, "undone": 1.0, "minutes": minutes}
    gains = {name: row[measure] - row[f"{measure}_before"] for name, measure in MEASURES.items()}
    return {"fixed": float(row["fix"] != ""), "undone": 0.0, **gains, "minutes": minutes}


def _figures(rows: pd.DataFrame) -> dict[str, float]:
    blocks = blocks_of(rows)
    gain, accuracy = mean_intervals((blocks, rows[name].to_numpy(float)) for name in ("gain", "accuracy"))
    spent = float(rows["minutes"].sum())
    per_low, per_high = ratio_interval(rows, rows["gain"], rows["minutes"])
    return {
        "n": len(rows), "fixed": rows["fixed"].mean(), "undone": rows["undone"].mean(),
        "gain": rows["gain"].mean(), "low": gain[0], "high": gain[1], "harmed": float((rows["gain"] < -HARM).mean()),
        "accuracy": rows["accuracy"].mean(), "accuracy_low": accuracy[0], "accuracy_high": accuracy[1],
        "minutes": rows["minutes"].mean(), "per_minute": rows["gain"].sum() / spent if spent else math.nan,
        "per_minute_low": per_low, "per_minute_high": per_high,
    }  # fmt: skip
