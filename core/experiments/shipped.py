"""The readings that ship with Hunch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import Unavailable
from core.experiments.grid import COLUMNS

READINGS = Path(__file__).parents[2] / "assets" / "experiments" / "readings.csv"
ABOUT = READINGS.with_name("about.json")


def results() -> tuple[pd.DataFrame, dict[str, Any]]:
    """The readings, and how they were made: settings, seeds and date.

    Raises:
        Unavailable: where this copy of Hunch has none.
    """
    if not READINGS.exists():
        raise Unavailable("No readings ship with this copy of Hunch: run `python assets/make_experiments.py`.")
    return pd.read_csv(READINGS)[list(COLUMNS)], dict(json.loads(ABOUT.read_text()))
