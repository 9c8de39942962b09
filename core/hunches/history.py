"""The hunches that were tested on a run, stored beside it so that a report can list them.

Each test writes one file, hunches/<run key>/<hash>.json, and nothing is read before it is written: two people who test
at the same time lose nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from core import records
from core.errors import Damaged, InputError
from core.hunches.base import Evidence, Verdict
from core.settings import digest
from core.store import Store, beside, default_store

FOLDER, VERDICTS = "hunches", "verdicts"
VERSION = 1
"""To be raised whenever a change or the verdict's rules change: what was kept before is then tested again."""
SAME = ("hunch", "settings", "pictures", "asked", "seed", "masks")  # what makes two tests the same one


def save(
    run: str,
    verdicts: Iterable[Verdict],
    *,
    pictures: str,
    asked: int,
    seed: int,
    masks: Mapping[str, Any] | None = None,
    together: bool = False,
    store: Store | None = None,
) -> None:
    """Store the verdicts of one test.

    Args:
        run: key of the run.
        verdicts: one or more verdicts.
        pictures: which of the run's images were used, such as "test".
        asked: the requested n.
        seed: the requested seed.
        masks: edits of the object masks; None for none.
        together: whether the p-values are corrected for all of them.
        store: where to write; None for the default store.
    """
    made = datetime.now(UTC).isoformat()
    given = {"pictures": pictures, "asked": asked, "seed": seed, "masks": dict(masks or {}), "together": together}
    entries = [{**verdict.summary(), **given, "made": made} for verdict in verdicts]
    if not entries:
        return
    name = digest([[entry[field] for field in SAME] for entry in entries] + [together])
    (store or default_store()).write(f"{beside(run, FOLDER)}/{name}.json", json.dumps(entries).encode())


def save_verdict(run: str, key: str, verdict: Verdict, store: Store | None = None) -> None:
    """Keep one verdict whole but for its pictures, so that a link shows it without testing again.

    Args:
        run: the run's key.
        key: tells one test from another: a digest of everything that the verdict depends on.
        verdict: with or without its pictures.
        store: where; None for the default.
    """
    light = verdict if _is_light(verdict.evidence) else replace(verdict, evidence=verdict.evidence.light)
    (store or default_store()).write(_verdict_name(run, key), records.to_bytes(light))


def load_verdict(run: str, key: str, store: Store | None = None) -> Verdict | None:
    """A verdict that was kept, without its pictures (see `core.hunches.restore_pictures`); None where there is none.

    Args:
        run: the run's key.
        key: of the test.
        store: where; None for the default.
    """
    store = store or default_store()
    try:
        return store.load(_verdict_name(run, key), lambda content: records.from_bytes(content, Verdict))
    except (KeyError, Damaged, InputError):
        # It is tested again.
        return None


def verdict_keys(run: str, store: Store | None = None) -> set[str]:
    """The keys of all verdicts of a run that were kept by `save_verdict`."""
    start = f"{beside(run, VERDICTS)}/{VERSION}-"
    names = (store or default_store()).names(beside(run, VERDICTS))
    return {name.removeprefix(start).removesuffix(".npz") for name in names if name.startswith(start)}


def _is_light(evidence: Evidence) -> bool:
    return evidence.pictures.shape[1:] == (1, 1, 1)


def _verdict_name(run: str, key: str) -> str:
    return f"{beside(run, VERDICTS)}/{VERSION}-{key}.npz"


def load(run: str, store: Store | None = None) -> list[dict[str, Any]]:
    """Every hunch that was tested on a run, most recent first; of a repeated test, only the most recent.

    Args:
        run: key of the run.
        store: where to read; None for the default store.

    Returns:
        dicts of `Verdict.summary()` with pictures, asked, seed, masks, together and made (ISO 8601, UTC).
    """
    store = store or default_store()
    kept = store.load_all(beside(run, FOLDER), _entries).values()
    latest: dict[str, dict[str, Any]] = {}
    for entry in sorted((entry for entries in kept for entry in entries), key=lambda entry: entry["made"]):
        latest[_sameness(entry)] = entry
    return sorted(latest.values(), key=lambda entry: entry["made"], reverse=True)


def _entries(content: bytes) -> list[dict[str, Any]]:
    entries = [dict(entry) for entry in json.loads(content)]
    for entry in entries:
        datetime.fromisoformat(entry["made"])
        _sameness(entry)
    return entries


def _sameness(entry: Mapping[str, Any]) -> str:
    return digest([entry[field] for field in SAME])
