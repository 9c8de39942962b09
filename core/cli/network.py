"""The options that say which network a command is about: a file, or a run in the store."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli import pictures

if TYPE_CHECKING:
    import keras

    from core.networks.run import Run


def add_network(to: argparse.ArgumentParser) -> None:
    """Add the two options, of which one must be given."""
    what = to.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", type=Path, metavar="MODEL.keras", help="the network, .keras or .h5")
    what.add_argument("--run", metavar="KEY", help="a run in the store")


def network_of(options: argparse.Namespace) -> Run | keras.Model:
    """The network that is named."""
    from core.networks.load import load_model
    from core.networks.run import open_run

    return open_run(options.run, pictures.store_of(options)) if options.run else load_model(options.model)
