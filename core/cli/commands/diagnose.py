"""`python -m core diagnose`: name the most likely flaw of a network, with evidence."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.cli import image_options
from core.cli.base import Command
from core.cli.network_options import add_network, subject_of
from core.cli.output_paths import checked_out
from core.cli.progress import progress_bar
from core.cli.settings_options import new_parser

if TYPE_CHECKING:
    from core.diagnosis import Suspect

SUMMARY = "Name the most likely flaw of a network, with evidence, or say that nothing was found."


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The options; settings of data and flaw are those of the data set and flaw that the arguments name."""
    made = new_parser("diagnose", SUMMARY)
    add_network(made)
    made.add_argument("--seed", type=int, default=0, metavar="N", help="seed of every random draw (default 0)")
    made.add_argument(
        "--out", type=Path, metavar="SUSPECTS.json", help="where to write all suspects with their figures"
    )
    image_options.add_source(made)
    image_options.add_source_dials(made, words)
    return made


def run(options: argparse.Namespace) -> int:
    """Open the network and its data, look for every flaw, and print the result."""
    out = checked_out(options.out)
    subject = subject_of(options)
    from core.diagnosis import diagnose, summary

    with progress_bar("Diagnosis") as on_step:
        suspects = diagnose(
            subject.network, subject.splits, seed=options.seed, interface=subject.interface, on_step=on_step
        )
    if out is not None:
        out.write_text(json.dumps([plain(suspect) for suspect in suspects], indent=1))
    print("\n".join([summary(suspects), "", *(_line(suspect) for suspect in suspects)]))
    return 0


def plain(suspect: Suspect) -> dict[str, Any]:
    """A suspect as JSON-serialisable values; without its mask, because its box says where it is."""
    given = {name: value for name, value in vars(suspect).items() if name not in ("mask", "data", "indices")}
    bars = suspect.data.astype(object).where(suspect.data.notna(), None).to_dict("records")
    given["harm"] = None if suspect.harm is None else asdict(suspect.harm)
    return {**given, "indices": np.asarray(suspect.indices).tolist(), "data": bars}


def _line(suspect: Suspect) -> str:
    sign = {"flaw": "!", "leaning": "~", "silent": " "}[suspect.level]
    more = suspect.looked if suspect.level == "silent" else suspect.evidence
    if suspect.explained_by:
        more = f"Explained by {suspect.explained_by}. {suspect.evidence}"
    if suspect.raised and suspect.harm is not None:
        more = f"{more} {suspect.harm.sentence}"
    return f"{sign} {suspect.score:.2f}  {suspect.flaw:<17} {more}"


COMMAND = Command(
    "diagnose",
    SUMMARY,
    parser,
    run,
    order=30,
)
