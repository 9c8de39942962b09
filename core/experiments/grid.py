"""The experiment: every tool on every pair of networks. What was read before is not read again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from core.errors import InputError
from core.experiments.base import ExperimentSettings, Tool
from core.experiments.pairs import Pair, pair
from core.experiments.registry import chosen_flaws, chosen_tools
from core.progress import OnStep, silent
from core.settings import digest
from core.store import Store, default_store

FOLDER = "experiments"
VERSION = 1  # to be raised whenever a reading changes
COLUMNS = ("tool", "flaw", "seed", "flawed", "healthy", "seconds", "cost", "took")


def experiment(
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
        flaws: names, of `FLAWS`; None for all.
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
    rows: list[dict[str, Any]] = []
    for done, (flaw, seed) in enumerate(cases):
        on_step(done, len(cases), f"{flaw.replace('_', ' ')}, pair {seed}")
        rows += _case(flaw, seed, wanted, options, store, _within(on_step, done, len(cases), flaw, seed))
    on_step(len(cases), len(cases), "")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _case(
    flaw: str, seed: int, tools: list[Tool], settings: ExperimentSettings, store: Store, on_step: OnStep
) -> list[dict[str, Any]]:
    names = {tool.name: f"{FOLDER}/{_key(flaw, seed, tool, settings)}.json" for tool in tools}
    missing = [tool for tool in tools if not store.has(names[tool.name])]
    if missing:
        both = pair(flaw, seed, settings, store, on_step)
        for tool in missing:
            row = {"tool": tool.name, "flaw": flaw, "seed": seed, **_read(tool, flaw, both, settings)}
            store.write(names[tool.name], json.dumps(row).encode())
    rows = [json.loads(store.read(name)) for name in names.values()]
    return [{**row, "cost": float("nan") if row["cost"] is None else row["cost"]} for row in rows if "flawed" in row]


def _read(tool: Tool, flaw: str, both: Pair, settings: ExperimentSettings) -> dict[str, Any]:
    """Both readings; without them where the tool has no way to look."""
    began = time.perf_counter()
    flawed, healthy = (tool.read(subject, flaw, settings) for subject in (both.flawed, both.healthy))
    about = {"cost": None if both.cost != both.cost else both.cost, "took": both.took}
    if flawed is None or healthy is None:
        return about
    return {"flawed": flawed, "healthy": healthy, "seconds": time.perf_counter() - began, **about}


def _key(flaw: str, seed: int, tool: Tool, settings: ExperimentSettings) -> str:
    return digest([VERSION, flaw, seed, tool.name, settings.model_dump(mode="json")])


def _within(on_step: OnStep, pairs: int, everything: int, flaw: str, seed: int) -> OnStep:
    """Steps of one pair, so that the work can be stopped within it."""

    def step(done: int, total: int, note: str = "") -> None:  # noqa: ARG001 - every part of it begins anew
        on_step(pairs, everything, f"{flaw.replace('_', ' ')}, pair {seed}")

    return step
