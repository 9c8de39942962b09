"""The images with the strongest and weakest response of a unit, where in them, and its response to each class."""

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
from core.networks.interface import Interface, prepared
from core.networks.receptive_field import region
from core.progress import OnStep


@dataclass(frozen=True, eq=False)
class Examples:
    """k images; unpacks into `indices, regions`.

    Args:
        indices: int (k,), which images, strongest first.
        regions: int (k, 4), the part of each image that the unit's strongest place sees: (top, left, bottom, right),
            bottom
            and right exclusive.
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
    interface: Interface | None = None,
    on_step: OnStep | None = None,
) -> Examples:
    """The images with the unit's strongest response at any one place, and the part of them that it sees there.

    Args:
        model: any Keras 3 classifier with a graph; never changed.
        images: (N, H, W, C), in the scale that the model takes.
        layer: a path from `core.networks.layers`; None for the last convolution.
        unit: the channel, from 0.
        k: how many, from 1; no more than there are pictures.
        least: the weakest answers instead. Pictures to which a rectifier is silent are told apart by what it was given.
        known: the layer's `layer_responses` to these pictures, where they are at hand.
        interface: how the network is read, from `core.networks.interface`; images are then the user's own pictures.
        on_step: called as pictures are done; stops the work when it raises.

    Raises:
        LayerError: when the layer or the unit does not exist.
        InputError: for k below 1.
    """
    model = prepared(model, interface)
    network, path = ModelEvaluator.of(model), checked_layer(model, layer)
    checked_unit(network.graph, path, unit)
    if k < 1:
        raise InputError("The number of examples should be at least 1", str(k))
    found = (
        known if known is not None and known.layer == path else layer_responses(model, images, path, on_step=on_step)
    )
    peak = found.peak[:, unit]
    indices = strongest_pictures(found, unit, k, least=least)
    places = np.stack(np.divmod(found.place[indices, unit], found.shape[1]), axis=1)
    regions = np.array([region(network.graph, path, int(row), int(column), found.size) for row, column in places])
    return Examples(indices, regions, peak[indices], places)


def strongest_pictures(found: Responses, unit: int, k: int, *, least: bool = False) -> np.ndarray:
    """Which k pictures a unit responds to most, strongest first, int (k,).

    Args:
        found: the layer's `layer_responses`.
        unit: the channel, from 0.
        k: how many; no more than there are pictures.
        least: the weakest instead, weakest first. Pictures to which a rectifier is silent are told apart by what it was
            given.
    """
    drive, peak = found.drive[:, unit], found.peak[:, unit]
    order = np.lexsort((drive, peak)) if least else np.lexsort((-drive, -peak))
    return order[:k]


def unit_histogram(values: np.ndarray, dataset: Dataset, *, bins: int = 24) -> pd.DataFrame:
    """A histogram of a unit's responses for each class.

    Args:
        values: (N,), one response per image, such as `layer_responses(...).peak[:, unit]`.
        dataset: the images' labels.
        bins: number of bins, at least 1.

    Returns:
        one row per class and bin: class, low, high (the bin's ends), count, and share, of the class's images.

    Raises:
        InputError: when there is not one value per image.
    """
    if values.shape != (len(dataset),) or bins < 1:
        raise InputError(
            f"Values should have the shape ({len(dataset)},) and bins be at least 1", f"{values.shape}, {bins}"
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
