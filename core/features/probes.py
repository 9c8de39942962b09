"""What can be decoded from a layer linearly: linear probes on held-out images.

Source: Alain and Bengio 2016, arXiv 1610.01644.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from core.datasets.base import Dataset
from core.intervals import wilson
from core.networks.evaluator import IMAGES, ModelEvaluator
from core.networks.graph import Graph
from core.progress import OnStep, silent

PICTURES, ANSWER = "pictures", "answer"
"""In place of a layer's path: the pixels themselves, and the logits."""
COMPONENTS = 64
"""Every layer is reduced to at most this many directions, so that wide layers have no advantage."""
RESAMPLES = 1000
NAMES = {"scene": "scene", "tint": "tint", "sticker": "sticker"}
POSITION = ("x", "y")
FEWEST = 10
"""A level with fewer images than this is left out."""


@dataclass(frozen=True, eq=False)
class ProbeTarget:
    """Something that may be decodable.

    Args:
        name: "object", "scene", "tint", "sticker" or "position".
        rows: int (M,), images to which it applies.
        answers: int (M,) levels, or float (M, D) for a position.
    """

    name: str
    rows: np.ndarray
    answers: np.ndarray

    @property
    def measure(self) -> Literal["accuracy", "r2"]:
        """The metric of a probe of it."""
        return "r2" if self.answers.ndim == 2 else "accuracy"


@dataclass(frozen=True, eq=False)
class ProbeResult:
    """How well a probe does on held-out images.

    Args:
        score: accuracy 0..1, or R² of a position, at most 1.
        low, high: 95% interval: Wilson's for accuracy, a bootstrap over images for R².
        chance: accuracy of always predicting the most frequent level; 0 for R².
        n: number of held-out images.
        right: whether each of them was right, bool; empty for a position.
    """

    score: float
    low: float
    high: float
    chance: float
    n: int
    right: np.ndarray


def probe_targets(dataset: Dataset) -> list[ProbeTarget]:
    """What can be decoded in a data set: the class, and each attribute that varies."""
    everything = np.arange(len(dataset))
    found = [_levels("object", dataset.labels, everything)]
    table = dataset.attributes
    if table is not None:
        found += [_levels(name, _codes(table[column]), everything) for column, name in NAMES.items() if column in table]
        if set(POSITION) <= set(table.columns):
            found.append(ProbeTarget("position", everything, table[list(POSITION)].to_numpy(np.float64)))
    return [one for one in found if _varies(one)]


def _codes(column: pd.Series) -> np.ndarray:
    return pd.factorize(column)[0]


def _levels(name: str, codes: np.ndarray, rows: np.ndarray) -> ProbeTarget:
    counts = np.bincount(codes[codes >= 0])
    kept = (codes >= 0) & (counts[np.maximum(codes, 0)] >= FEWEST)
    return ProbeTarget(name, rows[kept], codes[kept])


def _varies(question: ProbeTarget) -> bool:
    if question.measure == "r2":
        return bool((question.answers.std(axis=0) > 1e-6).all())
    return len(np.unique(question.answers)) > 1


def pooled_features(
    model: keras.Model, images: np.ndarray, layer: str, regions: int = 1, *, on_step: OnStep = silent
) -> np.ndarray:
    """A layer's means over the cells of a grid, (N, g x g x K), with g = `regions`, or the map's side if smaller.

    Args:
        model: any Keras 3 classifier with a graph; never changed.
        images: (N, H, W, C), in the scale that the model takes.
        layer: its path, or `PICTURES` or `ANSWER`.
        regions: cells along each side.
        on_step: reports progress; stops the work when it raises.
    """
    network = ModelEvaluator.of(model)

    def make(graph: Graph) -> Callable[[tf.Tensor], tf.Tensor]:
        def compute(pictures: tf.Tensor) -> tf.Tensor:
            value = tf.cast(_value(graph, pictures, layer), tf.float32)
            if len(value.shape) == 2:
                return value
            size = tf.minimum(tf.shape(value)[1:3], regions)
            return tf.reshape(tf.image.resize(value, size, method="area"), (tf.shape(value)[0], -1))

        return compute

    function = network.compiled(("pooled", layer, regions), make, [IMAGES])
    return network.map(function, images, on_step=on_step)


def _value(graph: Graph, images: tf.Tensor, layer: str) -> tf.Tensor:
    if layer == PICTURES:
        return images
    return graph.run(images, until=None if layer == ANSWER else layer)


def run_probe(features: np.ndarray, question: ProbeTarget, *, held_out: float = 0.3, seed: int = 0) -> ProbeResult:
    """Train a probe on one part of the images and evaluate it on the rest.

    Args:
        features: (N, F), one row per image.
        question: what to decode.
        held_out: fraction of the images to evaluate on.
        seed: selects them. The same seed selects the same images for every layer and network.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(question.rows))
    cut = round(held_out * len(order))
    unseen, seen = order[:cut], order[cut:]
    values = features[question.rows]
    if question.measure == "r2":
        guess = _probe(RidgeCV(np.logspace(-2, 4, 13)), values[seen]).fit(values[seen], question.answers[seen])
        return _position(question.answers[unseen], guess.predict(values[unseen]), question.answers[seen], rng)
    probe = _probe(LogisticRegression(C=0.1, max_iter=500), values[seen]).fit(values[seen], question.answers[seen])
    right = probe.predict(values[unseen]) == question.answers[unseen]
    usual = np.bincount(question.answers[seen]).argmax()
    chance = float((question.answers[unseen] == usual).mean())
    return ProbeResult(float(right.mean()), *wilson(int(right.sum()), len(right)), chance, len(right), right)


def _probe(model: object, values: np.ndarray) -> Pipeline:
    if not values.std(axis=0).any():
        return make_pipeline(model)
    components = min(COMPONENTS, *values.shape)
    return make_pipeline(StandardScaler(), PCA(components, svd_solver="full"), StandardScaler(), model)


def _position(true: np.ndarray, guess: np.ndarray, seen: np.ndarray, rng: np.random.Generator) -> ProbeResult:
    """Mean R² over rows and columns, relative to the mean of the training images."""
    error, spread = (true - guess) ** 2, (true - seen.mean(axis=0)) ** 2

    def score(rows: np.ndarray) -> float:
        return float((1 - error[rows].sum(axis=0) / spread[rows].sum(axis=0)).mean())

    again = [score(rng.integers(0, len(true), len(true))) for _ in range(RESAMPLES)]
    low, high = np.quantile(again, (0.025, 0.975))
    return ProbeResult(score(np.arange(len(true))), float(low), float(high), 0.0, len(true), np.zeros(0, bool))
