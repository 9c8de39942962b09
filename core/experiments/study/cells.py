"""Cells: one network, or one tool on one network. Each is kept in the store under a hash of what decides it."""

from __future__ import annotations

import json
import math
import time
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from core.errors import HunchError
from core.experiments.study.design import PROTOCOL, SHORTCUTS, Case, StudySettings
from core.networks.training.train import VERSION as NETWORK_VERSION
from core.settings import digest
from core.store import Store

FOLDER = "experiments"
NETWORK = "network"  # the cell that trains, and tells what the flaw costs
TRAINING_SECONDS = 25.0


@dataclass(frozen=True)
class Cell:
    """A piece of work that is done once.

    Args:
        case: the network.
        tool: name of the tool, or NETWORK.
        settings: sizes.
        sources: pairs of a data set and where its pictures are; not part of the key.
        root: address of the store.
    """

    case: Case
    tool: str
    settings: StudySettings
    sources: tuple[tuple[str, str], ...]
    root: str

    @property
    def key(self) -> str:
        """Tells one cell from another, on every machine."""
        content = [PROTOCOL, NETWORK_VERSION, self.case.identity, self.tool, self.settings.model_dump(mode="json")]
        return digest(content)

    @property
    def name(self) -> str:
        """Of its result in the store."""
        return f"{FOLDER}/{self.key}.json"

    @property
    def seconds(self) -> float:
        """What it takes on one core, about."""
        if self.tool == NETWORK:
            size = self.settings.train * self.settings.epochs / (250 * 12) * (self.settings.filters / 24) ** 2
            return TRAINING_SECONDS * size
        return study_tools()[self.tool].seconds * self.settings.pictures / 20


@cache
def study_tools() -> dict[str, Any]:
    """Every tool of the study by name, in the order of its tables."""
    from core.experiments.study import blind_tests, figures, maps

    return {tool.name: tool for tool in (*figures.TOOLS, *maps.map_tools(), *blind_tests.TOOLS)}


def kept(cell: Cell, store: Store | None = None) -> dict[str, Any] | None:
    """What a cell found; None where it is still to be done, or its result cannot be read."""
    try:
        return (store or Store(cell.root)).load(cell.name, lambda content: dict(json.loads(content)))
    except (HunchError, KeyError):
        return None


def do(cell: Cell) -> dict[str, Any]:
    """Do a cell, unless the store has it. This is what travels to workers.

    Returns:
        key; seconds; reason, a sentence where the tool could not look, else ""; named, what the tool names by itself;
        readings, a list of dicts; of a NETWORK, facts too.
    """
    known = kept(cell)
    if known is not None:
        return known
    began = time.perf_counter()
    try:
        found = _facts(cell) if cell.tool == NETWORK else _readings(cell)
        reason = ""
    except HunchError as error:
        if cell.tool == NETWORK:
            raise
        found, reason = {"readings": [], "named": ""}, error.sentence
    result = {"key": cell.key, "seconds": time.perf_counter() - began, "reason": reason, **found}
    Store(cell.root).write(cell.name, json.dumps(result).encode())
    return result


def _facts(cell: Cell) -> dict[str, Any]:
    from core.experiments.study.networks import outcome

    facts = outcome(cell.case, cell.settings, cell.sources, cell.root)
    return {"readings": [], "named": "", "facts": {name: _plain(value) for name, value in facts.items()}}


def _readings(cell: Cell) -> dict[str, Any]:
    from core.experiments.study.networks import look_at

    look = look_at(cell.case, cell.settings, cell.sources, cell.root)
    readings, named = study_tools()[cell.tool].read(look)
    return {"readings": [_row(asdict(each)) for each in readings], "named": named}


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
