"""Concepts: does a human idea, such as grass or a printed sticker, change the network's score?

Source: Kim et al. 2018, arXiv 1711.11279 (TCAV). A concept is a set of images. At a layer, a linear classifier
separates
them from random images; the normal of its boundary is the concept's direction. Along it the score of a class rises or
falls. The TCAV score is the fraction of a class's images in which it rises.

Three things differ from the paper, so that the test keeps its error rate and has power. The layer's maps are averaged
over places before the classifier sees them (a direction then stands for "a little more of this everywhere"), which
leaves far fewer parameters to fit from a few dozen images. What is tested is not the fraction, which is 0 or 1 for many
a random direction, but the sensitivity: how far the score would move on the way from random images to those of the
concept. And the t-test takes one concept as one observation: the same images compared with several random sets give
correlated scores, so that counting each as an observation, as is commonly done, finds random concepts "significant" far
more often than claimed. Here the concept's mean sensitivity is tested against those of many random concepts, which went
through exactly the same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from scipy import stats

from core.datasets.base import Dataset
from core.errors import DataError, InputError
from core.features.responses import checked_layer
from core.hypothesis_tests import holm
from core.insight.attributes import collect_attributes
from core.insight.settings import ConceptSettings
from core.networks.evaluator import IMAGES, ModelEvaluator, checked_images
from core.networks.graph import Graph
from core.networks.interface import Interface, prepared_for
from core.progress import OnStep, silent

FEWEST = 4
"""Fewer images than this are not a concept."""
SURE = 1.0  # weight of a right classification against short weights, as scikit-learn's C


@dataclass(frozen=True, eq=False)
class Concept:
    """An idea, by pictures that show it.

    Args:
        name: what to call it, such as "grass".
        indices: int (m,), pictures of the data set that show it.
        attribute: where it comes from, such as "scene"; empty for one that somebody picked.
    """

    name: str
    indices: np.ndarray
    attribute: str = ""


def known_concepts(dataset: Dataset) -> list[Concept]:
    """The concepts that come with a data set: each level of each attribute of kinds, and both ends of each number.

    Raises:
        DataError: when there are no pictures.
    """
    known = collect_attributes(dataset)
    found = []
    for name, column in known.columns.items():
        if column.numeric:
            low, high = np.quantile(column.data, [0.2, 0.8])
            ends = ((f"low {name}", column.data <= low), (f"high {name}", column.data >= high))
            found += [Concept(title, known.rows[chosen], name) for title, chosen in ends]
            continue
        levels = ("yes",) if column.levels == ("no", "yes") else column.levels
        found += [
            Concept(name if level == "yes" else level, known.rows[column.data == level], name) for level in levels
        ]
    return [concept for concept in found if FEWEST <= len(concept.indices) < len(known)]


def score_concepts(
    model: keras.Model,
    dataset: Dataset,
    asked: Sequence[Concept] | Mapping[str, Sequence[int]],
    *,
    classes: Sequence[str] | None = None,
    interface: Interface | None = None,
    on_step: OnStep = silent,
    **settings: Any,
) -> pd.DataFrame:
    r"""Test concepts on the classes of a network.

    sensitivity(concept, class) = mean over opposites and pictures x of the class of  gap * grad h(a(x)) . v,
    with a(x) the layer averaged over places, h the class's logit, v the unit normal of the concept's classifier, and
    gap how far apart the concept's pictures and the random ones lie along v, on average.

    t = (sensitivity - mean of the random ones) / (their standard deviation sqrt(1 + 1/R)), R - 1 degrees of freedom.

    Args:
        model: any Keras 3 classifier whose classes are the data set's; never changed.
        dataset: pictures; concepts, their random opposites and random concepts all come from them.
        asked: concepts (see `known_concepts`), or name -> indices of pictures that show it.
        classes: names of classes to try; None for all.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        on_step: called as directions are learned; stops the work when it raises.
        settings: see `ConceptSettings`.

    Returns:
        one row a concept and class: concept, attribute, score (TCAV: share of the class's pictures whose logit grows
        along the concept, 0..1; .5 is chance), sensitivity (in logits, above 0 speaks for the class), low, high (what
        random concepts reach), p_value (two-sided, corrected for all rows by Holm), clear, separable (share of left-out
        pictures that the concept's classifier tells right; near .5 the layer does not show the concept), n (pictures of
        the concept), layer. The surest first.

    Raises:
        InputError: for a concept of fewer than 4 pictures, an unknown class or layer, or no concept.
        DataError: when there are too few pictures to draw random ones from.
    """
    chosen = ConceptSettings.of(**settings)
    wanted = _check(asked, dataset)
    labels = _labels(dataset, classes)
    model = prepared_for(model, interface, dataset.class_names)
    network = ModelEvaluator.of(model)
    path = checked_layer(model, chosen.layer)
    rng = np.random.default_rng(chosen.seed)
    points = layer_means(network, path, dataset.images)
    tried = {label: _some(np.flatnonzero(dataset.labels == label), chosen.pictures, rng) for label in labels}
    slopes = {
        label: gradients(network, path, dataset.images[rows], label) for label, rows in tried.items() if len(rows)
    }
    scale = float(points.std()) or 1.0
    sizes = sorted({min(len(concept.indices), chosen.examples) for concept in wanted})
    total = len(wanted) + len(sizes) * chosen.random_concepts
    learned = _Learner((points - points.mean(axis=0)) / scale, chosen.opposites, rng)
    null: dict[int, list[np.ndarray]] = {}
    for size in sizes:
        vectors = []
        for done in range(chosen.random_concepts):
            drawn = rng.permutation(len(dataset))[:size]
            vectors.append(learned.directions(drawn, drawn))
            on_step(len(null) * chosen.random_concepts + done + 1, total, "random concepts")
        null[size] = vectors
    rows = []
    for done, concept in enumerate(wanted):
        shown = _some(concept.indices, chosen.examples, rng)
        directions = learned.directions(shown, concept.indices)
        told = learned.separable(shown, concept.indices)
        for label, slope in slopes.items():
            rows.append(
                {
                    "concept": concept.name, "attribute": concept.attribute, "class": dataset.class_names[label],
                    **_test_direction(slope * scale, directions, null[len(shown)], chosen.confidence),
                    "separable": told, "n": len(shown), "layer": path,
                }
            )  # fmt: skip
        on_step(total - len(wanted) + done + 1, total, concept.name)
    table = pd.DataFrame(rows)
    table["p_value"] = holm(table["p_value"].to_numpy())
    table.insert(8, "clear", table["p_value"] < 1 - chosen.confidence)
    far = -(table["sensitivity"] - (table["low"] + table["high"]) / 2).abs()
    return table.iloc[np.lexsort((far, table["p_value"]))].reset_index(drop=True)


def layer_means(network: ModelEvaluator, path: str, images: np.ndarray) -> np.ndarray:
    """A layer's output averaged over places, float (N, K).

    Args:
        network: the network.
        path: of the layer.
        images: (N, H, W, C).
    """
    function = network.compiled(
        ("layer means", path), lambda graph: lambda pictures: _means(graph.run(pictures, until=path)), [IMAGES]
    )
    return np.asarray(network.map(function, checked_images(network.graph, images)), float)


def gradients(network: ModelEvaluator, path: str, images: np.ndarray, label: int) -> np.ndarray:
    """The gradient of each image's logit of a class by each channel of a layer, raised equally everywhere, (N, K).

    Args:
        network: the network.
        path: of the layer.
        images: (N, H, W, C).
        label: index of the class.
    """

    def make(graph: Graph) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
        def compute(pictures: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
            value = graph.run(pictures, until=path)
            with tf.GradientTape() as tape:
                tape.watch(value)
                logits = graph.run(value, start=path)
                score = tf.reduce_sum(tf.gather(logits, tf.cast(target, tf.int32), axis=1, batch_dims=1))
            slope = tape.gradient(score, value)
            return tf.reduce_sum(slope, axis=(1, 2)) if len(slope.shape) == 4 else slope

        return compute

    function = network.compiled(("concept slopes", path), make, [IMAGES, tf.TensorSpec([None, 1], tf.float32)])
    targets = np.full((len(images), 1), label)
    return np.asarray(network.map(function, checked_images(network.graph, images), targets), float)


class _Learner:
    """Learns ways from sets of pictures, each against several random sets of the same size."""

    def __init__(self, points: np.ndarray, opposites: int, rng: np.random.Generator) -> None:
        self._points, self._opposites, self._rng = points, opposites, rng

    def directions(self, shown: np.ndarray, barred: np.ndarray) -> np.ndarray:
        """The way from random pictures to these along the normals of the classifiers, (opposites, K)."""
        return np.array([self._way(shown, self._others(shown, barred)) for _ in range(self._opposites)])

    def _way(self, shown: np.ndarray, others: np.ndarray) -> np.ndarray:
        normal = self._fit(shown, others)
        length = np.linalg.norm(normal)
        if length == 0:
            return normal
        unit = normal / length
        return unit * ((self._points[shown].mean(axis=0) - self._points[others].mean(axis=0)) @ unit)

    def separable(self, shown: np.ndarray, barred: np.ndarray) -> float:
        """Share of pictures that are told right by a classifier that has not seen them (cross-validation)."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import cross_val_score

        others = self._others(shown, barred)
        values = self._points[np.concatenate([shown, others])]
        sides = np.repeat([1, 0], [len(shown), len(others)])
        folds = min(4, len(shown), len(others))
        if folds < 2:
            return float("nan")
        return float(cross_val_score(LogisticRegression(C=SURE, solver="liblinear"), values, sides, cv=folds).mean())

    def _others(self, shown: np.ndarray, barred: np.ndarray) -> np.ndarray:
        free = np.setdiff1d(np.arange(len(self._points)), barred)
        return self._rng.permutation(free)[: len(shown)]

    def _fit(self, shown: np.ndarray, others: np.ndarray) -> np.ndarray:
        from sklearn.linear_model import LogisticRegression

        values = self._points[np.concatenate([shown, others])]
        sides = np.repeat([1, 0], [len(shown), len(others)])
        return LogisticRegression(C=SURE, solver="liblinear").fit(values, sides).coef_[0]


def _test_direction(
    slope: np.ndarray, directions: np.ndarray, null: list[np.ndarray], confidence: float
) -> dict[str, Any]:
    """A concept's score and sensitivity, and how they stand among random concepts'."""
    along = slope @ directions.T
    random = np.array([(slope @ other.T).mean() for other in null])
    sensitivity, middle = float(along.mean()), float(random.mean())
    spread = float(random.std(ddof=1)) * np.sqrt(1 + 1 / len(random))
    reach = float(stats.t.ppf((1 + confidence) / 2, len(random) - 1)) * spread
    p_value = 2 * stats.t.sf(abs(sensitivity - middle) / spread, len(random) - 1) if spread > 0 else 1.0
    return {
        "score": float(np.mean((along > 0) + 0.5 * (along == 0))),
        "sensitivity": sensitivity,
        "low": middle - reach,
        "high": middle + reach,
        "p_value": float(p_value),
    }


def _means(value: tf.Tensor) -> tf.Tensor:
    value = tf.cast(value, tf.float32)
    return tf.reduce_mean(value, axis=(1, 2)) if len(value.shape) == 4 else value


def _some(rows: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    return np.sort(rng.permutation(np.asarray(rows, int))[:most])


def _check(asked: Sequence[Concept] | Mapping[str, Sequence[int]], dataset: Dataset) -> list[Concept]:
    if isinstance(asked, Mapping):
        asked = [Concept(name, np.asarray(rows, int)) for name, rows in asked.items()]
    if not asked:
        raise InputError("There should be at least one concept", "none")
    for concept in asked:
        rows = np.unique(np.asarray(concept.indices, int))
        if len(rows) < FEWEST:
            raise InputError(
                f"A concept needs at least {FEWEST} pictures that show it", f"{len(rows)} for {concept.name}",
                "Pick some more.",
            )  # fmt: skip
        if rows[0] < 0 or rows[-1] >= len(dataset):
            raise InputError(f"Pictures are numbered 0 to {len(dataset) - 1}", f"{rows[0]} to {rows[-1]}")
        if len(dataset) - len(rows) < FEWEST:
            raise DataError(
                f"There should be at least {FEWEST} pictures that do not show {concept.name}",
                f"{len(dataset) - len(rows)}",
            )
    return [Concept(concept.name, np.unique(np.asarray(concept.indices, int)), concept.attribute) for concept in asked]


def _labels(dataset: Dataset, classes: Sequence[str] | None) -> list[int]:
    strange = [name for name in classes or () if name not in dataset.class_names]
    if strange:
        raise InputError(f"The classes are {', '.join(dataset.class_names)}", ", ".join(strange))
    return [label for label, name in enumerate(dataset.class_names) if classes is None or name in classes]
