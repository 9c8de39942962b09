"""The fixes that were tried on a run and what they proved, stored beside it so that a report can show the proof.

Each ladder writes one file, repairs/<run key>/<hash>.json.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
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
        question: a digest of everything that was asked for, given by whoever asked; empty where it was not given.
        measure: what a fix had to raise: "worst_group" or "accuracy".
        symptoms: how many things were wrong with the network as it is; 0 for a healthy one.
        limits: what the pictures that were judged on cannot tell, as a sentence.
        pictures: how many these are.
    """

    table: pd.DataFrame = field(repr=False)
    sentence: str
    best: str | None
    runs: Mapping[str, str]
    complete: bool
    made: str
    question: str = ""
    measure: str = "worst_group"
    symptoms: int = 1
    limits: str = ""
    pictures: int = 0


def save(run: str, ladder: Ladder, store: Store | None = None, *, question: str = "") -> None:
    """Store the result of a ladder.

    Args:
        run: key of the run that was to be repaired.
        ladder: the result.
        store: where to write; None for the default store.
        question: a digest of everything that was asked for, by which `find` finds it; may be empty.
    """
    proof = proof_of(ladder, question)
    table = json.loads(proof.table.to_json(orient="split", double_precision=15))
    plain = {field.name: getattr(proof, field.name) for field in fields(Proof)} | {"table": table}
    name = digest([proof.runs, question] if question else proof.runs)
    (store or default_store()).write(f"{beside(run, FOLDER)}/{name}.json", json.dumps(plain).encode())


def proof_of(ladder: Ladder, question: str = "") -> Proof:
    """What is kept of a ladder.

    Args:
        ladder: whole or on its way.
        question: see `save`.
    """
    return Proof(
        table=ladder.table,
        sentence=ladder.sentence,
        best=ladder.best,
        runs={name: made.key for name, made in ladder.runs.items()},
        complete=bool(ladder.complete),
        made=datetime.now(UTC).isoformat(),
        question=question,
        measure=ladder.measure,
        symptoms=len(ladder.symptoms),
        limits=ladder.judge.limits,
        pictures=len(ladder.judge.data),
    )


def load(run: str, store: Store | None = None) -> list[Proof]:
    """Every ladder of a run, most recent first.

    Args:
        run: key of the run.
        store: where to read; None for the default store.
    """
    store = store or default_store()
    found = store.load_all(beside(run, FOLDER), _proof).values()
    return sorted(found, key=lambda proof: proof.made, reverse=True)


def find(run: str, question: str, store: Store | None = None) -> Proof | None:
    """The latest whole ladder of a run that answers this question; None where there is none.

    Args:
        run: the run's key.
        question: as it was saved.
        store: where; None for the default.
    """
    proofs = load(run, store)
    return next((proof for proof in proofs if question and proof.question == question and proof.complete), None)


def _proof(content: bytes) -> Proof:
    plain = json.loads(content)
    datetime.fromisoformat(plain["made"])
    table = pd.read_json(io.StringIO(json.dumps(plain["table"])), orient="split")
    return Proof(**{**plain, "table": table})
