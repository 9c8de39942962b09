"""What the study's advice rests on, worked out once and kept beside the study: screens read it without any waiting.

`python -m core experiments run --out ADDRESS` writes it with the study; `python -m core experiments advice` works it
out again from the readings that are there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.addresses import exists, read_bytes, write_bytes
from core.diagnosis.history import VERSION as DIAGNOSIS_VERSION
from core.errors import InputError, Unavailable
from core.experiments.study.base import NOTHING
from core.experiments.study.block_intervals import mean_interval
from core.experiments.study.conclusions.advice import advise, summarise
from core.experiments.study.conclusions.answer import SEARCH
from core.experiments.study.conclusions.shipped import ADDRESS
from core.experiments.study.design import FLAWED, HEALTHY
from core.experiments.study.files import read, read_manifest
from core.experiments.study.tables import ANY_FLAW, ANY_HEALTHY, comparable, names

Rows = list[dict[Any, Any]]
FILE = "advice.json"
AGAIN = "Run: python -m core experiments advice."
MATTERED = "any flaw that mattered"
DIGITS = 6
TOLD = (
    "tool", "flaw", "reading", "n", "n_healthy", "power", "auc", "auc_low", "auc_high", "p_corrected", "of", "seconds",
)  # fmt: skip
SILENT = ("networks", "n", "silent", "low", "high")


@dataclass(frozen=True, eq=False)
class StudyAdvice:
    """What the study's advice rests on, over all its networks and tools.

    Args:
        told: how well each tool tells each flaw by its best reading: the columns TOLD of what `best_readings` gives.
        advice: the tool for each flaw, as `advise` gives it for them.
        silent: on how many networks the search for the flaw raises nothing: one row each for ANY_HEALTHY, ANY_FLAW and
            MATTERED, flaws that took, where there are such networks: n, their number; silent, the share, with its
            interval, low and high; all 0..1, NaN where there are too few groups for an interval.
        earlier: whether the search has changed since it was run for the study.
    """

    told: pd.DataFrame
    advice: pd.DataFrame
    silent: pd.DataFrame
    earlier: bool


def work_out(readings: pd.DataFrame, *, earlier: bool = False) -> StudyAdvice:
    """The advice from readings; takes seconds.

    Args:
        readings: as `core.experiments.study.run.run` gives them; may be empty.
        earlier: see `StudyAdvice`.
    """
    rows = comparable(readings)
    if rows.empty:
        return _advice([], [], earlier=earlier)
    named = names(rows)
    told = summarise(rows, named=named).detected[list(TOLD)]
    return _advice(told.to_dict("records"), _silences(named), earlier=earlier)


def write_advice(address: str = ADDRESS) -> StudyAdvice:
    """Work the advice out from the readings at an address, and write it beside them.

    Args:
        address: folder or address of a study's results.

    Raises:
        InputError: where there are no readings, they follow another version of the protocol, or it cannot be written.
    """
    readings, manifest = read(address)
    found = work_out(readings, earlier=is_earlier(manifest))
    content = {"made": manifest["made"], "told": _records(found.told), "silent": _records(found.silent)}
    write_bytes(address, FILE, (json.dumps(content, indent=1) + "\n").encode())
    return found


def read_advice(address: str = ADDRESS) -> StudyAdvice:
    """The advice that is kept beside a study.

    Args:
        address: folder or address of a study's results; by default the study that ships.

    Raises:
        Unavailable: where there is none.
        InputError: where it cannot be read, or was worked out from another run of the study.
    """
    if not exists(address, FILE):
        raise Unavailable(f"No advice is kept with this study. {AGAIN}")
    manifest = read_manifest(address)
    try:
        content: dict[str, Any] = json.loads(read_bytes(address, FILE))
        made, told, silent = content["made"], content["told"], content["silent"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"A readable {FILE}", f"{address} ({error})", AGAIN) from error
    if made != manifest["made"]:
        raise InputError(f"Advice from the run of {manifest['made']}", f"from that of {made}", AGAIN)
    return _advice(told, silent, earlier=is_earlier(manifest))


def _advice(told: Rows, silent: Rows, *, earlier: bool) -> StudyAdvice:
    table = _table(told, TOLD, texts=("tool", "flaw", "reading"))
    return StudyAdvice(table, advise(table), _table(silent, SILENT, texts=("networks",)), earlier)


def _table(rows: Rows, columns: tuple[str, ...], texts: tuple[str, ...]) -> pd.DataFrame:
    """Rows as JSON has them: numbers as numbers, also where all of a column are missing."""
    found = pd.DataFrame(rows, columns=list(columns))
    return found.astype(dict.fromkeys([name for name in columns if name not in texts], float))


def _records(table: pd.DataFrame) -> Rows:
    rounded = table.round(DIGITS).astype(object)
    return rounded.where(table.notna(), None).to_dict("records")


def _silences(named: pd.DataFrame) -> Rows:
    """On how many networks the search raises nothing, healthy and flawed ones apart."""
    mine = named[named["tool"] == SEARCH]
    mine = mine.assign(silent=[float(fits == {NOTHING}) for fits in mine["names"]])
    flawed = mine[mine["condition"].isin(FLAWED)]
    groups = {
        ANY_HEALTHY: mine[mine["condition"].isin(HEALTHY)],
        ANY_FLAW: flawed,
        MATTERED: flawed[flawed["took"].astype(bool)],
    }
    return [_silence(name, group) for name, group in groups.items() if len(group)]


def _silence(name: str, group: pd.DataFrame) -> dict[Any, Any]:
    low, high = mean_interval(group, group["silent"])
    return {"networks": name, "n": len(group), "silent": float(group["silent"].mean()), "low": low, "high": high}


def is_earlier(manifest: Mapping[str, Any]) -> bool:
    """Whether the search for the flaw has changed since a study was made; from its manifest."""
    return bool(manifest.get("diagnosis") != DIAGNOSIS_VERSION)
