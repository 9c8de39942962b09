"""A layer's maps as a grid: which units, in which order, and on which scale."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from core.errors import InputError
from core.settings import Settings, setting

Order = Literal["strongest", "selective", "varied", "number"]


class GridSettings(Settings):
    """Settings of an activation grid."""

    count: int = setting(16, "Number of units shown.", low=1, high=512, step=1, unit="units")
    order: Order = setting(
        "strongest",
        (
            "Which units come first: those with the strongest response to this picture, those that separate the "
            "classes best, those whose maps vary most, or by number."
        ),
    )
    scaling: Literal["unit", "layer"] = setting(
        "unit", "Whether each map has its own scale, or all share one so that they can be compared."
    )


class ActivationGrid(NamedTuple):
    """Maps to draw.

    Args:
        units: int (n,), which units.
        maps: float32 (n, h, w), each value divided by its scale: 0..1, or -1..1 if there are negative values.
        scales: float32 (n,), what 1 stands for.
    """

    units: np.ndarray
    maps: np.ndarray
    scales: np.ndarray


def unit_grid(maps: np.ndarray, table: pd.DataFrame | None = None, **settings: object) -> ActivationGrid:
    """The grid of one image's maps.

    Args:
        maps: float32 (h, w, K), one row of `activations`.
        table: the layer's `unit_survey`; needed for the order "selective".
        **settings: see `GridSettings`.

    Raises:
        InputError: for a setting out of bounds, or "selective" without a survey.
    """
    dials = GridSettings.of(**settings)
    if maps.ndim != 3:
        raise InputError("One picture's maps should have the shape (h, w, K)", f"{maps.shape}")
    units = unit_order(maps, dials.order, table)[: dials.count]
    chosen = np.moveaxis(maps[..., units], -1, 0).astype(np.float32)
    largest = np.abs(chosen).max(axis=(1, 2))
    scales = largest if dials.scaling == "unit" else np.full_like(largest, np.abs(maps).max())
    # A map of zeros stays one, whatever it is divided by.
    scales = np.where(scales > 0, scales, 1).astype(np.float32)
    return ActivationGrid(units, chosen / scales[:, None, None], scales)


def unit_order(maps: np.ndarray, order: Order, table: pd.DataFrame | None = None) -> np.ndarray:
    """The units of maps from first to last, int (K,); ties are ordered by number.

    Args:
        maps: float32 (h, w, K).
        order: see `GridSettings`.
        table: the layer's `unit_survey`; needed for the order "selective".

    Raises:
        InputError: for "selective" without a survey of the layer.
    """
    if order == "number":
        return np.arange(maps.shape[-1])
    if order == "selective":
        if table is None or len(table) != maps.shape[-1]:
            raise InputError('The order "selective" needs the survey of the same layer', "none")
        return np.argsort(-table["selectivity"].fillna(-1).to_numpy(), kind="stable")
    by = maps.max(axis=(0, 1)) if order == "strongest" else maps.std(axis=(0, 1))
    return np.argsort(-by, kind="stable")
