"""The study: every tool on every pair of networks. Stored readings are reused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from core.errors import HunchError, InputError
from core.experiments.base import ExperimentSettings, Tool
from core.experiments.pairs import Pair, train_pair
from core.experiments.registry import chosen_flaws, chosen_tools
from core.progress import OnStep, silent
from core.settings import digest
from core.store import Store, default_store, write_or_retry

FOLDER = "experiments"
VERSION = 2  # to be raised whenever a reading changes
COLUMNS = ("tool", "flaw", "seed", "flawed", "healthy", "seconds", "cost", "took")


def run_experiment(
    flaws: Iterable[str] | None = None,
    tools: Iterable[str] | None = None,
    seeds: Sequence[int] = (0, 1, 2),
    *,
    store: Store | None = None,
    on_step: OnStep | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """Train pairs of networks, flawed and healthy, and read every tool on both.

    Args:
        flaws: names, of `studied_flaws()`; None for all.
        tools: names, of `tools()`; None for all.
        seeds: of the data, the planting and the training; one pair of networks for each flaw and seed.
        store: where networks and readings are kept; None for the default.
        on_step: called as pairs are done; stops the work when it raises, and what was read by then stays.
        **settings: see `ExperimentSettings`.

    Returns:
        one row a tool, flaw and seed, with the columns that the package describes. Tools that have no way to look for
        a flaw have no row there.

    Raises:
        InputError: for an unknown flaw or tool, no seed at all, or a setting out of bounds.
    """
    wanted, kinds = chosen_tools(tools), chosen_flaws(flaws)
    options, store, on_step = ExperimentSettings.of(**settings), store or default_store(), on_step or silent
    if not len(seeds):
        raise InputError("There should be at least one seed", "none")
    cases = [(flaw, seed) for seed in dict.fromkeys(seeds) for flaw in kinds]
    steps, rows = 1 + len(wanted), list[dict[str, Any]]()
    for done, (flaw, seed) in enumerate(cases):
        rows += _case(
            flaw, seed, wanted, options, store, _Progress(on_step, done * steps, len(cases) * steps, flaw, seed)
        )
    on_step(len(cases) * steps, len(cases) * steps, "")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _case(
    flaw: str, seed: int, tools: list[Tool], settings: ExperimentSettings, store: Store, told: _Progress
) -> list[dict[str, Any]]:
    told.say(0, "training")
    names = {tool.name: f"{FOLDER}/{_key(flaw, seed, tool, settings)}.json" for tool in tools}
    kept = {name: row for name in names.values() if (row := _kept(name, store)) is not None}
    missing = [tool for tool in tools if names[tool.name] not in kept]
    if missing:
        both = train_pair(flaw, seed, settings, store, told.again)
        for tool in missing:
            told.say(1 + tools.index(tool), tool.title)
            row = {"tool": tool.name, "flaw": flaw, "seed": seed, **_read(tool, flaw, both, settings)}
            write_or_retry(store, names[tool.name], json.dumps(row).encode())
            kept[names[tool.name]] = row
    rows = [kept[name] for name in names.values()]
    return [{**row, "cost": float("nan") if row["cost"] is None else row["cost"]} for row in rows if "flawed" in row]


def _kept(name: str, store: Store) -> dict[str, Any] | None:
    """A reading that was made before; None where there is none that can be read."""
    try:
        return store.load(name, lambda content: dict(json.loads(content)))
    except (HunchError, KeyError):
        return None


def _read(tool: Tool, flaw: str, both: Pair, settings: ExperimentSettings) -> dict[str, Any]:
    """Both readings; without them where the tool has no way to look."""
    began = time.perf_counter()
    flawed, healthy = (tool.read(context, flaw, settings) for context in (both.flawed, both.healthy))
    about = {"cost": None if both.cost != both.cost else both.cost, "took": both.took}
    if flawed is None or healthy is None:
        return about
    return {"flawed": flawed, "healthy": healthy, "seconds": time.perf_counter() - began, **about}


def _key(flaw: str, seed: int, tool: Tool, settings: ExperimentSettings) -> str:
    return digest([VERSION, flaw, seed, tool.name, settings.model_dump(mode="json")])


class _Progress:
    """Steps of one pair, of the steps of all: its networks, then each tool."""

    def __init__(self, on_step: OnStep, before: int, total: int, flaw: str, seed: int) -> None:
        self._on_step, self._before, self._total = on_step, before, total
        self._pair = f"{flaw.replace('_', ' ')}, pair {seed + 1}"
        self._last = (before, self._pair)

    def say(self, done: int, what: str) -> None:
        self._last = (self._before + done, f"({self._pair}: {what})")
        self.again(0, 0)

    def again(self, done: int, total: int, note: str = "") -> None:  # noqa: ARG002 - steps of networks and tools
        """The same once more, so that the work can be stopped within a step."""
        self._on_step(self._last[0], self._total, self._last[1])
