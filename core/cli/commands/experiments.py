"""`python -m core experiments`: which tool distinguishes a flawed network from a healthy one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.base import Command
from core.cli.image_options import store_of
from core.cli.output_paths import checked_out
from core.cli.progress import load_tensorflow_quietly, progress_bar
from core.cli.settings_options import add_dials, given_settings, new_parser
from core.experiments.base import NOTHING_LEARNED, ExperimentSettings

if TYPE_CHECKING:
    import pandas as pd

SUMMARY = "Train flawed and healthy networks, and count how often each tool tells them apart."

SHOWN = ("share", "low", "high", "p_corrected", "seconds")


def parser(words: Sequence[str]) -> argparse.ArgumentParser:  # noqa: ARG001 - the same options whatever they say
    """The options."""
    from core.experiments import studied_flaws

    made = new_parser("experiments", SUMMARY)
    made.add_argument(
        "--flaws", nargs="+", metavar="NAME", help=f"the flaws to plant (default: all of {', '.join(studied_flaws())})"
    )
    made.add_argument(
        "--tools",
        nargs="+",
        metavar="NAME",
        help="accuracy, worst_class, hunch, diagnosis, and every attribution method (default: all)",
    )
    made.add_argument("--seeds", type=int, default=3, metavar="N", help="pairs of networks for each flaw (default 3)")
    made.add_argument("--first", type=int, default=0, metavar="N", help="first seed (default 0)")
    made.add_argument("--out", type=Path, metavar="READINGS.csv", help="where to write every reading")
    made.add_argument("--store", metavar="ADDRESS", help="folder or address of the runs (default: HUNCH_STORE)")
    add_dials(made, ExperimentSettings, "the networks and samples")
    return made


def run(options: argparse.Namespace) -> int:
    """Train what is missing, read every tool, and print the table."""
    out = checked_out(options.out)
    load_tensorflow_quietly()
    from core.experiments import compare_tools, run_experiment

    with progress_bar("Experiments") as on_step:
        readings = run_experiment(
            options.flaws,
            options.tools,
            range(options.first, options.first + options.seeds),
            store=store_of(options),
            on_step=on_step,
            **given_settings(options, ExperimentSettings),
        )
    if out is not None:
        readings.to_csv(out, index=False)
    table = compare_tools(readings)
    print(lines(table) if len(table) else NOTHING_LEARNED)
    return 0


def lines(table: pd.DataFrame) -> str:
    """The table as text: one line per tool and flaw."""
    head = f"{'flaw':<13}{'tool':<27}{'pairs':>6}" + "".join(f"{name:>13}" for name in SHOWN) + "  conclusion"
    rows = [
        f"{row['flaw']:<13}{row['tool']:<27}{row['n']:>6}"
        + "".join(f"{row[name]:>13.3f}" for name in SHOWN)
        + f"  {row['conclusion']}"
        for row in table.to_dict("records")
    ]
    return "\n".join([head, *rows])


COMMAND = Command(
    "experiments",
    SUMMARY,
    parser,
    run,
    order=60,
)
