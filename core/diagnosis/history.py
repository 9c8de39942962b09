"""What a diagnosis found, kept beside its run, so that a link and a report show it without looking again.

One artefact a run, version of the detectors, seed and budget:
diagnosis/<run key>/<version>-<seed>[-<budget>].json.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from core.diagnosis.base import Harm, Suspect
from core.errors import Damaged, InputError
from core.store import Store, beside, default_store

FOLDER = "diagnosis"
VERSION = 8
"""To be raised whenever detectors or their thresholds change: what was found before is then looked for again."""


def save(
    run: str, suspects: Sequence[Suspect], *, seed: int = 0, budget: int | None = None, store: Store | None = None
) -> None:
    """Keep what was found on a run.

    Args:
        run: the run's key.
        suspects: all of them, raised or not.
        seed: of the diagnosis.
        budget: most forward passes that it was given; None for the usual ones.
        store: where; None for the default.
    """
    content = json.dumps([_plain(suspect) for suspect in suspects])
    (store or default_store()).write(_name(run, seed, budget), content.encode())


def load(run: str, *, seed: int = 0, budget: int | None = None, store: Store | None = None) -> list[Suspect] | None:
    """What was found on a run, strongest first; None where nobody looked.

    Args:
        run: the run's key.
        seed: of the diagnosis.
        budget: most forward passes that it was given; None for the usual ones.
        store: where; None for the default.
    """
    store = store or default_store()
    name = _name(run, seed, budget)
    try:
        return store.load(name, _suspects)
    except (KeyError, Damaged, InputError):
        # A damaged one has been set aside, and is looked for again like one that was never made.
        return None


def _suspects(content: bytes) -> list[Suspect]:
    return [_suspect(entry) for entry in json.loads(content)]


def _plain(suspect: Suspect) -> dict[str, Any]:
    plain = {field.name: getattr(suspect, field.name) for field in fields(suspect)}
    mask = suspect.mask
    plain["data"] = json.loads(suspect.data.to_json(orient="split", double_precision=15))
    plain["mask"] = None if mask is None else {"shape": mask.shape, "at": np.flatnonzero(mask).tolist()}
    plain["indices"] = np.asarray(suspect.indices).tolist()
    plain["settings"] = dict(suspect.settings)
    plain["harm"] = None if suspect.harm is None else asdict(suspect.harm)
    return json.loads(json.dumps(plain, default=_number))


def _number(value: Any) -> Any:
    """NumPy's numbers and booleans as Python's."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _suspect(entry: dict[str, Any]) -> Suspect:
    known = {field.name for field in fields(Suspect)}
    made = Suspect(**{name: value for name, value in entry.items() if name in known})
    mask = entry["mask"]
    return replace(
        made,
        data=pd.read_json(io.StringIO(json.dumps(entry["data"])), orient="split", dtype={"label": str}),
        mask=None if mask is None else _filled(mask),
        indices=np.asarray(entry["indices"], np.int64),
        fixes=tuple(entry["fixes"]),
        harm=None if entry["harm"] is None else Harm(**entry["harm"]),
        box=None if entry["box"] is None else tuple(entry["box"]),
    )


def _filled(mask: dict[str, Any]) -> np.ndarray:
    flat = np.zeros(int(np.prod(mask["shape"])), bool)
    flat[mask["at"]] = True
    return flat.reshape(mask["shape"])


def _name(run: str, seed: int, budget: int | None) -> str:
    spent = "" if budget is None else f"-{int(budget)}"
    return f"{beside(run, FOLDER)}/{VERSION}-{int(seed)}{spent}.json"
