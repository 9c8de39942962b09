"""`python -m core train`: train a network on a data set, with or without a planted flaw."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import datasets, flaws
from core.cli.dials import add_dials, given, new_parser
from core.cli.progress import load_tensorflow_quietly, progress_bar
from core.errors import InputError
from core.networks.spec import NetworkSpec, TrainingSpec
from core.settings import Settings
from core.store import Store, default_store

if TYPE_CHECKING:
    from core.networks.run import Run

SUMMARY = "Train a network on a data set, with or without a planted flaw."


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The options; the dials of data and flaw are those of the data set and flaw that the words name."""
    made = new_parser("train", SUMMARY)
    _add_plain(made)
    chosen, _ = _first_reader().parse_known_args(words)
    add_dials(made, _data_settings(chosen), "the data", "data")
    add_dials(made, flaws.info(chosen.flaw).Settings, f"the flaw: {chosen.flaw}", "flaw")
    network, training = set(NetworkSpec.model_fields), set(TrainingSpec.model_fields)
    add_dials(made, NetworkSpec, "the network", "network", plain=network - training)
    add_dials(made, TrainingSpec, "the training", "training", plain=training - network)
    return made


def run(options: argparse.Namespace) -> int:
    """Load the data, train, write the network, and print how it does."""
    out = _writable(options.out)
    splits, about = _data(options)
    planted = flaws.plant(
        splits,
        options.flaw,
        strength=options.strength,
        seed=options.flaw_seed,
        **given(options, flaws.info(options.flaw).Settings),
    )
    network_spec = NetworkSpec.of(planted.network_spec, **given(options, NetworkSpec))
    training_spec = TrainingSpec.of(planted.training_spec, **given(options, TrainingSpec))
    load_tensorflow_quietly()
    from core.networks.training import train

    with progress_bar("Training") as on_step:
        run = train(
            planted.splits,
            network_spec,
            training_spec,
            store=Store(options.store) if options.store else default_store(),
            on_step=on_step,
            about={**about, "flaw": options.flaw, "strength": options.strength, "flaw_seed": options.flaw_seed},
            again=options.again,
        )
    if out is not None:
        run.export(out)
    print(report(run))
    return 130 if run.cancelled else 0


def report(run: Run) -> str:
    """How a run does, in lines of a name and a value."""
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


def _first_reader() -> argparse.ArgumentParser:
    """Reads what decides which other options there are."""
    reader = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    _add_plain(reader)
    return reader


def _add_plain(to: argparse.ArgumentParser) -> None:
    sets, planted = ", ".join(datasets.names()), ", ".join(flaws.names())
    source = to.add_mutually_exclusive_group()
    source.add_argument("--data", default=datasets.names()[0], metavar="NAME", help=f"a data set: {sets}")
    source.add_argument("--images", type=Path, metavar="FOLDER", help="your own pictures: one folder a class, or a zip")
    to.add_argument("--flaw", default="none", metavar="NAME", help=f"what to plant: {planted} (default none)")
    to.add_argument("--strength", type=float, default=1.0, metavar="X", help="how strongly, 0 to 1 (default 1)")
    to.add_argument("--flaw-seed", type=int, default=0, metavar="N", help="fixes where it is planted (default 0)")
    to.add_argument("--out", type=Path, metavar="MODEL.keras", help="where to write the network")
    to.add_argument("--store", metavar="ADDRESS", help="folder or address of the runs (default: HUNCH_STORE)")
    to.add_argument("--again", action="store_true", help="train even if the same run is in the store")


def _data_settings(options: argparse.Namespace) -> type[Settings]:
    return datasets.FolderSettings if options.images else datasets.info(options.data).Settings


def _data(options: argparse.Namespace) -> tuple[datasets.Splits, dict[str, Any]]:
    values = given(options, _data_settings(options))
    if options.images is None:
        return datasets.load(options.data, **values), {"dataset": options.data, "settings": values}
    with progress_bar("Reading pictures") as on_step:
        reading = datasets.read_folder(options.images, datasets.FolderSettings.of(**values), on_step=on_step)
    for left in reading.skipped:
        print(f"Left out {left.name}: {left.reason}", file=sys.stderr)
    return reading.splits, {"dataset": str(options.images), "settings": values}


def _writable(out: Path | None) -> Path | None:
    """The path of the network, checked before the work begins rather than after."""
    if out is None:
        return None
    if out.suffix != ".keras":
        raise InputError("A network is written to a file that ends in .keras", str(out))
    if not out.absolute().parent.is_dir():
        raise InputError("The folder that the network is written to should exist", str(out.parent), "Create it first.")
    return out
