"""The plan of a study, and doing it: in one process, by local workers, or on a cluster."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from core.cluster import Where, workforce
from core.errors import InputError
from core.experiments.study.actions import ACTION, NO_GROUP_DRO, POINTING, actions, actions_on, is_pointer
from core.experiments.study.cells import FOLDER, NETWORK, Cell, do, kept, needs_twin, study_tools
from core.experiments.study.design import CASE, PAIRS, Case, StudySettings, subset, turn
from core.progress import OnStep, silent
from core.store import Store, default_store

OVERHEAD = 1.15  # pictures and networks are opened again for some tools
COLUMNS = (
    *CASE, "tool", "reading", "pictures", "evaluations", "value", "fits",
    "named", "seconds", "cpu", "reason", "accuracy", "worst_group", "twin", "took",
)  # fmt: skip
OUTCOMES = (
    *CASE, "action", "fix", "settings", "accuracy_before", "accuracy", "worst_group_before", "worst_group",
    "seconds", "cpu", "reason", "took",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What there is to do.

    Args:
        cells: in the order in which they are done: healthy networks, the other networks, tools, then actions.
        done: how many of them the store has.
        left_out: reason -> number of networks that cannot be run here.
        hours: what the missing cells take on one core, about.
        action_hours: those of them that actions take.
        actions_left_out: reason -> number of networks on which an action of the protocol is not done.
    """

    cells: tuple[Cell, ...]
    done: int
    left_out: Mapping[str, int]
    hours: float
    action_hours: float = 0.0
    actions_left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def networks(self) -> int:
        """Number of networks that are looked at."""
        return len({cell.case for cell in self.cells})


def plan(
    settings: StudySettings | None = None,
    *,
    store: Store | None = None,
    sources: Mapping[str, str] | None = None,
    cases: Iterable[Case] | None = None,
    tools: Iterable[str] | None = None,
    fixes: Iterable[str] | None = None,
    downloads: bool = False,
) -> Plan:
    """What a study would do, and what is there already.

    Args:
        settings: sizes; None for the protocol's.
        store: where networks and results are kept; None for the default.
        sources: data set -> folder or zip of its pictures.
        cases: networks; None for the balanced subset.
        tools: names; None for all.
        fixes: names of actions; None for all, and none for the part of the study that only looks. Those that a tool
            points to are left out with the tool.
        downloads: whether data sets that are neither bundled nor named may be downloaded.

    Raises:
        InputError: for a tool, an action or a data set that there is not.
    """
    settings, store = settings or StudySettings(), store or default_store()
    wanted, given = _known(tools, tuple(study_tools()), "tools", 1), _sources(sources)
    acted = [name for name in _known(fixes, actions(), "fixes", 0) if name not in POINTING or name in wanted]
    chosen, left_out = _possible(subset() if cases is None else list(cases), dict(given), downloads)
    chosen.sort(key=turn)

    def cell(case: Case, tool: str) -> Cell:
        return Cell(case, tool, settings, given, store.root)

    twins = dict.fromkeys(case.twin for case in chosen if needs_twin(case))
    networks = sorted(dict.fromkeys([*twins, *chosen]), key=needs_twin)
    looks = [cell(case, name) for case in chosen for name in wanted if case.sparse or not study_tools()[name].sparse]
    deeds = [cell(case, f"{ACTION}{name}") for case in chosen for name in actions_on(case) if name in acted]
    cells = (*(cell(case, NETWORK) for case in networks), *looks, *deeds)
    cells = tuple({each.key: each for each in cells}.values())
    there = set(store.names(FOLDER))
    missing = [each for each in cells if each.name not in there]
    hours, action_hours = (
        OVERHEAD * sum(each.seconds for each in part) / 3600
        for part in (missing, [each for each in missing if each.action])
    )
    repaired = len({each.case for each in deeds})
    return Plan(
        cells, len(cells) - len(missing), left_out, hours, action_hours, {NO_GROUP_DRO: repaired} if repaired else {}
    )


def run(work: Plan, *, where: Where | None = None, on_step: OnStep | None = None) -> pd.DataFrame:
    """Do what is missing of a plan. A run that was stopped goes on where it was.

    Args:
        work: the plan.
        where: who does it; None for this process.
        on_step: called as cells are done; stops the work when it raises.

    Returns:
        the readings, one row a reading, with the columns COLUMNS; a tool that could not look has one row, with the
        reason. Sorted, so that the same cells give the same table wherever they were done.

    Raises:
        Unavailable: where workers cannot be had, or are lost again and again.
    """
    on_step, done = on_step or silent, 0
    results: dict[str, dict[str, Any]] = {}
    missing = []
    for cell in work.cells:
        found = kept(cell)
        if found is None:
            missing.append(cell)
        else:
            results[cell.key] = found
    if missing:
        with workforce(where or Where()) as workers:
            for stage in _stages(missing):
                for result in workers.map(do, stage):
                    results[result["key"]] = result
                    done += 1
                    on_step(done, len(missing), "")
    return readings(work, results)


def readings(work: Plan, results: Mapping[str, Mapping[str, Any]] | None = None) -> pd.DataFrame:
    """The table of the cells that are done; of all of the store's where no results are given."""
    if results is None:
        results = {cell.key: found for cell in work.cells if (found := kept(cell)) is not None}
    facts = {cell.case: results[cell.key].get("facts", {}) for cell in work.cells if _is_done(cell, results)}
    rows: list[dict[str, Any]] = []
    for cell in work.cells:
        if cell.tool != NETWORK and not cell.action and cell.key in results:
            rows += _rows(cell, results[cell.key], facts.get(cell.case, {}))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = ["data", "network", "condition", "block", "tool", "reading", "pictures"]
    return table.sort_values(order, kind="stable", ignore_index=True)


def outcomes(work: Plan) -> pd.DataFrame:
    """What the actions of a plan brought, as far as the store has them: one row an action, with the columns OUTCOMES.

    An action that could not be done has a reason and no figures; one that changed nothing has no fix.
    """
    done = [(cell, found) for cell in work.cells if cell.action and (found := kept(cell)) is not None]
    facts = {cell.case: found["facts"] for cell in work.cells if cell.tool == NETWORK and (found := kept(cell))}
    rows = [
        {
            **{name: getattr(cell.case, name) for name in CASE},
            "action": cell.action,
            **{name: found[name] for name in ("seconds", "cpu", "reason")},
            **found.get("outcome", {"fix": cell.action}),
            "settings": json.dumps(found.get("outcome", {}).get("settings", {}), sort_keys=True),
            "took": bool(facts.get(cell.case, {}).get("took", True)),
        }
        for cell, found in done
    ]
    table = pd.DataFrame(rows, columns=list(OUTCOMES))
    return table.sort_values(["data", "network", "condition", "block", "action"], kind="stable", ignore_index=True)


def _is_done(cell: Cell, results: Mapping[str, Any]) -> bool:
    return cell.tool == NETWORK and cell.key in results


def _stages(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Each after the one before: networks, those compared with another one, tools, actions, and what those point to."""
    networks = [cell for cell in cells if cell.tool == NETWORK]
    early = [cell for cell in networks if not needs_twin(cell.case)]
    late = [cell for cell in networks if needs_twin(cell.case)]
    tools = [cell for cell in cells if cell.tool != NETWORK and not cell.action]
    plain = [cell for cell in cells if cell.action and not is_pointer(cell.action)]
    pointers = [cell for cell in cells if is_pointer(cell.action)]
    return [stage for stage in (early, late, tools, plain, pointers) if stage]


def _rows(cell: Cell, result: Mapping[str, Any], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    case = cell.case
    about = {
        **{name: getattr(case, name) for name in CASE},
        "tool": cell.tool,
        "named": result["named"],
        "seconds": result["seconds"],
        "cpu": result["cpu"],
        "reason": result["reason"],
        **{name: facts.get(name) for name in ("accuracy", "worst_group", "twin")},
        "took": bool(facts.get("took", True)),
    }
    empty: dict[str, Any] = {"reading": "", "value": None, "fits": [], "pictures": 0, "evaluations": None}
    found = result["readings"] or [empty]
    return [{**about, **reading, "fits": " ".join(reading["fits"])} for reading in found]


def _possible(cases: list[Case], sources: Mapping[str, str], downloads: bool) -> tuple[list[Case], dict[str, int]]:
    left_out: dict[str, int] = {}
    chosen = []
    for case in cases:
        reason = _obstacle(case, sources, downloads)
        if reason:
            left_out[reason] = left_out.get(reason, 0) + 1
        else:
            chosen.append(case)
    return chosen, left_out


def _obstacle(case: Case, sources: Mapping[str, str], downloads: bool) -> str:
    if case.network == "pretrained":
        return "pretrained networks are not trained by this version"
    if case.data == "wardrobe" or case.data in sources:
        return ""
    if downloads and case.data != "plantvillage":
        return ""
    return f"no pictures of {case.data} were named"


def _sources(given: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    found = dict(given or {})
    strange = [name for name in found if name not in PAIRS or name == "wardrobe"]
    if strange:
        raise InputError("Pictures can be named of fashion_mnist, cifar10 and plantvillage", ", ".join(strange))
    missing = [place for place in found.values() if not Path(place).exists()]
    if missing:
        raise InputError("The pictures should be a folder or a zip file", f"{missing[0]}, which does not exist")
    return tuple(sorted((name, str(Path(place).absolute())) for name, place in found.items()))


def _known(names: Iterable[str] | None, known: tuple[str, ...], what: str, fewest: int) -> list[str]:
    wanted = list(known) if names is None else list(dict.fromkeys(names))
    strange = [name for name in wanted if name not in known]
    if strange or len(wanted) < fewest:
        raise InputError(f"The {what} are {', '.join(known)}", ", ".join(strange) or "none at all")
    return wanted
