"""The options that say which pictures a network learned from: a data set or a folder, and what was planted there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core import datasets, flaws
from core.cli.progress import progress_bar
from core.cli.settings_options import add_dials, given_settings
from core.errors import InputError
from core.settings import Settings
from core.store import Store, default_store


def add_source(to: argparse.ArgumentParser) -> None:
    """Add the options for pictures, flaw and store."""
    sets, known = ", ".join(datasets.names()), ", ".join(flaws.names())
    source = to.add_mutually_exclusive_group()
    source.add_argument("--data", default=datasets.names()[0], metavar="NAME", help=f"a data set: {sets}")
    source.add_argument("--images", type=Path, metavar="FOLDER", help="your own pictures: one folder a class, or a zip")
    to.add_argument("--flaw", default="none", metavar="NAME", help=f"what to plant: {known} (default none)")
    to.add_argument("--strength", type=float, default=1.0, metavar="X", help="how strongly, 0 to 1 (default 1)")
    to.add_argument("--flaw-seed", type=int, default=0, metavar="N", help="fixes where it is planted (default 0)")
    to.add_argument("--store", metavar="ADDRESS", help="folder or address of the runs (default: HUNCH_STORE)")


def add_source_dials(to: argparse.ArgumentParser, words: Sequence[str]) -> None:
    """Add the dials of the data set and the flaw that the words name."""
    reader = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    add_source(reader)
    chosen, _ = reader.parse_known_args(words)
    add_dials(to, _settings(chosen), "the data", "data")
    add_dials(to, flaws.info(chosen.flaw).Settings, f"the flaw: {chosen.flaw}", "flaw")


def load_planted(
    options: argparse.Namespace, shape: tuple[int | None, ...] | None = None
) -> tuple[flaws.Planted, dict[str, Any]]:
    """The pictures with their flaw, and how they came about, to be kept with a run.

    Args:
        options: what was said on the command line.
        shape: (H, W, C) that a network takes, with None for what is free; pictures get that size where none is said.

    Raises:
        InputError: when another size is said, before any picture is read.
    """
    splits, about = _pictures(options, shape)
    dials = given_settings(options, flaws.info(options.flaw).Settings)
    made = flaws.plant(splits, options.flaw, strength=options.strength, seed=options.flaw_seed, **dials)
    how = {"flaw": options.flaw, "strength": options.strength, "flaw_seed": options.flaw_seed}
    return made, {**about, **how}


def store_of(options: argparse.Namespace) -> Store:
    """The store that is named, or the default."""
    return Store(options.store) if options.store else default_store()


def _fitted(values: dict[str, Any], settings: type[Settings], shape: tuple[int | None, ...] | None) -> dict[str, Any]:
    """The settings of the pictures with the network's own size and colours."""
    if shape is None or None in shape[:2]:
        return values
    wanted = datasets.settings_for(shape, settings)
    for name, value in wanted.items():
        if values.get(name, value) != value:
            raise InputError(
                f"The network takes pictures with {name} {value}",
                f"--data-{name} {values[name]}",
                "Leave that option out: the size and colours are the network's own.",
            )
    return {**values, **wanted}


def _settings(options: argparse.Namespace) -> type[Settings]:
    return datasets.FolderSettings if options.images else datasets.info(options.data).Settings


def _pictures(
    options: argparse.Namespace, shape: tuple[int | None, ...] | None
) -> tuple[datasets.Splits, dict[str, Any]]:
    values = _fitted(given_settings(options, _settings(options)), _settings(options), shape)
    if options.images is None:
        return datasets.load(options.data, **values), {"dataset": options.data, "settings": values}
    with progress_bar("Reading pictures") as on_step:
        reading = datasets.read_folder(options.images, datasets.FolderSettings.of(**values), on_step=on_step)
    for note in reading.notes:
        print(note.sentence, file=sys.stderr)
    for left in reading.skipped:
        print(f"Left out {left.name}: {left.reason}", file=sys.stderr)
    return reading.splits, {"dataset": str(options.images), "settings": values}
