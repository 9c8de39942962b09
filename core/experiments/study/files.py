"""A study's readings and the results of its cells as Parquet, and the manifest beside them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from core.addresses import exists, read_bytes, write_bytes
from core.cluster import Where
from core.diagnosis.history import VERSION as DIAGNOSIS_VERSION
from core.errors import InputError
from core.experiments.study.cells import FOLDER, kept, result_name
from core.experiments.study.design import CASE, PROTOCOL
from core.experiments.study.run import OUTCOMES, Plan
from core.store import Store

READINGS, OUTCOMES_FILE, CELLS, MANIFEST = "readings.parquet", "outcomes.parquet", "cells.parquet", "manifest.json"
PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "cleanlab")


def write(
    address: str,
    table: pd.DataFrame,
    work: Plan,
    *,
    where: Where,
    seconds: float,
    acted: pd.DataFrame | None = None,
) -> None:
    """Write the readings, what actions brought, the results of cells, and how they were made.

    What stands at the address already is replaced, but for the list of runs, to which this one is added.

    Args:
        address: folder, or anything that fsspec understands, such as "s3://bucket/study".
        table: the readings.
        work: what they are the readings of.
        where: who did it.
        seconds: that this run took.
        acted: as `outcomes` gives them; None where nothing was acted on.

    Raises:
        InputError: where it cannot be written to.
    """
    acted = pd.DataFrame(columns=list(OUTCOMES)) if acted is None else acted
    made = about(table, work, where=where, seconds=seconds, acted=acted)
    runs = [*_runs(address), {name: made[name] for name in ("made", "seconds", "machine", "code")}]
    write_bytes(address, READINGS, table.to_parquet(index=False))
    write_bytes(address, OUTCOMES_FILE, acted.to_parquet(index=False))
    write_bytes(address, CELLS, _cells(work).to_parquet(index=False, compression="zstd"))
    # Last: where it stands, the readings are whole.
    write_bytes(address, MANIFEST, json.dumps({**made, "runs": runs}, indent=1).encode())


def read(address: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The readings and their manifest.

    Raises:
        InputError: where there are none, or they follow another version of the protocol.
    """
    manifest = read_manifest(address)
    return _parquet(address, READINGS), manifest


def read_outcomes(address: str) -> pd.DataFrame:
    """What actions brought, with the columns OUTCOMES; no row where the study has only looked.

    Raises:
        InputError: where the file is there and cannot be read.
    """
    if not exists(address, OUTCOMES_FILE):
        return pd.DataFrame(columns=list(OUTCOMES))
    return _parquet(address, OUTCOMES_FILE)


def adopt(address: str, store: Store) -> int:
    """Put what cells found elsewhere into a store that does not have it, so that a run goes on from there.

    Args:
        address: folder or address of a study's results.
        store: where cells are looked for.

    Returns:
        the number of results that were new to the store; 0 where there are no results of cells at the address.

    Raises:
        InputError: where they follow another version of the protocol, or cannot be read.
    """
    if not exists(address, CELLS):
        return 0
    read_manifest(address)  # refuses another protocol
    found = _parquet(address, CELLS)
    there = set(store.names(FOLDER))
    names = [result_name(key) for key in found["key"]]
    new = [(name, result) for name, result in zip(names, found["result"], strict=True) if name not in there]
    for name, result in new:
        store.write(name, str(result).encode())
    return len(new)


def read_manifest(address: str) -> dict[str, Any]:
    """How a study was made.

    Raises:
        InputError: where that is not there, or the study follows another version of the protocol.
    """
    try:
        manifest = dict(json.loads(read_bytes(address, MANIFEST)))
    except (OSError, ValueError) as error:
        raise InputError("A folder with readings and their manifest", f"{address} ({error})") from error
    if manifest.get("protocol") != PROTOCOL:
        raise InputError(f"Readings by version {PROTOCOL} of the protocol", f"version {manifest.get('protocol')}")
    return manifest


def _parquet(address: str, name: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(io.BytesIO(read_bytes(address, name)))
    except (OSError, ValueError) as error:
        raise InputError(f"A readable {name}", f"{address} ({error})") from error


def _cells(work: Plan) -> pd.DataFrame:
    """Key and result, as JSON, of each cell of a plan that is done."""
    found = [(cell.key, kept(cell)) for cell in work.cells]
    rows = [{"key": key, "result": json.dumps(result)} for key, result in found if result is not None]
    return pd.DataFrame(rows, columns=["key", "result"])


def _runs(address: str) -> list[dict[str, Any]]:
    """The runs that made what stands at an address; those of another protocol are forgotten with their readings."""
    try:
        return list(read_manifest(address).get("runs", []))
    except InputError:
        return []


def about(table: pd.DataFrame, work: Plan, *, where: Where, seconds: float, acted: pd.DataFrame) -> dict[str, Any]:
    """How readings and outcomes were made: protocol, code, seeds, machine and time, and what was left out."""
    settings = work.cells[0].settings.model_dump(mode="json") if work.cells else {}
    results = [(cell, kept(cell)) for cell in work.cells]
    missing = Counter(cell.tool for cell, found in results if found is None)
    refused, undone = table[table["reason"] != ""], acted[acted["reason"] != ""]
    return {
        "protocol": PROTOCOL,
        "code": {"hunch": _code(), **{name: version(name) for name in PACKAGES}},
        "diagnosis": DIAGNOSIS_VERSION,
        "settings": settings,
        "blocks": sorted({f"{cell.case.data} {cell.case.block}" for cell in work.cells}),
        "networks": len(table[list(CASE)].drop_duplicates()),
        "left_out": dict(work.left_out),
        "could_not_look": {str(reason): int(count) for reason, count in refused["reason"].value_counts().items()},
        "actions": sorted(acted["action"].unique()),
        "networks_acted_on": len(acted[list(CASE)].drop_duplicates()),
        "actions_left_out": dict(work.actions_left_out),
        "could_not_be_done": {str(reason): int(count) for reason, count in undone["reason"].value_counts().items()},
        "tools": sorted(table["tool"].unique()),
        "cells": len(work.cells),
        "cells_not_done_yet": dict(missing),
        "machine": {"where": where.title, "threads": where.threads, "cores": os.cpu_count(), **_machine()},
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "seconds_of_cells": round(sum(found["seconds"] for _, found in results if found is not None), 1),
        "seconds_of_tools": round(float(table.groupby([*CASE, "tool"], dropna=False)["seconds"].first().sum()), 1),
    }


def _machine() -> dict[str, str]:
    return {"system": platform.system(), "processor": platform.machine(), "python": platform.python_version()}


def _code() -> str:
    """A hash of the library's source, which tells two versions of the code apart without a repository."""
    hasher = hashlib.sha256()
    root = Path(__file__).parents[2]
    for path in sorted(root.rglob("*.py")):
        hasher.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return hasher.hexdigest()[:16]
