"""The study that ships with Hunch: as much of the protocol's subset as has been run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.addresses import exists
from core.errors import Unavailable
from core.experiments.study.files import MANIFEST, read, read_outcomes

ADDRESS = str(Path(__file__).parents[4] / "assets" / "study")


@dataclass(frozen=True)
class ShippedStudy:
    """What ships.

    Args:
        readings: as `core.experiments.study.run.run` gives them.
        outcomes: what actions brought, as `core.experiments.study.run.outcomes` gives it.
        manifest: how they were made, and what was left out.
    """

    readings: pd.DataFrame
    outcomes: pd.DataFrame
    manifest: dict[str, Any]


def shipped() -> ShippedStudy:
    """The shipped study.

    Raises:
        Unavailable: where this copy of Hunch has none.
        InputError: where it follows another version of the protocol.
    """
    if not exists(ADDRESS, MANIFEST):
        raise Unavailable("No study ships with this copy of Hunch: run `python -m core experiments run`.")
    readings, manifest = read(ADDRESS)
    return ShippedStudy(readings, read_outcomes(ADDRESS), manifest)
