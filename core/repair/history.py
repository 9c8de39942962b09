"""The fixes that were tried on a run and what they proved, stored beside it so that a report can show the proof.

Each ladder writes one file, repairs/<run key>/<hash>.json.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd

from core.settings import digest
from core.store import Store, beside, default_store

if TYPE_CHECKING:
    from core.repair.ladder import Ladder

FOLDER = "repairs"


@dataclass(frozen=True, eq=False)
class Proof:
    """The stored result of a ladder; the same names as in `core.repair.Ladder`.

    Args:
        table: one row per rung.
        sentence: the result in plain words.
        best: the fix that helps most beyond doubt; None if none does.
        runs: rung name -> key of the run of the median seed.
        complete: whether every rung has all its seeds.
        made: time, ISO 8601 in UTC.
    """

    table: pd.DataFrame = field(repr=False)
    sentence: str
    best: str | None
    runs: Mapping[str, str]
    complete: bool
    made: str


def save(run: str, ladder: Ladder, store: Store | None = None) -> None:
    """Store the result of a ladder.

    Args:
        run: key of the run that was to be repaired.
        ladder: the result.
        store: where to write; None for the default store.
    """
    table = json.loads(ladder.table.to_json(orient="split", double_precision=15))
    runs = {name: made.key for name, made in ladder.runs.items()}
    plain = {
        "table": table,
        "sentence": ladder.sentence,
        "best": ladder.best,
        "runs": runs,
        "complete": bool(ladder.complete),
        "made": datetime.now(UTC).isoformat(),
    }
    (store or default_store()).write(f"{beside(run, FOLDER)}/{digest(runs)}.json", json.dumps(plain).encode())


def load(run: str, store: Store | None = None) -> list[Proof]:
    """Every ladder of a run, most recent first.

    Args:
        run: key of the run.
        store: where to read; None for the default store.
    """
    store = store or default_store()
    found = store.load_all(beside(run, FOLDER), _proof).values()
    return sorted(found, key=lambda proof: proof.made, reverse=True)


def _proof(content: bytes) -> Proof:
    plain = json.loads(content)
    datetime.fromisoformat(plain["made"])
    table = pd.read_json(io.StringIO(json.dumps(plain["table"])), orient="split")
    return Proof(**{**plain, "table": table})
