"""What some images of a data set have in common, and whether chance explains it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from core.datasets.base import Dataset

MOST_LEVELS = 20
"""An attribute with more levels than this is a number rather than a category."""
SAME_AS_CLASS = ("object", "group")
CLASS = "class"


def common_attributes(dataset: Dataset, indices: np.ndarray) -> pd.DataFrame:
    """How often each class and each attribute level occurs among some images, and among all.

    The p-value is the probability that as many or more would occur among randomly drawn images (hypergeometric), times
    the
    number of levels tested (Bonferroni), at most 1.

    Args:
        dataset: all images, with their attributes.
        indices: int (k,), the images in question, each at most once.

    Returns:
        one row per level that occurs among them, least likely first: attribute, level, among, of (k), overall, n,
            p_value.
        A flag has only the level True.
    """
    columns = {CLASS: np.asarray(dataset.class_names, object)[dataset.labels], **_kinds(dataset)}
    rows = []
    tried = 0
    for attribute, values in columns.items():
        levels = [True] if values.dtype == bool else list(pd.unique(values))
        tried += len(levels)
        rows += [_row(attribute, level, values == level, indices) for level in levels]
    table = pd.DataFrame([row for row in rows if row["among"]])
    table["p_value"] = np.minimum(table["p_value"] * tried, 1.0)
    return table.sort_values(["p_value", "among"], ascending=[True, False], kind="stable", ignore_index=True)


def _kinds(dataset: Dataset) -> dict[str, np.ndarray]:
    """Attributes that are kinds rather than numbers."""
    if dataset.attributes is None:
        return {}
    table = dataset.attributes.drop(columns=list(SAME_AS_CLASS), errors="ignore")
    names = [name for name in table if not pd.api.types.is_numeric_dtype(table[name]) or table[name].dtype == bool]
    return {str(name): table[name].to_numpy() for name in names if 1 < table[name].nunique() <= MOST_LEVELS}


def _row(attribute: str, level: object, has: np.ndarray, indices: np.ndarray) -> dict[str, object]:
    has = np.asarray(has, bool)
    among, overall = int(has[indices].sum()), int(has.sum())
    chance = float(hypergeom.sf(among - 1, len(has), overall, len(indices)))
    return {
        "attribute": attribute,
        "level": level,
        "among": among,
        "of": len(indices),
        "overall": overall,
        "n": len(has),
        "p_value": chance,
    }
