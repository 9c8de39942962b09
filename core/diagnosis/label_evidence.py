"""What a network's answers say of the labels.

A hard problem and wrong labels both make answers and labels differ. They differ in where. A network that is mistaken
takes a picture for something like it, so its mistakes lie in the pairs of a picture and a class that it hesitates
between. A label that is wrong at random is as often that of a class which nobody takes the picture for: so it is as
frequent among the least likely pairs of a picture and a class as among all others.

Wrong labels are sought there, by a linear classifier on the network's maps that is fitted on other pictures
(cross-fitting), so that no label judges itself. Two classes that are mixed up are sought among the surest answers of
each class. A network that has not learned its pictures is sure of nothing, so a reference that does better stands in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.cross_fitting import cross_fit
from core.datasets.base import Part
from core.diagnosis.baseline_models import Reference
from core.diagnosis.context import FEWEST_LOOKED_AT, DiagnosisContext, chosen
from core.errors import LayerError
from core.networks.evaluator import IMAGES, ModelEvaluator
from core.networks.graph import Graph

if TYPE_CHECKING:
    import tensorflow as tf

JUDGED_PARTS: tuple[Part, ...] = ("train", "validation")
MOST_JUDGED, LOOKS = 4000, 40  # pictures of each part, at most, and forward passes of the budget for one of them
LEAST = 0.3  # share of all pairs of a picture and a class that is not its answer: the least likely ones
CROWDED = 0.05  # of an able judge's own mistakes, at most this share lies in the least likely pairs
ABLE = 0.5  # agreement with the labels beyond chance (Cohen's kappa) from which on a judge is able
SUREST = 0.3  # share of each predicted class that is counted for single classes
ENOUGH = 8  # surest pictures of a class without which nothing is said of it
FOLDS = 3
STEPS = 200  # of the linear classifier, at most
WORSE = 0.05  # than the network's own accuracy: cross-fitted answers that are worse by more are not used
WIDEST = 96  # features beyond this number are reduced to their main directions
GRID = 4  # places a side at which maps are read, at most
VALUES = 2048  # features before they are reduced, about: wide maps are read at fewer places
IMAGE_GRID = 16  # the same of pictures, where a network has no maps


@dataclass(frozen=True, eq=False)
class Contradictions:
    """Labels among the pairs of a picture and a class that are least likely.

    Args:
        classes: how many classes could be judged.
        total: how many labels are not the answer, whatever pair they lie in.
        pairs: how many of the least likely pairs there are.
        places: where among them a picture has that label, (n,): 0 for the least likely pair, 1 for the likeliest.
        skill: how far the judge's answers agree with the labels beyond chance (Cohen's kappa): 1 wholly, 0 not at all.
    """

    classes: int
    total: int
    pairs: int
    places: np.ndarray
    skill: float = 1.0

    @property
    def crowding(self) -> float:
        """Of a judge's own mistakes, the share that lies in the least likely pairs, at most.

        A judge that knows nothing spreads them over all pairs alike. On classes that are hard to tell apart it falls
        about evenly with the judge's skill, to CROWDED at half of it.
        """
        unknowing = min(1.0, max(0.0, 1 - self.skill / ABLE))
        return CROWDED + (LEAST - CROWDED) * unknowing

    @property
    def share(self) -> float:
        """Share of wrong labels that so many stand for, where a wrong label is any of the other classes alike."""
        return (self.classes - 1) * len(self.places) / max(1, self.pairs)


class Labelling:
    """Answers that no label had a part in, beside the labels."""

    def __init__(self, context: DiagnosisContext) -> None:
        self.context = context

    @cached_property
    def out_of_sample(self) -> np.ndarray:
        """Cross-fitted probabilities of the training pictures that are looked at, (n, K)."""
        labels = self.context.part("train").labels
        found = cross_fit(
            lambda rows: self._features()[rows],
            labels,
            self.context.classes,
            folds=FOLDS,
            seed=self.context.seed,
            steps=STEPS,
        )
        return np.where(np.isnan(found), self.context.chance, found)

    @cached_property
    def surest(self) -> np.ndarray:
        """Given labels among the surest answers: counts (K, K), predicted class by given label."""
        held = self._counted("validation", SUREST)
        return held + self._counted("train", SUREST) if self._fitted_well else held

    @cached_property
    def others(self) -> np.ndarray:
        """The same of all other answers, as shares of each predicted class, (K, K)."""
        parts: tuple[Part, ...] = ("validation", "train") if self._fitted_well else ("validation",)
        counts = sum((self._counted(part, 1.0) for part in parts), -self.surest)
        return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)

    @cached_property
    def contradictions(self) -> Contradictions:
        """Labels among what training and validation pictures are least likely to be."""
        return contradictions(self._by_maps, self._judged_labels)

    @cached_property
    def issues(self) -> np.ndarray:
        """Rows of the training pictures whose labels are likely wrong, the likeliest first (confident learning).

        Source: Northcutt, Jiang and Chuang 2021, arXiv 1911.00068.
        """
        labels = self.context.splits.train.labels[self._judged["train"]]
        if len(np.unique(labels)) < self.context.classes or len(labels) < 2 * self.context.classes:
            return np.zeros(0, np.int64)
        answers = self._by_maps[: len(labels)]
        return self._judged["train"][ranked_issues(labels, np.where(np.isnan(answers), 0, answers))]

    @cached_property
    def _judged(self) -> dict[Part, np.ndarray]:
        """The rows of each part whose labels are judged: many, since a pass to the maps is quick."""
        most = min(MOST_JUDGED, max(FEWEST_LOOKED_AT, self.context.budget // LOOKS))
        parts = self.context.splits.parts
        return {part: chosen(parts[part].labels, most, self.context.rng("labels", part)) for part in JUDGED_PARTS}

    @cached_property
    def _judged_labels(self) -> np.ndarray:
        return np.concatenate([self.context.splits.parts[part].labels[rows] for part, rows in self._judged.items()])

    @cached_property
    def _by_maps(self) -> np.ndarray:
        """Cross-fitted probabilities of those pictures from the network's maps, training pictures first."""
        images = np.concatenate([self.context.splits.parts[part].images[rows] for part, rows in self._judged.items()])
        values = self._maps(images)
        return cross_fit(
            lambda rows: values[rows],
            self._judged_labels,
            self.context.classes,
            folds=FOLDS,
            seed=self.context.seed,
            steps=STEPS,
        )

    @cached_property
    def _fitted_well(self) -> bool:
        """Whether cross-fitted answers are about as good as the network's own; of few pictures they are not."""
        labels, held = self.context.part("train").labels, self.context.part("validation").labels
        if len(held) < ENOUGH:
            return True
        fitted = float((self.out_of_sample.argmax(axis=1) == labels).mean())
        own = float((self._answers("validation").argmax(axis=1) == held).mean())
        return fitted >= own - WORSE

    @cached_property
    def rates(self) -> np.ndarray:
        """The same as shares of each predicted class, (K, K); NaN rows for classes with too few."""
        totals = self.surest.sum(axis=1, keepdims=True)
        return np.where(totals >= ENOUGH, self.surest / np.maximum(totals, 1), np.nan)

    def _counted(self, part: Part, share: float) -> np.ndarray:
        labels, answers = self.context.part(part).labels, self._answers(part)
        counts = np.zeros((self.context.classes, self.context.classes))
        predicted = answers.argmax(axis=1) if len(answers) else np.zeros(0, int)
        for label in range(self.context.classes):
            mine = np.flatnonzero(predicted == label)
            order = mine[np.argsort(-answers[mine, label], kind="stable")]
            kept = order[: round(share * len(order))]
            counts[label] = np.bincount(labels[kept], minlength=self.context.classes)
        return counts

    @cached_property
    def _network(self) -> ModelEvaluator:
        return ModelEvaluator.of(self.context.evidence(Reference).ablest)

    def _answers(self, part: Part) -> np.ndarray:
        if part == "train":
            return self.out_of_sample
        if self._network is self.context.network:
            return self.context.probabilities(part)
        images = self.context.part(part).images
        return self._network.probabilities(images) if len(images) else np.zeros((0, self.context.classes))

    def _features(self) -> np.ndarray:
        """What the last layer reads, (n, F)."""
        images, graph = self.context.part("train").images, self._network.graph
        last = next(step for step in graph.steps if step.output == graph.output)
        before = next((step.path for step in graph.steps if step.output in last.inputs), None)
        if before is None:
            return reduced(images.reshape(len(images), -1), self.context.seed)
        return reduced(_layer(self._network, images, before, lambda _graph, _path, value: value), self.context.seed)

    def _maps(self, images: np.ndarray) -> np.ndarray:
        """The network's maps half-way and at the end, (n, F), reduced; pictures themselves where it has none.

        Layers after the maps, and answers most of all, have learned wrong labels by heart, so that a classifier on
        them finds each training picture in the class that it is said to be. And where the last maps were made for
        other pictures, as in a frozen backbone, those half-way tell more.
        """
        network, seed = self.context.network, self.context.seed
        try:
            last = network.graph.default_layer
        except LayerError:
            return reduced(np.asarray(_averaged(images.astype(np.float32), IMAGE_GRID)), seed)
        before = network.graph.steps[: network.graph.index(last)]
        maps = [step.path for step in before if network.graph.gives_maps(step.path)]
        paths = [*maps[len(maps) // 2 : len(maps) // 2 + 1], last]
        return np.concatenate([reduced(_layer(network, images, path, _as_maps), seed) for path in paths], axis=1)


def _as_maps(graph: Graph, path: str, value: tf.Tensor) -> tf.Tensor:
    return _averaged(graph.maps(path, value), GRID)


def _layer(
    network: ModelEvaluator, images: np.ndarray, path: str, then: Callable[[Graph, str, tf.Tensor], tf.Tensor]
) -> np.ndarray:
    """What becomes of a layer's values, flat, (n, F)."""
    function = network.compiled(
        ("diagnosis features", path, then.__qualname__),
        lambda graph: lambda batch: then(graph, path, graph.run(batch, until=path)),
        [IMAGES],
    )
    return np.asarray(network.map(function, images).reshape(len(images), -1))


def ranked_issues(labels: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Rows whose labels confident learning calls wrong, the least likely label first.

    Args:
        labels: int (N,), every class present.
        answers: probabilities (N, K), by a judge that the labels had no part in.

    Source: Northcutt, Jiang and Chuang 2021, arXiv 1911.00068.
    """
    from cleanlab.filter import find_label_issues

    found = find_label_issues(labels, answers, return_indices_ranked_by="self_confidence", n_jobs=1)
    return np.asarray(found, np.int64)


def contradictions(answers: np.ndarray, labels: np.ndarray) -> Contradictions:
    """Count labels among what pictures are least likely to be.

    Each picture is paired with every class but its answer; of all pairs, the share LEAST that is least likely is taken.

    Args:
        answers: probabilities (N, K), by a judge that the labels had no part in; NaN rows and columns are left out.
        labels: int (N,).
    """
    from sklearn.metrics import cohen_kappa_score

    rows, columns = (np.flatnonzero(np.isfinite(answers).any(axis=axis)) for axis in (1, 0))
    if len(columns) < 2:
        return Contradictions(0, 0, 0, np.zeros(0))
    answers, hits = answers[np.ix_(rows, columns)], labels[rows, None] == columns
    others = answers < answers.max(axis=1, keepdims=True)
    order = np.argsort(answers[others], kind="stable")[: round(LEAST * others.sum())]
    found = np.flatnonzero(hits[others][order])
    total = int(hits[others].sum())
    skill = float(cohen_kappa_score(labels[rows], columns[answers.argmax(axis=1)]))
    return Contradictions(len(columns), total, len(order), (found + 0.5) / max(1, len(order)), np.nan_to_num(skill))


def reduced(values: np.ndarray, seed: int) -> np.ndarray:
    """Features (n, F), of wide ones the main directions."""
    flat = values.reshape(len(values), -1).astype(np.float32)
    if flat.shape[1] <= WIDEST:
        return flat
    from sklearn.decomposition import PCA

    return np.asarray(PCA(min(WIDEST, *flat.shape), random_state=seed).fit_transform(flat))


def _averaged(maps: tf.Tensor, side: int) -> tf.Tensor:
    """Maps (N, H, W, C) at no more than so many places a side."""
    import tensorflow as tf

    height, width, channels = maps.shape[1:]
    side = max(1, min(side, int(np.sqrt(VALUES / (channels or 1)))))
    if height is not None and width is not None and max(height, width) <= side:
        return maps
    return tf.image.resize(maps, (side, side), method="area")
