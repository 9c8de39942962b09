"""`python -m core report`: a trust report on a network, in plain words, as one HTML file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.addresses import read_bytes
from core.cli import image_options
from core.cli.base import Command
from core.cli.network_options import Subject, add_network, subject_of
from core.cli.progress import load_tensorflow_quietly, progress_bar
from core.cli.settings_options import add_dials, given_settings, new_parser
from core.errors import InputError

SUMMARY = "Write a trust report on a network, in plain words, as one HTML file."


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The options; settings of data and flaw are those of the data set and flaw that the arguments name."""
    load_tensorflow_quietly()
    from core.report.settings import ReportSettings

    made = new_parser("report", SUMMARY)
    add_network(made)
    made.add_argument("--out", type=Path, required=True, metavar="REPORT.html", help="where to write the report")
    made.add_argument("--title", default="This picture classifier", help="what the network is for, in a few words")
    made.add_argument("--base-url", default="", metavar="URL", help="where Hunch runs, for links back to its screens")
    made.add_argument(
        "--examine", action="store_true", help="first test the usual wrong reasons, which takes a few seconds"
    )
    made.add_argument(
        "--audit", default="", metavar="ADDRESS", help="results of `python -m core audit` of this network"
    )
    image_options.add_source(made)
    image_options.add_source_dials(made, words)
    add_dials(made, ReportSettings, "the report", "report")
    return made


def run(options: argparse.Namespace) -> int:
    """Open the network and its data, measure, and write the file."""
    from core.report import ReportSettings, write

    _check_audit(options)
    subject = subject_of(options)
    found = _found(options, subject)
    with progress_bar("Report") as on_step:
        path = write(
            options.out,
            subject.network,
            subject.splits,
            title=options.title,
            judge=subject.judge,
            interface=subject.interface,
            settings=ReportSettings.of(**given_settings(options, ReportSettings)),
            audit=options.audit,
            base_url=options.base_url,
            on_step=on_step,
            **found,
        )
    print(path)
    return 0


def _check_audit(options: argparse.Namespace) -> None:
    """Refuse an audit of another network's file; of a stored run there is no file to compare."""
    if not options.audit or not options.model:
        return
    from core.audit import read_audit
    from core.audit.files import network_digest

    audited = read_audit(options.audit)
    if audited.model_digest != network_digest(read_bytes(str(options.model))):
        raise InputError(
            "The audit should be of this network",
            f"one of {audited.model}, whose content differs",
            f"Run: python -m core audit --model {options.model}.",
        )


def _found(options: argparse.Namespace, subject: Subject) -> dict[str, Any]:
    """What was found on this network before, and now where that is asked for."""
    from core.networks.training.run import REPAIRED
    from core.report import examine_quickly, recorded_findings

    origin = str(getattr(subject.network, "about", {}).get(REPAIRED, ""))
    store = image_options.store_of(options)
    found: dict[str, Any] = recorded_findings(options.run, store, origin=origin) if options.run else {"verdicts": []}
    if options.examine:
        with progress_bar("Examining") as on_step:
            looked = examine_quickly(subject.network, subject.splits.test, interface=subject.interface, on_step=on_step)
            found["verdicts"] = [*found["verdicts"], *looked]
    return found


COMMAND = Command("report", SUMMARY, parser, run, order=40)
