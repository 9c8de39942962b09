"""The pictures that a unit answers most and least, where in them, and how it answers each class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.errors import InputError
from core.features.responses import Responses, checked_layer, checked_unit, layer_responses
from core.networks.evaluator import ModelEvaluator
from core.networks.receptive_field import region
from core.progress import OnStep


@dataclass(frozen=True, eq=False)
class Examples:
    """k pictures; unpacks into `indices, regions`.

    Args:
        indices: int (k,), which pictures, the most telling first.
        regions: int (k, 4), the part of each picture that the unit's strongest place sees: (top, left, bottom, right),
            bottom and right exclusive.
        responses: float32 (k,), the value there.
        places: int (k, 2), row and column of the place in the layer's map.
    """

    indices: np.ndarray
    regions: np.ndarray
    responses: np.ndarray
    places: np.ndarray

    def __iter__(self) -> Iterator[np.ndarray]:
        return iter((self.indices, self.regions))

    def __len__(self) -> int:
        return len(self.indices)


def top_examples(
    model: keras.Model,
    images: Any,
    layer: str | None,
    unit: int,
    k: int = 8,
    *,
    least: bool = False,
    known: Responses | None = None,
    on_step: OnStep | None = None,
) -> Examples:
    """The pictures with the unit's strongest answer at any one place, and the part of them that it saw there.

    Args:
        model: any Keras 3 classifier with a graph; it is never changed.
        images: (N, H, W, C), in the scale that the model takes.
        layer: a path from `core.networks.layers`; None for the last convolution's maps.
        unit: the channel, from 0.
        k: how many, from 1; no more than there are pictures.
        least: the weakest answers instead. Pictures to which a rectifier is silent are told apart by what it was given.
        known: the layer's `layer_responses` to these pictures, where they are at hand.
        on_step: called as pictures are done; stops the work when it raises.

    Raises:
        LayerError: when the layer or the unit does not exist.
        InputError: for k below 1.
    """
    network, path = ModelEvaluator.of(model), checked_layer(model, layer)
    checked_unit(network.graph, path, unit)
    if k < 1:
        raise InputError("At least one example should be asked for", str(k))
    found = (
        known if known is not None and known.layer == path else layer_responses(model, images, path, on_step=on_step)
    )
    drive, peak = found.drive[:, unit], found.peak[:, unit]
    order = np.lexsort((drive, peak)) if least else np.lexsort((-drive, -peak))
    indices = order[:k]
    places = np.stack(np.divmod(found.place[indices, unit], found.shape[1]), axis=1)
    regions = np.array([region(network.graph, path, int(row), int(column), found.size) for row, column in places])
    return Examples(indices, regions, peak[indices], places)


def unit_histogram(values: np.ndarray, dataset: Dataset, *, bins: int = 24) -> pd.DataFrame:
    """How often a unit answers how much, for each class.

    Args:
        values: float (N,), one answer a picture, such as `layer_responses(...).peak[:, unit]`.
        dataset: the pictures' labels.
        bins: how many steps the values are cut into, from 1.

    Returns:
        one row a class and step: class, low, high (the step's ends), count, and share, of the class's pictures.

    Raises:
        InputError: when the values are not as many as the pictures.
    """
    if values.shape != (len(dataset),) or bins < 1:
        raise InputError(
            f"Values should have the shape ({len(dataset)},) and steps be at least 1", f"{values.shape}, {bins}"
        )
    edges = np.histogram_bin_edges(values, bins)
    rows = []
    for label, name in enumerate(dataset.class_names):
        count = np.histogram(values[dataset.labels == label], edges)[0]
        rows.append(
            pd.DataFrame(
                {"class": name, "low": edges[:-1], "high": edges[1:], "count": count,
                 "share": count / max(1, count.sum())}
            )
        )  # fmt: skip
    return pd.concat(rows, ignore_index=True)
