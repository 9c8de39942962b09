"""`python -m core check`: run kept checks on a new version of a network."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from core.acceptance import Outcome, read_checks, run_checks, write_checks
from core.acceptance.base import Figure
from core.acceptance.junit import junit_xml
from core.cli import image_options
from core.cli.base import Command
from core.cli.network_options import add_network, subject_of
from core.cli.output_paths import checked_out
from core.cli.progress import progress_bar
from core.cli.settings_options import new_parser

SUMMARY = "Run kept checks on a new version of a network; exit with 1 where one fails beyond doubt."
FAILED = 1


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The options: the checks, the network, and its images."""
    made = new_parser("check", SUMMARY)
    made.add_argument("checks", type=Path, metavar="CHECKS.toml", help="the file of checks")
    add_network(made)
    made.add_argument("--junit", type=Path, metavar="FILE.xml", help="write the outcomes as JUnit XML")
    made.add_argument("--strict", action="store_true", help="an inconclusive check fails too")
    made.add_argument("--update", action="store_true", help="write these figures into the file as the last version's")
    image_options.add_source(made)
    image_options.add_source_dials(made, words)
    return made


def run(options: argparse.Namespace) -> int:
    """Run all checks, print a table beside the last version's figures, and write what was asked for."""
    checks, junit = read_checks(options.checks), checked_out(options.junit)
    subject = subject_of(options)
    model = getattr(subject.network, "model", subject.network)
    with progress_bar("Checks") as on_step:
        outcomes = run_checks(model, subject.splits, checks, interface=subject.interface, on_step=on_step)
    print(table(outcomes))
    if junit is not None:
        junit.write_text(junit_xml(outcomes, strict=options.strict), encoding="utf-8")
    if options.update:
        write_checks(
            options.checks, [outcome.check.model_copy(update={"last": outcome.figure}) for outcome in outcomes]
        )
    fatal = {"failed", "inconclusive"} if options.strict else {"failed"}
    return FAILED if any(outcome.state in fatal for outcome in outcomes) else 0


def table(outcomes: Sequence[Outcome]) -> str:
    """One line a check: its state, its figure with interval, the last version's, and what happened."""
    width = max(len(outcome.check.name) for outcome in outcomes)
    head = f"{'check':<{width}}  {'state':<12}  {'now':<22}  {'last version':<22}"
    rows = [
        f"{outcome.check.name:<{width}}  {outcome.state:<12}  {_written(outcome.figure):<22}  "
        f"{_written(outcome.check.last):<22}  {outcome.sentence}"
        for outcome in outcomes
    ]
    return "\n".join([head, *rows])


def _written(figure: Figure | None) -> str:
    if figure is None:
        return "not measured"
    return f"{figure.value:.3g} ({figure.low:.3g} to {figure.high:.3g})"


COMMAND = Command("check", SUMMARY, parser, run, order=70)
