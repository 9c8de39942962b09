"""Cells: one network, one tool on it, or one action. Each is kept in the store under a hash of what decides it."""

from __future__ import annotations

import json
import math
import threading
import time
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from core.diagnosis.history import VERSION as DIAGNOSIS_VERSION
from core.errors import HunchError
from core.experiments.study.actions import ACTION, ORACLE, Fix, fix_named, is_pointer, times_as_long, true_fix
from core.experiments.study.design import PROTOCOL, SHORTCUTS, Case, StudySettings
from core.networks.training.train import VERSION as NETWORK_VERSION
from core.repair.run_keys import VERSION as REPAIR_VERSION
from core.settings import digest
from core.store import Store

FOLDER = "experiments"
NETWORK = "network"  # the cell that trains, and tells what the flaw costs
DIAGNOSIS = "diagnosis"
TRAINING_SECONDS = 25.0
_one_at_a_time = threading.RLock()  # in a process, so that the CPU seconds of a cell are its own


@dataclass(frozen=True)
class Cell:
    """A piece of work that is done once.

    Args:
        case: the network.
        tool: name of the tool, NETWORK, or ACTION with the action's name.
        settings: sizes.
        sources: pairs of a data set and where its pictures are; not part of the key.
        root: address of the store.
        options: settings of an action's fix, as JSON; "" for its defaults.
    """

    case: Case
    tool: str
    settings: StudySettings
    sources: tuple[tuple[str, str], ...]
    root: str
    options: str = ""

    @property
    def key(self) -> str:
        """Tells one cell from another, on every machine."""
        content = [PROTOCOL, NETWORK_VERSION, self.case.identity, self.tool, self.settings.model_dump(mode="json")]
        return digest([*content, REPAIR_VERSION, self.options] if self.action else [*content, *self._versions])

    @property
    def _versions(self) -> list[int]:
        """Of what a tool runs, beside the protocol's own."""
        return [DIAGNOSIS_VERSION] if self.tool == DIAGNOSIS else []

    @property
    def action(self) -> str:
        """Name of what is done to the network; "" where it is only looked at."""
        return self.tool.removeprefix(ACTION) if self.tool.startswith(ACTION) else ""

    @property
    def name(self) -> str:
        """Of its result in the store."""
        return result_name(self.key)

    @property
    def seconds(self) -> float:
        """What it takes on one core, about."""
        if self.tool == NETWORK or self.action:
            size = self.settings.train * self.settings.epochs / (250 * 12) * (self.settings.filters / 24) ** 2
            return TRAINING_SECONDS * size * (times_as_long(self.action) if self.action else 1.0)
        return study_tools()[self.tool].seconds * self.settings.pictures / 20


def result_name(key: str) -> str:
    """Of the result of the cell with this key, in a store."""
    return f"{FOLDER}/{key}.json"


@cache
def study_tools() -> dict[str, Any]:
    """Every tool of the study by name, in the order of its tables."""
    from core.experiments.study import activation_statistics, blind_tests, class_pictures, exemplars, figures, maps

    features = (*activation_statistics.TOOLS, *class_pictures.TOOLS, *exemplars.TOOLS)
    return {tool.name: tool for tool in (*figures.TOOLS, *maps.map_tools(), *features, *blind_tests.TOOLS)}


def kept(cell: Cell, store: Store | None = None) -> dict[str, Any] | None:
    """What a cell found; None where it is still to be done, or its result cannot be read."""
    try:
        return (store or Store(cell.root)).load(cell.name, lambda content: dict(json.loads(content)))
    except (HunchError, KeyError):
        return None


def do(cell: Cell) -> dict[str, Any]:
    """Do a cell, unless the store has it. This is what travels to workers.

    Returns:
        key; seconds; cpu, seconds on all cores together; reason, a sentence where the tool could not look or the fix
        could not be done, else ""; named, what the tool names by itself, and settings of the fix that it points to;
        readings, a list of dicts; of a NETWORK, facts too; of an action, outcome.
    """
    known = kept(cell)
    if known is not None:
        return known
    with _one_at_a_time:
        began, cpu = time.perf_counter(), time.process_time()
        try:
            found, reason = _found(cell), ""
        except HunchError as error:
            if cell.tool == NETWORK:
                raise
            found, reason = {}, error.sentence
        result: dict[str, Any] = {
            "key": cell.key, "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu,
            "reason": reason, "readings": [], "named": "", "settings": {}, **found,
        }  # fmt: skip
    Store(cell.root).write(cell.name, json.dumps(result).encode())
    return result


def _found(cell: Cell) -> dict[str, Any]:
    if cell.tool == NETWORK:
        return _facts(cell)
    return _outcome(cell) if cell.action else _readings(cell)


def _facts(cell: Cell) -> dict[str, Any]:
    from core.experiments.study.networks import outcome

    facts = outcome(cell.case, cell.settings, cell.sources, cell.root)
    return {"facts": {name: _plain(value) for name, value in facts.items()}}


def _readings(cell: Cell) -> dict[str, Any]:
    from core.experiments.study.networks import look_at

    look = look_at(cell.case, cell.settings, cell.sources, cell.root)
    seen = study_tools()[cell.tool].read(look)
    rows = [_row(asdict(each)) for each in seen.readings]
    return {"readings": rows, "named": seen.named, "settings": dict(seen.settings)}


def _outcome(cell: Cell) -> dict[str, Any]:
    """What an action brings; of a pointer, what the fix brings that it points to, which is done once."""
    from core.experiments.study.outcomes import outcome_of

    name, settings = _pointed_to(cell) if is_pointer(cell.action) else (cell.action, json.loads(cell.options or "{}"))
    if name and is_pointer(cell.action):
        options = json.dumps(settings, sort_keys=True) if settings else ""
        there = do(replace(cell, tool=f"{ACTION}{name}", options=options))
        outcome = there.get("outcome", {"fix": name, "settings": settings})
        return {**{part: there[part] for part in ("seconds", "cpu", "reason")}, "outcome": outcome}
    outcome = outcome_of(cell.case, (name, settings), cell.settings, cell.sources, cell.root)
    return {"cpu": outcome.pop("cpu"), "outcome": outcome}


def _pointed_to(cell: Cell) -> Fix:
    if cell.action == ORACLE:
        from core.experiments.study.networks import planted_in

        return true_fix(planted_in(cell.case, cell.settings, cell.sources))
    tool = do(replace(cell, tool=cell.action, options=""))
    return fix_named(tool["named"], tool["settings"])


def _row(reading: dict[str, Any]) -> dict[str, Any]:
    return {**reading, "fits": list(reading["fits"]), "value": _plain(reading["value"])}


def _plain(value: float | bool) -> float | bool | None:
    """A number as JSON has it; None where it is none."""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return bool(value)
    return float(value) if math.isfinite(value) else None


def needs_twin(case: Case) -> bool:
    """Whether the healthy network has to be there first: it is compared with the case's own, or is the very same."""
    return case.condition in (*SHORTCUTS, "tied_shown")
