"""`python -m core experiments plan|run|table|advice`: the study of core/experiments/PROTOCOL.md."""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.cli.base import Command
from core.cli.image_options import store_of
from core.cli.progress import load_tensorflow_quietly, progress_bar
from core.cli.settings_options import add_dials, given_settings, new_parser
from core.cli.where_options import add_where, where_of
from core.errors import Cancelled, InputError
from core.experiments.study.design import StudySettings
from core.progress import OnStep

if TYPE_CHECKING:
    import pandas as pd

    from core.experiments.study.run import Plan

BADGES = ("passes", "fails", "not computed")
SUMMARY = "Do these methods help? Plan, run and tabulate the study, on one machine or many."


def parser(words: Sequence[str]) -> argparse.ArgumentParser:  # noqa: ARG001 - the same options whatever they say
    """The options."""
    made = new_parser("experiments", SUMMARY)
    made.add_argument("do", choices=("plan", "run", "table", "advice"), help="what to do")
    made.add_argument(
        "--pictures-of",
        nargs=2,
        action="append",
        default=[],
        metavar=("DATA", "PLACE"),
        help="a folder or zip of fashion_mnist, cifar10 or plantvillage; give it once for each",
    )
    made.add_argument("--download", action="store_true", help="download data sets that are not named")
    for name, what in (("data", "data sets"), ("networks", "kinds of network"), ("conditions", "conditions")):
        made.add_argument(f"--{name}", nargs="+", metavar="NAME", help=f"only these {what} of the balanced subset")
    made.add_argument("--tools", nargs="+", metavar="NAME", help="only these tools (default: all)")
    made.add_argument(
        "--fixes", nargs="*", metavar="NAME", help="only these fixes; without a name, only look (default: all)"
    )
    made.add_argument(
        "--out",
        metavar="ADDRESS",
        help="folder or address of the study's readings, outcomes, manifest and advice (for advice alone, by default "
        "the study that ships)",
    )
    made.add_argument(
        "--store", metavar="ADDRESS", help="folder or address of networks and cells (default: HUNCH_STORE)"
    )
    made.add_argument("--hours", type=float, metavar="H", help="stop after so many hours, and keep what is done")
    made.add_argument(
        "--anew", action="store_true", help="do not go on from the results that ship with Hunch or stand at --out"
    )
    made.add_argument(
        "--markdown", action="store_true", help="print the answer, the advice and published findings instead"
    )
    made.add_argument("--took-only", action="store_true", help="leave out flaws that did not take, in tables")
    made.add_argument("--pictures-budget", type=int, metavar="N", help="most pictures for maps, in tables")
    made.add_argument("--evaluations-budget", type=float, metavar="N", help="most forward passes, in tables")
    made.add_argument("--badge", choices=BADGES, help="only maps whose badge passes, fails, or was not computed")
    add_where(made)
    add_dials(made, StudySettings, "the networks and samples: others than the protocol's are another study")
    return made


def run(options: argparse.Namespace) -> int:
    """Print the plan; or do what is missing of it; or print measures of readings, or work out their advice again."""
    load_tensorflow_quietly()
    if options.do == "table":
        return _table(options)
    if options.do == "advice":
        return _advice(options)
    work = _plan(options)
    print(plan_lines(work))
    return _run(options, work) if options.do == "run" else 0


def plan_lines(work: Plan) -> str:
    """A plan in words."""
    lines = [
        f"{work.networks} networks, {len(work.cells)} cells, of which {work.done} are done.",
        f"About {work.hours:.1f} hours on one core for the rest, {work.action_hours:.1f} of them for fixes.",
        *(f"Left out: {count} networks, because {reason}." for reason, count in work.left_out.items()),
        *(f"Not tried on {count} networks: {reason}." for reason, count in work.actions_left_out.items()),
    ]
    return "\n".join(lines)


def table_lines(detected: pd.DataFrame, named: pd.DataFrame, acted: pd.DataFrame) -> str:
    """The measures as text."""
    titles = (("Detection", detected), ("Blind top-1", named), ("What acting on it brings", acted))
    parts = [f"{title}\n{_text(table) if len(table) else 'Nothing to show.'}" for title, table in titles]
    return "\n\n".join(parts)


def _text(table: pd.DataFrame) -> str:
    return table.to_string(float_format=lambda value: f"{value:.2f}", index=False, na_rep="none")


def _plan(options: argparse.Namespace) -> Plan:
    from core.experiments.study.conclusions.shipped import ADDRESS
    from core.experiments.study.design import subset
    from core.experiments.study.files import adopt
    from core.experiments.study.run import plan

    cases = subset()
    for name, field in (("data", "data"), ("networks", "network"), ("conditions", "condition")):
        wanted = getattr(options, name)
        known = Counter(getattr(case, field) for case in cases)
        strange = [each for each in wanted or () if each not in known]
        if strange:
            raise InputError(f"The {name} that are left are {', '.join(known)}", ", ".join(strange))
        cases = [case for case in cases if not wanted or getattr(case, field) in wanted]
    store = store_of(options)
    if not options.anew:
        for address in dict.fromkeys([ADDRESS, *([options.out] if options.out else [])]):
            adopt(address, store)
    return plan(
        StudySettings.of(**given_settings(options, StudySettings)),
        store=store,
        sources=dict(options.pictures_of),
        cases=cases,
        tools=options.tools,
        fixes=options.fixes,
        downloads=options.download,
    )


def _run(options: argparse.Namespace, work: Plan) -> int:
    from core.experiments.study.conclusions.advice_file import write_advice
    from core.experiments.study.files import write
    from core.experiments.study.run import outcomes, readings
    from core.experiments.study.run import run as run_plan

    where, began, stopped = where_of(options), time.perf_counter(), ""
    try:
        with progress_bar("Experiments") as on_step:
            run_plan(work, where=where, on_step=_no_longer_than(options.hours, on_step))
    except Cancelled as error:
        stopped = f" {error.sentence} What is done is kept: the same command goes on from there."
    table, acted, seconds = readings(work), outcomes(work), time.perf_counter() - began
    if options.out:
        write(options.out, table, work, where=where, seconds=seconds, acted=acted)
        write_advice(options.out)
    print(f"{len(table)} readings and {len(acted)} outcomes of fixes in {seconds:.0f} seconds.{stopped}")
    return 0


def _no_longer_than(hours: float | None, on_step: OnStep) -> OnStep:
    """Steps that are told on, until the time is over."""
    end = math.inf if hours is None else time.monotonic() + 3600 * hours

    def step(done: int, total: int, note: str = "") -> None:
        on_step(done, total, note)
        if time.monotonic() >= end and done < total:
            raise Cancelled("The hours are over.")

    return step


def _advice(options: argparse.Namespace) -> int:
    from core.experiments.study.conclusions.advice_file import FILE, write_advice
    from core.experiments.study.conclusions.shipped import ADDRESS

    address = options.out or ADDRESS
    found = write_advice(address)
    print(f"{len(found.told)} figures on {found.told['flaw'].nunique()} flaws are in {FILE} at {address}.")
    return 0


def _table(options: argparse.Namespace) -> int:
    from core.experiments.study.conclusions.advice import summarise
    from core.experiments.study.conclusions.claims import Evidence, hold_all
    from core.experiments.study.conclusions.markdown import advice_lines
    from core.experiments.study.detection import detection
    from core.experiments.study.files import about, read, read_outcomes
    from core.experiments.study.policies import helpfulness, policy_outcomes
    from core.experiments.study.run import outcomes, readings
    from core.experiments.study.tables import comparable, maps_with_badge, names, naming

    if options.out:
        (found, manifest), acted = read(options.out), read_outcomes(options.out)
    else:
        work = _plan(options)
        found, acted = readings(work), outcomes(work)
        manifest = about(found, work, where=where_of(options), seconds=0, acted=acted)
    if options.badge:
        found = maps_with_badge(found, options.badge)
    rows = comparable(found, pictures=options.pictures_budget, evaluations=options.evaluations_budget)
    if not len(rows):
        raise InputError("There should be readings", "none yet", "Run: python -m core experiments run.")
    named = names(rows)
    if options.markdown:
        held = hold_all(Evidence(found, rows, named, policy_outcomes(acted, named)))
        print(advice_lines(summarise(rows, named=named), held, manifest))
        return 0
    print(
        table_lines(
            detection(rows, took_only=options.took_only),
            naming(named, took_only=options.took_only),
            helpfulness(policy_outcomes(acted, named), took_only=options.took_only),
        )
    )
    return 0


COMMAND = Command("experiments", SUMMARY, parser, run, order=60)
