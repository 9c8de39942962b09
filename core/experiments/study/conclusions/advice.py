"""What the study says to somebody who has a network before them: which tool, for which flaw, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.experiments.study.base import Family
from core.experiments.study.cells import study_tools
from core.experiments.study.design import FLAWED
from core.experiments.study.detection import detection
from core.experiments.study.tables import names, naming
from core.hypothesis_tests import holm

LEVEL, CHANCE = 0.05, 0.5
COMPARED = 0.5  # of the networks with a flaw, as many a tool must have been tried on to be compared with others
ACCURACY = "accuracy"


@dataclass(frozen=True)
class Summary:
    """The study's measures over the networks that are asked about.

    Args:
        detected: as `best_readings` gives it.
        named: as `naming` gives it.
        advice: as `advise` gives it.
    """

    detected: pd.DataFrame
    named: pd.DataFrame
    advice: pd.DataFrame


def summarise(
    rows: pd.DataFrame,
    *,
    named: pd.DataFrame | None = None,
    took_only: bool = False,
    within: Mapping[str, str] | None = None,
    most_seconds: float | None = None,
) -> Summary:
    """The measures that the screen, the guide and the README show.

    Args:
        rows: as `comparable` gives them.
        named: as `names` gives it for them; None to work it out.
        took_only: whether flaws that did not take are left out.
        within: "data" or "network" -> the only one that is reported.
        most_seconds: CPU seconds that a tool may take on a network, in the middle; None for any.
    """
    quick = quick_enough(rows, most_seconds)
    best = best_readings(quick, detection(quick, took_only=took_only, within=within))
    named = names(quick) if named is None else named[named["tool"].isin(quick["tool"].unique())]
    return Summary(best, naming(named, took_only=took_only, within=within), advise(best))


def seconds_of(rows: pd.DataFrame) -> pd.Series:
    """CPU seconds that each tool takes on a network, in the middle."""
    cells = rows.drop_duplicates(["data", "network", "condition", "strength", "block", "tool"])
    return cells.groupby("tool", sort=False)["cpu"].median()


def quick_enough(rows: pd.DataFrame, most_seconds: float | None) -> pd.DataFrame:
    """The rows of tools that take no longer than that on a network, in the middle; all of them for None."""
    if most_seconds is None:
        return rows
    seconds = seconds_of(rows)
    return rows[rows["tool"].isin(seconds[seconds <= most_seconds].index)]


def best_readings(rows: pd.DataFrame, detected: pd.DataFrame) -> pd.DataFrame:
    """For each tool and flaw, the reading that tells best, of those that point to the flaw.

    It is picked afterwards, which flatters a tool with many readings: their number stands beside it.

    Args:
        rows: as `comparable` gives them.
        detected: as `detection` gives it for them.

    Returns:
        the columns of `detected`, with of, the number of readings that it was picked from; seconds of CPU a network;
        and p_corrected, the two-sided p-value corrected (Holm) for all readings of all tools that point to the flaw.
    """
    columns = [*detected.columns, "p_corrected", "of", "seconds"]
    if detected.empty:
        return pd.DataFrame(columns=columns)
    fits = {pair: set(str(group["fits"].iloc[0]).split()) for pair, group in rows.groupby(["tool", "reading"])}
    pointing = [
        row["flaw"] in fits[row["tool"], row["reading"]] or row["tool"] == ACCURACY
        for row in detected.to_dict("records")
    ]
    found = detected[np.array(pointing)].copy()
    found["p_corrected"] = found.groupby("flaw")["auc_p"].transform(lambda values: holm(values.to_numpy()))
    found["of"] = found.groupby(["tool", "flaw"])["reading"].transform("count")
    found["seconds"] = found["tool"].map(seconds_of(rows))
    ranked = found.sort_values(["auc", "power"], ascending=False, kind="stable", na_position="last")
    best = ranked.groupby(["tool", "flaw"], sort=False).head(1).sort_index()
    return best[columns].reset_index(drop=True)


def advise(best: pd.DataFrame) -> pd.DataFrame:
    """The tool to use for each flaw, with what speaks for it.

    Args:
        best: as `best_readings` gives it.

    Returns:
        one row a flaw: its row in `best` of the tool that tells best, of equals the quicker one; picked_from, the
        number of tools; sure, whether it tells beyond doubt after correction; accuracy, how well test accuracy alone
        tells the flaw; heatmap and heatmap_auc, the best of the heatmaps, "" and NaN where none was tried.
    """
    found = []
    columns = [*best.columns, "picked_from", "sure", "accuracy", "heatmap", "heatmap_auc"]
    for flaw in FLAWED:
        mine = best[best["flaw"] == flaw]
        tried = mine[mine["tool"] != ACCURACY]
        tried = tried[tried["n"] >= COMPARED * tried["n"].max()]
        if tried.empty:
            continue
        ranked = tried.sort_values(["auc", "seconds"], ascending=[False, True], kind="stable")
        maps = ranked[is_heatmap(ranked)]
        first, plain = ranked.iloc[0], mine.loc[mine["tool"] == ACCURACY, "auc"]
        found.append({
            **first.to_dict(), "picked_from": tried["tool"].nunique(),
            "sure": is_sure(first),
            "accuracy": float(plain.iloc[0]) if len(plain) else float("nan"),
            "heatmap": str(maps["tool"].iloc[0]) if len(maps) else "",
            "heatmap_auc": float(maps["auc"].iloc[0]) if len(maps) else float("nan"),
        })  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def is_sure(row: Mapping[Any, Any] | pd.Series) -> bool:
    """Whether a row of `best_readings` tells its flaw beyond doubt, after correction."""
    return bool(row["p_corrected"] <= LEVEL and row["auc_low"] > CHANCE)


def is_heatmap(table: pd.DataFrame) -> pd.Series:
    """Whether each row of a table with a column "tool" is of a heatmap."""
    return pd.Series([family(str(name)) == "map" for name in table["tool"]], table.index, dtype=bool)


def family(tool: str) -> Family | None:
    """Of a tool of the study; None for one that this version does not have."""
    known = study_tools()
    return known[tool].family if tool in known else None
