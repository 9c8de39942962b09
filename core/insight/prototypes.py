"""Prototypes of each class, and criticisms that the prototypes do not represent.

Source: Kim, Khanna and Koyejo 2016, "Examples are not enough, learn to criticize!" (NeurIPS; MMD-critic).
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.errors import DataError
from core.insight.neighbours import distances, embedding
from core.insight.settings import PrototypeSettings
from core.networks.interface import Interface
from core.progress import OnStep, silent

TYPICAL, ODD = "typical", "odd"
JITTER = 1e-9


def prototypes(
    model: keras.Model,
    dataset: Dataset,
    *,
    known: np.ndarray | None = None,
    interface: Interface | None = None,
    on_step: OnStep = silent,
    **settings: Any,
) -> pd.DataFrame:
    """Prototypes and criticisms of each class, in the network's embedding.

    Args:
        model: any Keras 3 classifier; never changed.
        dataset: images to choose from.
        known: their embedding, if available.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        on_step: reports progress; stops the work when it raises.
        settings: see `PrototypeSettings`.

    Returns:
        one row per image: label (class index), name, kind ("typical" or "odd"), rank from 0, index (its position in the
        data set), weight (of a typical image: the fraction of its class nearest to it; of an odd one: how much rarer or
        more common such images are than the typical ones suggest, in -1..1). An empty class has none.

    Raises:
        DataError: when there are no images, or they do not fit the network.
    """
    chosen = PrototypeSettings.of(**settings)
    if not len(dataset):
        raise DataError("There should be at least one picture", "none")
    rng = np.random.default_rng(chosen.seed)
    points = embedding(model, dataset.images, interface=interface, on_step=on_step) if known is None else known
    rows: list[dict[str, Any]] = []
    for label in np.unique(dataset.labels):
        members = np.flatnonzero(dataset.labels == label)
        members = np.sort(rng.permutation(members)[: chosen.pictures])
        rows += _of_class(points[members], members, int(label), dataset.class_names[label], chosen)
    return pd.DataFrame(rows)


def _of_class(
    points: np.ndarray, members: np.ndarray, label: int, name: str, settings: PrototypeSettings
) -> list[dict[str, Any]]:
    kernel = similarity(points)
    typical = greedy_prototypes(kernel, settings.prototypes)
    witness = kernel.mean(axis=1) - kernel[:, typical].mean(axis=1)
    odd = greedy_criticisms(kernel, witness, typical, settings.criticisms)
    nearest = typical[kernel[:, typical].argmax(axis=1)]
    picked = [(TYPICAL, rank, place, float((nearest == place).mean())) for rank, place in enumerate(typical)]
    picked += [(ODD, rank, place, float(witness[place])) for rank, place in enumerate(odd)]
    return [
        {"label": label, "name": name, "kind": kind, "rank": rank, "index": int(members[place]), "weight": weight}
        for kind, rank, place, weight in picked
    ]


def similarity(points: np.ndarray) -> np.ndarray:
    """A Gaussian kernel (n, n) whose width is the median distance between two images."""
    apart = distances(points, points)
    positive = apart[apart > 0]
    width = float(np.median(positive)) if len(positive) else 1.0
    return np.exp(-((apart / width) ** 2))


def greedy_prototypes(kernel: np.ndarray, count: int) -> np.ndarray:
    """Indices whose mean in kernel space is nearest to that of all images, chosen greedily.

    J(S) = 2 / (n |S|) sum_{i, j in S} k(i, j) - 1 / |S|^2 sum_{i, j in S} k(i, j), the negative squared maximum mean
    discrepancy from all images, up to a constant.

    Args:
        kernel: (n, n).
        count: number of indices.
    """
    everyone = kernel.mean(axis=1)
    chosen: list[int] = []
    gained, inner = 0.0, 0.0
    near = np.zeros(len(kernel))
    for size in range(1, min(count, len(kernel)) + 1):
        values = 2 * (gained + everyone) / size - (inner + 2 * near + np.diag(kernel)) / size**2
        values[chosen] = -np.inf
        best = int(values.argmax())
        gained += everyone[best]
        inner += 2 * near[best] + kernel[best, best]
        near += kernel[best]
        chosen.append(best)
    return np.array(chosen, dtype=int)


def greedy_criticisms(kernel: np.ndarray, witness: np.ndarray, typical: np.ndarray, count: int) -> np.ndarray:
    """Indices where the prototypes misrepresent the class most, and which differ from each other, chosen greedily.

    L(C) = sum_{i in C} |witness(i)| + log det k(C, C), as in the paper; prototypes are excluded.

    Args:
        kernel: (n, n).
        witness: (n,), the witness function.
        typical: indices of the prototypes.
        count: number of indices.
    """
    left = np.setdiff1d(np.arange(len(kernel)), typical)
    chosen: list[int] = []
    # What is left of each picture once those chosen are projected out: the pivot of a Cholesky factor.
    rest, factor = np.diag(kernel).astype(float).copy(), np.zeros((0, len(kernel)))
    for _ in range(min(count, len(left))):
        values = np.abs(witness[left]) + np.log(np.maximum(rest[left], JITTER))
        best = int(left[values.argmax()])
        row = (kernel[best] - factor.T @ factor[:, best]) / np.sqrt(max(rest[best], JITTER))
        factor = np.vstack([factor, row])
        rest = rest - row**2
        chosen.append(best)
        left = left[left != best]
    return np.array(chosen, dtype=int)
