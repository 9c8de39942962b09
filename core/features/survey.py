"""A layer over a whole data set: one row per unit."""

from __future__ import annotations

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.features.responses import Responses, layer_responses
from core.networks.interface import Interface, prepared_for
from core.progress import OnStep


def unit_survey(
    model: keras.Model,
    dataset: Dataset,
    layer: str | None = None,
    *,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
) -> pd.DataFrame:
    """Every unit of a layer over a data set, in one pass; see `summarise` for the columns.

    Args:
        model: any Keras 3 classifier with a graph; never changed.
        dataset: labelled images in the scale that the model takes.
        layer: a path from `core.networks.layers`; None for the last convolution.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        on_step: reports progress; stops the work when it raises.

    Raises:
        LayerError: when the layer does not exist, or returns neither maps nor a vector of units.
    """
    model = prepared_for(model, interface, dataset.class_names)
    return summarise(layer_responses(model, dataset.images, layer, on_step=on_step), dataset)


def summarise(found: Responses, dataset: Dataset) -> pd.DataFrame:
    r"""The table of `unit_survey` from responses that are already there.

    Returns:
        one row a unit:
        unit: from 0.
        mean, peak: mean and highest value over all places of all pictures.
        sparsity: share of values at zero or below, 0..1. Says something only of layers that end in a rectifier.
        dead: whether it answers the same everywhere.
        selectivity: class selectivity index, 0 (all classes alike) to 1 (one class alone):
            $(\mu_1 - \mu_2) / (\mu_1 + \mu_2)$ with $\mu_1$ the mean for the class that it answers most and $\mu_2$
            the mean for all others (Morcos et al. 2018, arXiv 1803.06959). Where values go below zero, means are
            taken above the unit's lowest picture. NaN for dead units and with fewer than two classes.
        prefers: name of that class; "" for dead units.
        mean of <class>: mean for each class; NaN for one without pictures.
    """
    means = class_means(found.mean, dataset)
    selectivity, best = _selectivity(found, means)
    names = dataset.class_names
    table = pd.DataFrame(
        {
            "unit": np.arange(found.units),
            "mean": found.mean.mean(axis=0, dtype=np.float64),
            "peak": found.peak.max(axis=0),
            "sparsity": found.silent.mean(axis=0, dtype=np.float64),
            "dead": found.dead,
            "selectivity": selectivity,
            "prefers": ["" if dead else names[k] for dead, k in zip(found.dead, best, strict=True)],
        }
    )
    return table.assign(**{f"mean of {name}": means[k] for k, name in enumerate(names)})


def class_means(values: np.ndarray, dataset: Dataset) -> np.ndarray:
    """Means of (N, K) over the pictures of each class, float64 (classes, K); NaN for a class without pictures."""
    counts = np.bincount(dataset.labels, minlength=len(dataset.class_names))
    sums = np.zeros((len(counts), values.shape[1]))
    np.add.at(sums, dataset.labels, values)
    return np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], np.nan)


def _selectivity(found: Responses, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The index of each unit, and the class that it answers most."""
    present = np.isfinite(means[:, 0])
    best = np.where(np.isfinite(means), means, -np.inf).argmax(axis=0)
    if present.sum() < 2:
        return np.full(found.units, np.nan), best
    above = means[present] - np.minimum(found.mean.min(axis=0), 0)
    most = above.max(axis=0)
    others = (above.sum(axis=0) - most) / (present.sum() - 1)
    whole = most + others
    index = np.divide(most - others, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.where(found.dead, np.nan, index), best
