"""Images that the network treats as similar: nearest neighbours in its embedding."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.errors import DataError, InputError
from core.insight.settings import Distance, NeighbourSettings
from core.networks.evaluator import IMAGES, ModelEvaluator, checked_images
from core.networks.interface import Interface, prepared
from core.progress import OnStep, silent


def penultimate(network: ModelEvaluator) -> str | None:
    """The path of the last layer's input, of which scores are weighted sums; None if there is no such step."""
    graph = network.graph
    last = next(step for step in reversed(graph.steps) if step.output == graph.output)
    if len(last.inputs) != 1 or last.inputs[0] == 0:
        return None
    before = next(step for step in graph.steps if step.output == last.inputs[0])
    return before.path


def embedding(
    model: keras.Model, images: Any, *, interface: Interface | None = None, on_step: OnStep = silent
) -> np.ndarray:
    """The network's last representation of each image, float32 (N, D).

    This is the input of its last layer, averaged over places. A network with nothing before its scores returns the
    scores.

    Args:
        model: any Keras 3 classifier; never changed.
        images: (N, H, W, C) or one image, in the scale that the model takes.
        interface: how the network is read, from `core.networks.interface`; images are then the user's own pictures.
        on_step: reports progress.

    Raises:
        DataError: for images that do not fit the network.
    """
    network = ModelEvaluator.of(prepared(model, interface))
    pictures = checked_images(network.graph, images)
    path = penultimate(network)
    if path is None:
        return network.logits(pictures, on_step=on_step)
    function = network.compiled(("embedding", path), lambda graph: lambda batch: graph.run(batch, until=path), [IMAGES])
    values = network.map(function, pictures, on_step=on_step)
    return values.mean(axis=(1, 2)) if values.ndim == 4 else values.reshape(len(values), -1)


def exemplars(
    model: keras.Model,
    train: Dataset,
    image: np.ndarray,
    k: int = 8,
    *,
    known: np.ndarray | None = None,
    interface: Interface | None = None,
    on_step: OnStep = silent,
    **settings: Any,
) -> pd.DataFrame:
    """The training images nearest to an image in the network's embedding.

    cosine: 1 - <a, b> / (|a| |b|), from 0 to 2; euclidean: |a - b|.

    Args:
        model: any Keras 3 classifier; never changed.
        train: pictures to choose from.
        image: one picture (H, W, C), in the same scale.
        k: how many, from 1; no more than there are pictures.
        known: the embedding of the training pictures, where it is at hand.
        interface: how the network is read, from `core.networks.interface`; images are then the user's own pictures.
        on_step: called as pictures are done; stops the work when it raises.
        settings: see `NeighbourSettings`.

    Returns:
        k rows, nearest first: index (its position in `train`), distance, label (its class index), name (of the class).

    Raises:
        InputError: for k below 1.
        DataError: for an image that does not fit, or an empty data set.
    """
    chosen = NeighbourSettings.of(**settings)
    if k < 1:
        raise InputError("The number of pictures should be at least 1", str(k))
    if np.asarray(image).ndim != 3:
        raise DataError("One picture should have the shape (H, W, C)", f"{np.asarray(image).shape}")
    if not len(train):
        raise DataError("At least one training picture is needed", "none")
    model = prepared(model, interface)
    mine = embedding(model, image)
    others = embedding(model, train.images, on_step=on_step) if known is None else known
    distance = distances(mine, others, chosen.measure)[0]
    order = np.argsort(distance, kind="stable")[:k]
    labels = train.labels[order]
    names = np.array(train.class_names, dtype=object)[labels]
    return pd.DataFrame({"index": order, "distance": distance[order], "label": labels, "name": names})


def distances(first: np.ndarray, second: np.ndarray, measure: Distance = "euclidean") -> np.ndarray:
    """Distances between every two embeddings, float (n, m); zero vectors are maximally distant in cosine.

    Args:
        first: (n, D).
        second: (m, D).
        measure: "cosine" or "euclidean".
    """
    a, b = np.asarray(first, float), np.asarray(second, float)
    if measure == "cosine":
        norms = np.linalg.norm(a, axis=1)[:, None], np.linalg.norm(b, axis=1)[None]
        return np.maximum(1 - (a @ b.T) / np.maximum(norms[0] * norms[1], 1e-12), 0)
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0))
