"""What a network's sure answers say of the labels.

A hard problem and wrong labels both make answers and labels differ. They differ in where. What is hard is unsure, and
among the surest answers of each class hardly any are wrong; a wrong label does not ask how clear its picture is: it is
as frequent among the surest answers as among the others. And what is hard lies between classes that are alike, which
the network hesitates between; a label that is wrong at random is as often that of a class which nobody takes for it. So
only sure answers are counted, and believed only where their mistakes do not fade as answers get surer; and for random
mistakes only between classes that are well told apart.

A network that has not learned its pictures is sure of nothing, so a reference that does better stands in for it.
Validation pictures were not learned from. Of training pictures, answers come from a linear classifier on the network's
own features, fitted on other training pictures (cross-fitting), so that no label judges itself.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations

import numpy as np

from core.cross_fitting import cross_fit
from core.datasets.base import Part
from core.diagnosis.baseline_models import Reference
from core.diagnosis.context import DiagnosisContext
from core.networks.evaluator import IMAGES, ModelEvaluator

SUREST = 0.3  # share of each predicted class that is counted for single classes
SURE = 0.5  # and for pairs of classes that are told apart, where fewer answers are wrong
APART = 0.8  # accuracy between two classes from which on they count as told apart
ENOUGH = 8  # surest pictures of a class without which nothing is said of it
FOLDS = 3
STEPS = 200  # of the linear classifier, at most
WORSE = 0.05  # than the network's own accuracy: cross-fitted answers that are worse by more are not used
WIDEST = 96  # features beyond this number are reduced to their main directions


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
    def sure(self) -> np.ndarray:
        """Given labels among the sure answers, counts (K, K): of training pictures, whose answers are cross-fitted.

        Of held-out ones only where training pictures are too few for that: a network that learned little is sure and
        wrong there, just as if labels were wrong.
        """
        return self._counted(self._judging, SURE)

    @cached_property
    def unsure(self) -> np.ndarray:
        """The same of all other answers to those pictures, counts (K, K)."""
        return self._counted(self._judging, 1.0) - self.sure

    @cached_property
    def surer(self) -> np.ndarray:
        """The same of the surest answers to those pictures, counts (K, K)."""
        return self._counted(self._judging, SUREST)

    @property
    def _judging(self) -> Part:
        return "train" if self._fitted_well else "validation"

    @cached_property
    def pairs_apart(self) -> list[tuple[int, int]]:
        """The half of all pairs of classes that the network hesitates between least; none if one is not told apart.

        Labels have no part in the choice, so that it is not made by their mistakes.
        """
        part: Part = "validation" if len(self.context.part("validation")) else "train"
        answers, counts = self._answers(part), self._counted(part, 1.0)
        both = answers.T @ answers
        scale = np.sqrt(np.maximum(np.diag(both), 1e-12))
        hesitation = both / np.outer(scale, scale)
        pairs = sorted(combinations(range(self.context.classes), 2), key=lambda pair: float(hesitation[pair]))
        least = pairs[: max(1, len(pairs) // 2)]
        return least if all(_accuracy(counts, *pair) >= APART for pair in least) else []

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

    def issues(self, part: Part = "train") -> np.ndarray:
        """Rows of a part whose labels are likely wrong, the likeliest first (confident learning).

        Source: Northcutt, Jiang and Chuang 2021, arXiv 1911.00068.
        """
        from cleanlab.filter import find_label_issues

        labels, answers = self.context.part(part).labels, self._answers(part)
        if len(np.unique(labels)) < self.context.classes or len(labels) < 2 * self.context.classes:
            return np.zeros(0, np.int64)
        found = find_label_issues(labels, answers, return_indices_ranked_by="self_confidence", n_jobs=1)
        return self.context.rows(part)[np.asarray(found, np.int64)]

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
        network, images = self._network, self.context.part("train").images
        graph = network.graph
        last = next(step for step in graph.steps if step.output == graph.output)
        before = next((step.path for step in graph.steps if step.output in last.inputs), None)
        if before is None:
            flat = images.reshape(len(images), -1).astype(np.float32)
        else:
            function = network.compiled(
                ("diagnosis features", before), lambda graph: lambda batch: graph.run(batch, until=before), [IMAGES]
            )
            flat = network.map(function, images).reshape(len(images), -1)
        if flat.shape[1] <= WIDEST:
            return flat
        from sklearn.decomposition import PCA

        return PCA(min(WIDEST, *flat.shape), random_state=self.context.seed).fit_transform(flat)


def _accuracy(counts: np.ndarray, one: int, other: int) -> float:
    """Share of right answers among those that are one of two classes and labelled one of them; 0 of none."""
    right = counts[one, one] + counts[other, other]
    return float(right / max(1.0, right + counts[one, other] + counts[other, one]))
