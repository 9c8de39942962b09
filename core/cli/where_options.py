"""The options that say who does long work: this process, local workers, or a dask cluster."""

from __future__ import annotations

import argparse

from core.cluster import SCHEDULER, Where


def add_where(to: argparse.ArgumentParser) -> None:
    """Add the options."""
    to.add_argument("--workers", type=int, default=0, metavar="N", help="processes on this machine (default: this one)")
    to.add_argument(
        "--scheduler", metavar="ADDRESS", help=f"a dask scheduler, such as tcp://host:8786 (default: {SCHEDULER})"
    )
    to.add_argument("--threads", type=int, default=1, metavar="N", help="threads of each process (default 1)")


def where_of(options: argparse.Namespace) -> Where:
    """Who does it."""
    return Where.of(options.workers, options.scheduler, options.threads)
