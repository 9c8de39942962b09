"""`python -m core ladder`: try fixes on a network, with controls, and say which one helps."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli import image_options
from core.cli.base import Command
from core.cli.judge_options import add_judge, judge_of
from core.cli.network_options import Subject, add_network, subject_of
from core.cli.progress import progress_bar
from core.cli.settings_options import add_dials, given_settings, new_parser
from core.errors import InputError
from core.repair.registry import fix_info, fixes

if TYPE_CHECKING:
    import pandas as pd

    from core.repair.ladder import Ladder

SUMMARY = "Compare fixes with leaving a network as it is and training it further, and say which one helps."

SHOWN = ("worst_group", "accuracy", "reversed", "mass", "ece", "seconds", "gain", "p_corrected")


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The options; the settings are those of the fixes, the data set and the flaw that the arguments name."""
    made = new_parser("ladder", SUMMARY)
    add_network(made)
    _add_fixes(made)
    made.add_argument("--seeds", type=int, default=3, metavar="N", help="number of seeds for each fix (default 3)")
    made.add_argument("--out", type=Path, metavar="MODEL.keras", help="where to write the best network")
    made.add_argument("--table", type=Path, metavar="TABLE.csv", help="where to write all figures with their intervals")
    made.add_argument(
        "--check",
        type=Path,
        metavar="CHECKS.toml",
        help="where to write a check that the best network passes and the network as it is fails",
    )
    add_judge(made)
    image_options.add_source(made)
    image_options.add_source_dials(made, words)
    reader = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    _add_fixes(reader)
    for name in _single(reader.parse_known_args(words)[0].fix or ()):
        info = fix_info(name)
        add_dials(made, info.Settings, f"the fix {name}", name.replace("_", "-"))
    return made


def run(options: argparse.Namespace) -> int:
    """Open the network and its data, run the ladder, store its result beside the run, and print it."""
    out = _writable(options.out)
    wanted = {name: _settings(options, name) for name in options.fix}
    subject = subject_of(options)
    from core.repair import history, ladder

    train = subject.splits.train
    own = judge_of(options, train.class_names, train.shape)
    store = image_options.store_of(options)
    with progress_bar("Ladder") as on_step:
        found = ladder(
            subject.network,
            subject.splits,
            wanted,
            seeds=options.seeds,
            judge=own if own is not None else subject.judge,
            interface=subject.interface,
            store=store,
            on_step=on_step,
        )
    if options.run:
        history.save(options.run, found, store)
    if options.table is not None:
        from core.spreadsheets import csv_of

        options.table.write_text(csv_of(found.table), encoding="utf-8", newline="")
    if out is not None and found.best is not None:
        found.runs[found.best].export(out)
    elif out is not None:
        print("No network was written, because no fix is said to help.", file=sys.stderr)
    if options.check is not None:
        _write_check(options.check, found, subject)
    print(report(found))
    return 0


def _write_check(target: Path, found: Ladder, subject: Subject) -> None:
    """The proof as a check, or a sentence on the error stream that says why there is none."""
    from core.acceptance import check_from_proof, write_checks
    from core.repair import AS_IT_IS

    if found.best is None:
        print("No check was written, because no fix is said to help.", file=sys.stderr)
        return
    flawed, fixed = found.runs[AS_IT_IS].model, found.runs[found.best].model
    with progress_bar("Check") as on_step:
        check = check_from_proof(flawed, fixed, subject.splits.test, found.best, on_step=on_step)
    if check is None:
        print(
            "No check was written: no change that would confirm this flaw tells the two networks apart beyond doubt.",
            file=sys.stderr,
        )
        return
    write_checks(target, [check])


def report(found: Ladder) -> str:
    """The table in short, the result, and the limits of the evaluation set."""
    return "\n".join([lines(found.table), "", found.sentence, found.judge.limits])


def lines(table: pd.DataFrame) -> str:
    """The table as text: one line per rung, with the interval of what is uncertain."""
    width = max(len(str(name)) for name in table["fix"]) + 2
    head = " " * width + "".join(f"{name:>13}" for name in SHOWN)
    rows = [
        f"{row['fix']:<{width}}" + "".join(f"{_number(row[name]):>13}" for name in SHOWN)
        for row in table.to_dict("records")
    ]
    return "\n".join([head, *rows])


def _number(value: float) -> str:
    return "-" if value != value else f"{value:.3f}"


def _add_fixes(to: argparse.ArgumentParser) -> None:
    known = ", ".join(fixes())
    to.add_argument(
        "--fix", nargs="+", metavar="NAME", required=to.add_help, help=f"fixes to try, joined by + to combine: {known}"
    )


def _single(names: Sequence[str]) -> list[str]:
    """The fixes in all combinations, each once."""
    return list(dict.fromkeys(part.strip() for name in names for part in name.split("+")))


def _settings(options: argparse.Namespace, name: str) -> dict[str, Any]:
    """The dials that were set, for each fix of a combination."""
    return {part: given_settings(options, fix_info(part).Settings) for part in _single([name])}


def _writable(out: Path | None) -> Path | None:
    if out is not None and out.suffix != ".keras":
        raise InputError("The output file should end in .keras", str(out))
    return out


COMMAND = Command(
    "ladder",
    SUMMARY,
    parser,
    run,
    order=50,
)
