"""Which units of a layer to look at first, over a whole data set."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.features.activation_grid import Order
from core.features.responses import Responses


def sort_survey(found: Responses, table: pd.DataFrame, order: Order = "selective") -> np.ndarray:
    """The units of a layer from first to last, int (K,); dead ones last, ties ordered by number.

    Args:
        found: the layer's `layer_responses`.
        table: its `unit_survey`.
        order: "strongest" by the highest response, "selective" by the class selectivity index, "varied" by the spread
            (coefficient of variation) of the strongest response over images, "number" in the layer's order.
    """
    if order == "number":
        return np.arange(found.units)
    if order == "selective":
        by = table["selectivity"].fillna(-1).to_numpy()
    elif order == "strongest":
        by = table["peak"].to_numpy()
    else:
        level = np.abs(found.peak).mean(axis=0, dtype=np.float64)
        by = np.divide(found.peak.std(axis=0), level, out=np.zeros_like(level), where=level > 0)
    return np.lexsort((-by, found.dead))
