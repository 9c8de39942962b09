from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.features.ranking import sort_survey
from core.features.responses import Responses


@pytest.fixture
def found() -> Responses:
    """Unit 0 is dead, 1 is loud and even, 2 is quiet and comes and goes, 3 lies between."""
    peak = np.array([[0, 9.0, 1.0, 3], [0, 10.0, 0.0, 4], [0, 9.5, 0.0, 2]], np.float32)
    rest = np.zeros_like(peak)
    return Responses("a", peak, peak, rest, rest, peak, rest.astype(np.int32), (1, 1), (4, 4))


@pytest.mark.parametrize(
    ("order", "units"),
    [
        ("strongest", [1, 3, 2, 0]),
        ("varied", [2, 3, 1, 0]),
        ("selective", [3, 2, 1, 0]),
        ("number", [0, 1, 2, 3]),
    ],
)
def test_units_come_in_the_order_that_was_asked_for_and_dead_ones_last(found, order, units):
    table = pd.DataFrame({"peak": found.peak.max(axis=0), "selectivity": [np.nan, 0.1, 0.5, 0.9]})
    assert sort_survey(found, table, order).tolist() == units
