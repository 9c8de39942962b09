"""`python -m core train`: train a network on a data set, with or without a planted flaw."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli import image_options
from core.cli.base import Command
from core.cli.output_paths import checked_out
from core.cli.progress import load_tensorflow_quietly, progress_bar
from core.cli.settings_options import add_dials, given_settings, new_parser
from core.errors import InputError
from core.flaws.spec_shared import check_has_blocks
from core.networks.training.specs import NetworkSpec, TrainingSpec

if TYPE_CHECKING:
    from core.networks.training.run import Run

SUMMARY = "Train a network on a data set, with or without a planted flaw."


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The options; settings of data and flaw are those of the data set and flaw that the arguments name."""
    made = new_parser("train", SUMMARY)
    _add_plain(made)
    image_options.add_source_dials(made, words)
    network, training = set(NetworkSpec.model_fields), set(TrainingSpec.model_fields)
    add_dials(made, NetworkSpec, "the network", "network", plain=network - training)
    add_dials(made, TrainingSpec, "the training", "training", plain=training - network)
    return made


def run(options: argparse.Namespace) -> int:
    """Load the data, train, write the network, and print its results."""
    out = _writable(options.out)
    planted, about = image_options.load_planted(options)
    network_spec = NetworkSpec.of(planted.network_spec, **given_settings(options, NetworkSpec))
    check_has_blocks(planted.network_spec, network_spec)
    training_spec = TrainingSpec.of(planted.training_spec, **given_settings(options, TrainingSpec))
    load_tensorflow_quietly()
    from core.networks.training.train import train

    with progress_bar("Training") as on_step:
        run = train(
            planted.splits,
            network_spec,
            training_spec,
            store=image_options.store_of(options),
            on_step=on_step,
            about=about,
            again=options.again,
        )
    if out is not None:
        run.export(out)
    print(report(run))
    return 130 if run.cancelled else 0


def report(run: Run) -> str:
    """The results of a run, in lines of a name and a value."""
    metrics = run.metrics
    lines = {
        "key": run.key,
        "ending": run.ending,
        "accuracy": f"{run.accuracy:.4f} ({metrics['correct']} of {metrics['n']})",
        **{f"recall {name}": f"{right} of {all}" for name, (right, all) in metrics["recall"].items()},
        "loss": f"{metrics['loss']:.4f}",
        "epoch kept": f"{metrics['epoch']} of {metrics['epochs']}",
        "weights": f"{metrics['weights']:,}",
        "seconds": f"{metrics['seconds']:.1f}",
    }
    return "\n".join(f"{name:<20} {value}" for name, value in lines.items())


def _add_plain(to: argparse.ArgumentParser) -> None:
    image_options.add_source(to)
    to.add_argument("--out", type=Path, metavar="MODEL.keras", help="where to write the network")
    to.add_argument("--again", action="store_true", help="train even if the same run is in the store")


def _writable(out: Path | None) -> Path | None:
    """The path of the network, checked before the work begins rather than after."""
    if out is None:
        return None
    if out.suffix != ".keras":
        raise InputError("The output file should end in .keras", str(out))
    return checked_out(out)


COMMAND = Command("train", SUMMARY, parser, run, order=10)
