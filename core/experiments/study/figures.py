"""What a user can find out without Hunch: accuracy, wrong labels, a forest on the rim, clusters with many errors."""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score

from core.datasets import Dataset
from core.experiments.study.base import Seen, StudyReading, StudyTool
from core.experiments.study.networks import Look
from core.networks.evaluator import ModelEvaluator

RIM = 1 / 16  # width of the outermost pixels, as a share of the side
FOLDS = 3
CLUSTERS, SMALLEST = 8, 10  # of pictures, and pictures of a cluster that counts


def read_accuracy(look: Look) -> Seen:
    """Share of the test pictures that are predicted wrong."""
    wrong = _wrong(look, look.shown.test)
    return Seen([StudyReading("errors", float(wrong.mean()), (), len(wrong), float(len(wrong)))])


def read_worst_class(look: Look) -> Seen:
    """The same of the class with the most errors."""
    data = look.shown.test
    wrong = _wrong(look, data)
    worst = max(float(wrong[data.labels == label].mean()) for label in np.unique(data.labels))
    return Seen([StudyReading("errors", worst, ("imbalance",), len(wrong), float(len(wrong)))])


def read_label_issues(look: Look) -> Seen:
    """Share of validation labels that confident learning calls wrong (Northcutt et al. 2021, arXiv 1911.00068)."""
    from cleanlab.filter import find_label_issues

    data = look.shown.validation
    issues = find_label_issues(data.labels, _probabilities(look, data), n_jobs=1)
    return Seen([StudyReading("issues", float(np.mean(issues)), ("label_noise",), len(data), float(len(data)))])


def read_outer_pixels(look: Look) -> Seen:
    """How well a forest tells the classes by the rim alone, cross-validated, above always guessing the largest class.

    Source: Noyan 2022, arXiv 2206.04374.
    """
    data = look.shown.validation
    width = max(1, round(RIM * data.shape[0]))
    rim = np.ones(data.shape[:2], bool)
    rim[width:-width, width:-width] = False
    smallest = np.bincount(data.labels)[np.unique(data.labels)].min()
    if smallest < FOLDS:
        return Seen([])
    forest = RandomForestClassifier(100, random_state=look.seed, n_jobs=1)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=look.seed)
    right = cross_val_score(forest, data.images[:, rim].reshape(len(data), -1), data.labels, cv=folds, n_jobs=1)
    usual = np.bincount(data.labels).max() / len(data)
    return Seen([StudyReading("above_guessing", float(right.mean() - usual), ("background", "border"), len(data), 0.0)])


def read_slices(look: Look) -> Seen:
    """Largest excess of errors in one cluster of test pictures, by the network's last maps.

    The idea of Domino (Eyuboglu et al. 2022, arXiv 2203.14960), with k-means in place of its mixture model.
    """
    from core.features import activations

    data = look.shown.test
    layer = ModelEvaluator.of(look.run.model).map_layer(None)
    features = np.asarray(activations(look.run.model, data.images, layer)).mean(axis=(1, 2))
    group = KMeans(min(CLUSTERS, len(data)), n_init=4, random_state=look.seed).fit_predict(features)
    wrong = _wrong(look, data)
    counted = [wrong[group == each].mean() for each in np.unique(group) if (group == each).sum() >= SMALLEST]
    excess = max(counted, default=wrong.mean()) - wrong.mean()
    return Seen([StudyReading("excess_errors", float(excess), (), len(data), float(len(data)))])


def _probabilities(look: Look, data: Dataset) -> np.ndarray:
    return ModelEvaluator.of(look.run.model).probabilities(data.images)


def _wrong(look: Look, data: Dataset) -> np.ndarray:
    return _probabilities(look, data).argmax(axis=1) != data.labels


TOOLS = (
    StudyTool("accuracy", "Test accuracy", "figure", read_accuracy, seconds=1),
    StudyTool("worst_class", "Its worst class", "figure", read_worst_class, seconds=1),
    StudyTool("label_issues", "Confident learning", "figure", read_label_issues, seconds=1),
    StudyTool("outer_pixels", "A forest on the outermost pixels", "figure", read_outer_pixels, seconds=3),
    StudyTool("slices", "Clusters with many errors", "figure", read_slices, seconds=3),
)
