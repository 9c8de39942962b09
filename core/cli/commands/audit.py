"""`python -m core audit`: every picture's answer and where its evidence lies, for as many pictures as there are."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.addresses import read_bytes
from core.audit.base import AuditSettings, Job
from core.audit.files import label_of, list_pictures, sample
from core.cli.base import Command
from core.cli.network_options import add_reading, class_names_of, reading_of
from core.cli.progress import load_tensorflow_quietly, progress_bar
from core.cli.settings_options import add_dials, given_settings, new_parser
from core.cli.where_options import add_where, where_of
from core.datasets import Dataset, Splits, sides_of
from core.datasets.pictures import decode
from core.errors import DataError, InputError

SUMMARY = "Ask a network about every picture of a large collection, in partitions, on one machine or many."
READ_FROM = 200  # labelled pictures by which the preprocessing is recognised


def parser(words: Sequence[str]) -> argparse.ArgumentParser:  # noqa: ARG001 - the same options whatever they say
    """The options."""
    made = new_parser("audit", SUMMARY)
    made.add_argument("--model", required=True, metavar="ADDRESS", help="the network, .keras or .h5")
    made.add_argument(
        "--images", required=True, metavar="ADDRESS", help="folder or address of pictures; a class is a folder's name"
    )
    made.add_argument("--out", required=True, metavar="ADDRESS", help="folder or address for the results")
    add_reading(made)
    add_where(made)
    add_dials(made, AuditSettings, "partitions and samples")
    return made


def run(options: argparse.Namespace) -> int:
    """Read the network, do the partitions that are missing, then the samples, and print the counts."""
    load_tensorflow_quietly()
    from core.audit import audit

    where, names = where_of(options), list_pictures(options.images)
    with progress_bar("Audit") as on_step:
        manifest = audit(_job(options, names), names=names, where=where, on_step=on_step)
    print(json.dumps(manifest, indent=1))
    return 0


def _job(options: argparse.Namespace, names: Sequence[str]) -> Job:
    """The job, with the network's reading decided once, so that all partitions have the same."""
    from core.networks.load import load_model

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"network{Path(options.model).suffix}"
        file.write_bytes(read_bytes(options.model))
        options.model, address = file, str(options.model)
        model, class_names = load_model(file), class_names_of(options)
    found = reading_of(options, model, class_names, _labelled(options, model.input_shape[1:], names, class_names))
    if not isinstance(found.preprocessing, str):
        raise InputError("An audit's preprocessing should have a name", "a function", "Say it with --preprocessing.")
    settings = AuditSettings.of(**given_settings(options, AuditSettings))
    return Job(
        _absolute(address), _absolute(options.images), _absolute(options.out), found.class_names, found.preprocessing,
        settings,
    )  # fmt: skip


def _labelled(
    options: argparse.Namespace, shape: tuple[int | None, ...], names: Sequence[str], class_names: tuple[str, ...]
) -> Splits | None:
    """Some labelled pictures, by which the preprocessing is recognised; None where there are none."""
    known = sample((name for name in names if label_of(name, class_names)), READ_FROM, 0)
    images, labels = [], []
    for name in known:
        try:
            images.append(decode(read_bytes(options.images, name), size=sides_of(shape), colour=shape[2] != 1))
        except DataError:
            continue
        labels.append(class_names.index(label_of(name, class_names)))
    if not images:
        return None
    data = Dataset(np.stack(images), np.array(labels), class_names)
    return Splits(data, data, data)


def _absolute(address: str) -> str:
    return address if "://" in address else str(Path(address).absolute())


COMMAND = Command("audit", SUMMARY, parser, run, order=65)
