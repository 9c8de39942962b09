"""How good the diagnosis is: the results of `tests/benchmarks/diagnosis.py` that are shipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parents[2] / "assets" / "diagnosis"


def benchmark() -> dict[str, Any]:
    """The last benchmark, on seeds that were used for neither tuning nor calibration.

    Returns:
        sections: list of dict(section, measure, right, n, low, high, wanted), one a line of the result;
        confusion: list of dict(planted, named, count), the first suspect of each plain case, "none" for nothing raised;
        misses: list of sentences; seeds: dict section -> list; seconds: dict(median, largest); made: date.
    """
    return dict(json.loads((ASSETS / "benchmark.json").read_text()))
