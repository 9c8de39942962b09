"""Wrong labels found by confident learning, and dropped or set right."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from core.datasets.base import Dataset
from core.repair.base import FixInfo, Recipe
from core.repair.taught import TaughtSettings
from core.settings import setting

FEWEST = 2  # pictures of a class without which nothing can be said of its labels


class LabelsCleanedSettings(TaughtSettings):
    """What becomes of labels that look wrong."""

    how: Literal["drop", "relabel"] = setting(
        "drop", "Leave out pictures whose label looks wrong, or give them the label that looks right."
    )
    folds: int = setting(
        5,
        "A picture's label is judged by a classifier that learned from the others: into how many parts they are cut.",
        low=2,
        high=20,
        step=1,
        common=False,
    )


def apply(recipe: Recipe, settings: LabelsCleanedSettings) -> Recipe:
    """Clean the labels of training and validation pictures, never those of test pictures, and train anew."""
    parts = recipe.splits
    splits = replace(
        parts,
        train=cleaned(recipe, parts.train, settings, "train"),
        validation=cleaned(recipe, parts.validation, settings, "validation"),
    )
    return replace(recipe, splits=splits).taught(settings.effort, fresh=settings.weights)


def cleaned(recipe: Recipe, data: Dataset, settings: LabelsCleanedSettings, word: str) -> Dataset:
    """The data without labels that look wrong."""
    likely = crossed(recipe, data, settings.folds, word)
    wrong = suspicious(data.labels, likely)
    if settings.how == "relabel":
        return replace(data, labels=np.where(wrong, likely.argmax(axis=1), data.labels))
    return data.take(np.flatnonzero(~wrong))


def suspicious(labels: np.ndarray, likely: np.ndarray) -> np.ndarray:
    """Which labels are wrong by confident learning (Northcutt, Jiang and Chuang 2021), bool (N,).

    Args:
        labels: int (N,), as given.
        likely: how likely each class is by a classifier that did not see the label, (N, K).
    """
    from cleanlab.filter import find_label_issues

    present = np.unique(labels)
    if len(present) < 2:
        return np.zeros(len(labels), bool)
    shares = likely[:, present] / np.maximum(likely[:, present].sum(axis=1, keepdims=True), 1e-12)
    found = find_label_issues(np.searchsorted(present, labels), shares, n_jobs=1)
    return np.asarray(found, bool)


def crossed(recipe: Recipe, data: Dataset, folds: int, word: str) -> np.ndarray:
    """How likely each class is for each picture, by a classifier on the network's features that never saw its label.

    A network knows its training labels by heart, wrong ones too; its features do not give them away to a plain
    classifier that learned from other pictures.

    Returns:
        (N, K).
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from core.repair.heads import features

    counts = np.bincount(data.labels, minlength=len(data.class_names))
    judged = counts[data.labels] >= max(FEWEST, folds)
    likely = np.eye(len(counts))[data.labels]
    if len(np.unique(data.labels[judged])) < 2:
        return likely
    seed = int(recipe.generator("labels_cleaned", word).integers(2**31))
    plain = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    parts = StratifiedKFold(folds, shuffle=True, random_state=seed)
    found = cross_val_predict(
        plain, features(recipe.model, data.images[judged]), data.labels[judged], cv=parts, method="predict_proba"
    )
    likely[np.ix_(judged, np.unique(data.labels[judged]))] = found
    return likely


FIX = FixInfo(
    name="labels_cleaned",
    title="Labels cleaned",
    plain="Finds training pictures whose label looks wrong, leaves them out, and trains anew on the rest.",
    family="labels",
    Settings=LabelsCleanedSettings,
    flaws=("label_noise", "label_confusion"),
    apply=apply,
    effort=lambda settings: settings.effort,
    source="Northcutt, Jiang and Chuang 2021, arXiv 1911.00068",
)
