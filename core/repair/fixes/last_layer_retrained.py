"""Retrain only the last layer, on images in which every group occurs equally often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.datasets.base import Dataset
from core.errors import DataError
from core.repair.base import FixInfo, TrainingRecipe
from core.settings import Settings, setting

if TYPE_CHECKING:
    import keras

GROUP = "group"
FEWEST = 4  # pictures of a group without which it does not count
CLUSTERS = 2


class LastLayerRetrainedSettings(Settings):
    """Which images it is trained on, and how they are grouped."""

    learn_from: Literal["validation", "train"] = setting(
        "validation", "The pictures to train on; the network has not memorised validation pictures."
    )
    groups: Literal["known", "errors", "clusters"] = setting(
        "known",
        (
            'Which groups are balanced: those of the column "group" where the data has one, pictures that the '
            "network gets right and wrong, or clusters of its features. Where none are known, its errors are used."
        ),
    )
    strength: float = setting(
        0.1,
        "Inverse regularisation strength of the last layer; smaller keeps its weights smaller.",
        low=0.0001,
        high=100,
        log=True,
    )
    draws: int = setting(
        10, "Number of balanced samples that are averaged.", low=1, high=50, step=1, unit="draws", common=False
    )


def apply(recipe: TrainingRecipe, settings: LastLayerRetrainedSettings) -> TrainingRecipe:
    """Retrain the last layer after all other training."""

    def finish(model: keras.Model, recipe: TrainingRecipe) -> keras.Model:
        data = recipe.splits.validation if settings.learn_from == "validation" else recipe.splits.train
        return retrain_last_layer(model, data, settings, recipe.generator("last_layer_retrained"))

    return replace(recipe, finish=(*recipe.finish, finish))


def retrain_last_layer(
    model: keras.Model, data: Dataset, settings: LastLayerRetrainedSettings, rng: np.random.Generator
) -> keras.Model:
    """Retrain the last layer: L2-regularised logistic regression on balanced groups, averaged over samples.

    Args:
        model: changed in its last layer only; must belong to the caller.
        data: images to train on.
        settings: how groups are made.
        rng: draws the samples.

    Raises:
        DataError: when a class is missing from the images.

    Source: Kirichenko, Izmailov and Wilson 2022, arXiv 2204.02937.
    """
    from core.repair.engines.classifier_head import features, last_layer

    classes = len(data.class_names)
    if len(np.unique(data.labels)) < classes:
        raise DataError("Every class should be among the pictures for the last layer", "some that lack one")
    layer, values = last_layer(model), features(model, data.images)
    groups = groups_of(model, data, values, settings.groups, rng)
    mean, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    scaled = (values - mean) / spread
    fits = []
    for _ in range(settings.draws):
        rows = balanced_sample(groups, data.labels, rng)
        fits.append(_fit(scaled[rows], data.labels[rows], classes, settings.strength))
    weights, bias = (np.mean([fit[place] for fit in fits], axis=0) for place in (0, 1))
    kernel = weights / spread[:, None]
    _write(layer, kernel, bias - mean @ kernel)
    return model


def groups_of(model: keras.Model, data: Dataset, values: np.ndarray, how: str, rng: np.random.Generator) -> np.ndarray:
    """The number of each image's group within its class, int (N,).

    Args:
        model: the network.
        data: the images.
        values: their features (N, F).
        how: as in the settings.
        rng: seeds the clustering.
    """
    known = data.attributes is not None and GROUP in data.attributes
    if how == "known" and known:
        assert data.attributes is not None
        return np.unique(data.attributes[GROUP].astype(str), return_inverse=True)[1]
    if how == "clusters":
        return _cluster_groups(values, data.labels, int(rng.integers(2**31)))
    from core.networks.evaluator import ModelEvaluator

    return (ModelEvaluator.of(model).logits(data.images).argmax(axis=1) == data.labels).astype(np.int64)


def balanced_sample(groups: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows in which each group of a class, and each class, is equally frequent, without repeats within a group.

    Groups of fewer than four images do not count, unless they are all that a class has.

    Args:
        groups: int (N,).
        labels: int (N,).
        rng: source of the draws.
    """
    members: dict[int, list[np.ndarray]] = {}
    for label in np.unique(labels):
        mine = [np.flatnonzero((labels == label) & (groups == group)) for group in np.unique(groups[labels == label])]
        members[int(label)] = [rows for rows in mine if len(rows) >= FEWEST] or [max(mine, key=len)]
    each = min(min(len(rows) for rows in mine) * len(mine) for mine in members.values())
    chosen = []
    for mine in members.values():
        for rows in mine:
            chosen.append(rng.permutation(rows)[: max(1, each // len(mine))])
    return np.concatenate(chosen)


def _cluster_groups(values: np.ndarray, labels: np.ndarray, seed: int) -> np.ndarray:
    from sklearn.cluster import KMeans

    groups = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) >= CLUSTERS * FEWEST:
            groups[rows] = KMeans(CLUSTERS, n_init=4, random_state=seed).fit_predict(values[rows])
    return groups


def _fit(values: np.ndarray, labels: np.ndarray, classes: int, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (F, K) and bias (K,) of a logistic regression."""
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=strength, max_iter=1000).fit(values, labels)
    if classes == 2:
        return np.concatenate([-fit.coef_ / 2, fit.coef_ / 2]).T, np.concatenate(
            [-fit.intercept_ / 2, fit.intercept_ / 2]
        )
    return fit.coef_.T, fit.intercept_


def _write(layer: Any, kernel: np.ndarray, bias: np.ndarray) -> None:
    """Write weights for K classes into a dense layer of K units, or of one unit for two classes."""
    if layer.units == 1:
        kernel, bias = kernel[:, 1:] - kernel[:, :1], bias[1:] - bias[:1]
    layer.set_weights([kernel, bias] if layer.use_bias else [kernel])


FIX = FixInfo(
    name="last_layer_retrained",
    title="Last layer retrained",
    plain="Keeps the features and relearns only how to weigh them, from pictures with balanced groups.",
    family="last layer",
    Settings=LastLayerRetrainedSettings,
    flaws=("background", "sticker", "border", "tint", "place", "imbalance"),
    apply=apply,
    source="Kirichenko, Izmailov and Wilson 2022, arXiv 2204.02937",
    order=110,
)
