"""Find wrong labels from what similar images are called, and drop or correct them.

A network trained on wrong labels is a poor judge of them. So labels are judged twice: by its features, and by those of
a network trained on the images whose labels passed the first time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.cross_fitting import cross_fit
from core.datasets.base import Dataset
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting

if TYPE_CHECKING:
    import keras

STEPS = 500  # of the plain classifier, at most


class LabelsCleanedSettings(TrainedFixSettings):
    """Which labels count as wrong, and what is done with them."""

    how: Literal["set right where sure", "drop", "relabel"] = setting(
        "set right where sure",
        (
            "Correct labels that look wrong, and drop the pictures where the right label is uncertain; or drop all "
            "of them; or correct all of them."
        ),
    )
    sure: float = setting(
        0.8,
        "How likely a label must be to count as certain.",
        low=0.5,
        high=1.0,
        step=0.01,
        common=False,
        title="Sure from",
    )
    doubt: Literal["all", "confident"] = setting(
        "all",
        (
            "Which labels look wrong: all that are not the most likely one, or those that confident learning "
            "flags, which are fewer."
        ),
    )
    twice: bool = setting(
        True,
        (
            "Judge the labels again with a network trained on those that passed the first time, which takes a "
            "training of its own."
        ),
        title="Judge twice",
    )
    folds: int = setting(
        5,
        ("Each label is judged by a classifier trained on other pictures: the number of parts the data is split into."),
        low=2,
        high=20,
        step=1,
        common=False,
    )


def apply(recipe: TrainingRecipe, settings: LabelsCleanedSettings) -> TrainingRecipe:
    """Clean the labels of training and validation images, never those of test images, and train again."""
    from core.repair.training import interim_model

    taught = recipe.with_training(settings.effort, fresh=settings.weights)
    likely = _label_probabilities(recipe, recipe.model, settings.folds)
    if settings.twice:
        passed = {
            name: data.take(np.flatnonzero(~doubtful_labels(data.labels, likely[name])))
            for name, data in _parts(recipe)
        }
        judge = interim_model(replace(taught, splits=replace(recipe.splits, **passed)))
        likely = _label_probabilities(recipe, judge, settings.folds)
    parts = {name: clean_labels(data, likely[name], settings) for name, data in _parts(recipe)}
    return replace(taught, splits=replace(recipe.splits, **parts))


def clean_labels(data: Dataset, likely: np.ndarray, settings: LabelsCleanedSettings) -> Dataset:
    """The data without labels that look wrong.

    Args:
        data: N labelled images.
        likely: class probabilities, (N, K).
        settings: which labels look wrong, and what is done with them.
    """
    wrong = (doubtful_labels if settings.doubt == "all" else suspicious_labels)(data.labels, likely)
    mended = replace(data, labels=np.where(wrong, likely.argmax(axis=1), data.labels))
    if settings.how == "relabel":
        return mended
    sure = settings.how == "set right where sure"
    return mended.take(np.flatnonzero(~wrong | (sure & (likely.max(axis=1) >= settings.sure))))


def doubtful_labels(labels: np.ndarray, likely: np.ndarray) -> np.ndarray:
    """Which labels are not the most likely one, bool (N,); at most the worst half of each class, so that none is lost.

    Args:
        labels: int (N,).
        likely: class probabilities, (N, K).
    """
    given = likely[np.arange(len(labels)), labels]
    wrong = likely.argmax(axis=1) != labels
    for label in np.unique(labels[wrong]):
        members = np.flatnonzero(labels == label)
        ranked = members[np.argsort(np.where(wrong[members], given[members], np.inf), kind="stable")]
        wrong[ranked[len(members) // 2 :]] = False
    return wrong


def suspicious_labels(labels: np.ndarray, likely: np.ndarray) -> np.ndarray:
    """Which labels are wrong by confident learning (Northcutt, Jiang and Chuang 2021), bool (N,).

    Args:
        labels: int (N,), as given.
        likely: class probabilities (N, K) from a classifier that did not see the label.
    """
    from cleanlab.filter import find_label_issues

    present = np.unique(labels)
    if len(present) < 2:
        return np.zeros(len(labels), bool)
    shares = likely[:, present] / np.maximum(likely[:, present].sum(axis=1, keepdims=True), 1e-12)
    found = find_label_issues(np.searchsorted(present, labels), shares, n_jobs=1)
    return np.asarray(found, bool)


def cross_fitted_probabilities(model: keras.Model, data: Dataset, folds: int, rng: np.random.Generator) -> np.ndarray:
    """Class probabilities for each image from a classifier on the network's features that never saw its label.

    A network memorises its training labels, wrong ones too; its features do not reveal them to a simple classifier
    trained
    on other images.

    Args:
        model: the network whose features are used.
        data: labelled images.
        folds: number of parts, at least 2.
        rng: assigns images to parts.

    Returns:
        (N, K). Labels of classes with fewer images than folds are trusted.
    """
    from core.repair.engines.classifier_head import features

    classes = len(data.class_names)
    likely = cross_fit(
        lambda rows: features(model, data.images[rows]),
        data.labels,
        classes,
        folds=folds,
        seed=int(rng.integers(2**31)),
        steps=STEPS,
    )
    return np.where(np.isnan(likely), np.eye(classes)[data.labels], likely)


def _label_probabilities(recipe: TrainingRecipe, model: keras.Model, folds: int) -> dict[str, np.ndarray]:
    """Class probabilities of training and validation images, (N, K) each.

    A network trained on labels that passed has a vote of its own; the one to repair has not.
    """
    from core.networks.evaluator import ModelEvaluator

    found = {}
    for name, data in _parts(recipe):
        found[name] = cross_fitted_probabilities(model, data, folds, recipe.generator("labels_cleaned", name))
        if model is not recipe.model and len(data):
            found[name] = (found[name] + ModelEvaluator.of(model).probabilities(data.images)) / 2
    return found


def _parts(recipe: TrainingRecipe) -> list[tuple[str, Dataset]]:
    return [("train", recipe.splits.train), ("validation", recipe.splits.validation)]


FIX = FixInfo(
    name="labels_cleaned",
    title="Labels cleaned",
    plain="Finds pictures whose label looks wrong, corrects or drops them, and trains again on the rest.",
    family="labels",
    Settings=LabelsCleanedSettings,
    flaws=("label_noise", "label_confusion"),
    apply=apply,
    effort=lambda settings: settings.effort * (2 if settings.twice else 1),
    source="Northcutt, Jiang and Chuang 2021, arXiv 1911.00068",
    order=70,
)
