"""The options for evaluation pictures of one's own, in which the tie is broken."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.cli.progress import progress_bar
from core.datasets import Dataset, FolderSettings, in_order, joined, read_folder, settings_for
from core.errors import DataError, InputError

GROUP = "group"


def add_judge(to: argparse.ArgumentParser) -> None:
    """Add the options for the evaluation pictures."""
    to.add_argument(
        "--judge",
        type=Path,
        metavar="FOLDER",
        help="evaluation pictures that no fix sees and in which the tie is broken: a folder or zip, one folder a "
        "class, with a CSV of attributes (default: built from the test pictures by interventions)",
    )
    to.add_argument(
        "--group",
        metavar="COLUMN",
        help="the column of that CSV which makes the groups, such as site (default: group where there is one, else the "
        "classes)",
    )


def judge_of(options: argparse.Namespace, names: tuple[str, ...], shape: tuple[int, int, int]) -> Dataset | None:
    """The evaluation pictures that are named, whole, their groups in the column "group"; None where none are.

    Args:
        options: what was said on the command line.
        names: the network's classes, in its order.
        shape: (H, W, C) of its pictures.

    Raises:
        DataError: when the pictures show other classes, or no table has that column.
        InputError: for a column without a folder.
    """
    if options.judge is None:
        if options.group:
            raise InputError("--group says which column of the evaluation pictures makes groups", "no --judge")
        return None
    settings = FolderSettings.of(**settings_for(shape, FolderSettings))
    with progress_bar("Reading evaluation pictures") as on_step:
        reading = read_folder(options.judge, settings, on_step=on_step)
    for note in reading.notes:
        print(note.sentence, file=sys.stderr)
    whole = joined(list(reading.splits.parts.values()))
    if set(whole.class_names) != set(names):
        raise DataError(
            f"The evaluation pictures should show the network's classes, {', '.join(names)}",
            ", ".join(whole.class_names),
        )
    return _grouped(in_order(whole, names), options.group)


def _grouped(data: Dataset, column: str | None) -> Dataset:
    table = data.attributes
    known = [] if table is None else list(table.columns)
    if column and column not in known:
        raise DataError(f"A table beside the evaluation pictures should have the column {column}", ", ".join(known))
    chosen = column or (GROUP if GROUP in known else None)
    classes = [data.class_names[label] for label in data.labels]
    if table is None or chosen is None:
        groups = classes
    else:
        groups = [f"{name}, {value}" for name, value in zip(classes, table[chosen].astype(str), strict=True)]
    attributes = {} if table is None else {name: table[name].to_numpy() for name in known}
    return replace(data, attributes=pd.DataFrame({**attributes, GROUP: groups}))
