"""Classic computer vision as a reference: hand-crafted edges and gradients with a simple classifier.

Sources: Canny 1986, IEEE TPAMI 8(6); Dalal and Triggs 2005, CVPR (histograms of oriented gradients).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import keras
import numpy as np
import pandas as pd
from skimage.draw import line
from skimage.feature import hog
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from core.datasets.base import Dataset
from core.errors import DataError
from core.intervals import wilson
from core.networks.evaluator import ModelEvaluator
from core.networks.interface import Interface, prepared_for
from core.progress import OnStep, silent
from core.settings import Settings, setting

BLOCK = 2
"""Cells along each side of the blocks in which HOG evens out contrast, as in the paper."""
CHUNK = 250
NETWORK = "network"
CLASSIFIERS = ("logistic regression", "nearest neighbours", "linear SVM")
LINEAR = ("logistic regression", "linear SVM")


class HandcraftedSettings(Settings):
    """Settings of the classic pipeline."""

    features: Literal["edges", "gradients", "both"] = setting(
        "both", "The features: where Canny finds edges, histograms of oriented gradients (HOG), or both."
    )
    cell: int = setting(
        8, "Side of the cells in which edges and gradients are counted.", low=4, high=32, step=1, unit="pixels"
    )
    orientations: int = setting(9, "Number of gradient orientations.", low=3, high=18, step=1)
    weak: int = setting(
        80, "Canny's low threshold: contrast at which an edge is continued.", low=1, high=500, step=10, common=False
    )
    strong: int = setting(
        160, "Canny's high threshold: contrast at which an edge starts.", low=1, high=1000, step=10, common=False
    )
    strictness: float = setting(
        0.01,
        "Inverse regularisation strength C of the linear classifiers.",
        low=0.0001,
        high=100.0,
        step=0.0001,
        log=True,
        common=False,
    )
    neighbours: int = setting(5, "Number of nearest neighbours that vote.", low=1, high=50, step=1, common=False)


@dataclass(frozen=True, eq=False)
class HandcraftedComparison:
    """The classic pipeline on a data set, beside a network.

    Args:
        table: one row per classifier, and the network's if there is one: classifier, accuracy, low, high (95% Wilson
            interval), correct, n.
        answers: classifier -> int (N,), its predictions; with "network" if there is one.
        labels: int (N,), the true classes.
        edges: linear classifier -> float (classes, rows, columns): how much an edge in each cell supports each class.
            Empty if edges were not measured.
        strokes: linear classifier -> float (classes, rows, columns, orientations): the same for a gradient of each
            orientation in each cell. Empty if gradients were not measured.
    """

    table: pd.DataFrame
    answers: dict[str, np.ndarray]
    labels: np.ndarray
    edges: dict[str, np.ndarray]
    strokes: dict[str, np.ndarray]

    def disagreements(self, classifier: str) -> pd.DataFrame:
        """Where a classifier and the network predict different classes: index, label, network, handmade, and who is
        right.

        Args:
            classifier: a key of `answers`.

        Raises:
            DataError: without a network.
        """
        if NETWORK not in self.answers:
            raise DataError("A network is needed to disagree with", "none")
        ours, theirs = self.answers[NETWORK], self.answers[classifier]
        rows = np.flatnonzero(ours != theirs)
        who = np.where(
            ours[rows] == self.labels[rows], NETWORK, np.where(theirs[rows] == self.labels[rows], "handmade", "neither")
        )
        return pd.DataFrame(
            {"index": rows, "label": self.labels[rows], NETWORK: ours[rows], "handmade": theirs[rows], "right": who}
        )


def handcrafted_features(
    train: Dataset,
    judged: Dataset,
    model: keras.Model | None = None,
    *,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
    **settings: Any,
) -> HandcraftedComparison:
    """Train the three classic classifiers and evaluate them beside a network.

    Args:
        train: images to train on.
        judged: other images of the same size and classes, to evaluate on.
        model: a network that takes them in their own scale, or as its interface says; None to leave it out.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        on_step: reports progress; stops the work when it raises.
        **settings: see `HandcraftedSettings`.

    Raises:
        DataError: when the images differ in size, are too small for the cells, or show only one class.
    """
    options, watch = HandcraftedSettings.of(**settings), on_step or silent
    _check(train, judged, options)
    total = len(train) + len(judged) + len(CLASSIFIERS)
    seen = describe(train.images, options, lambda done, _, note="": watch(done, total, note))
    unseen = describe(judged.images, options, lambda done, _, note="": watch(len(train) + done, total, note))
    answers: dict[str, np.ndarray] = {}
    edges: dict[str, np.ndarray] = {}
    strokes: dict[str, np.ndarray] = {}
    for number, name in enumerate(CLASSIFIERS):
        scaler = StandardScaler().fit(seen)
        classifier = _classifier(name, options)
        fitted = make_pipeline(scaler, classifier).fit(seen, train.labels)
        answers[name] = fitted.predict(unseen)
        if name in LINEAR:
            weights = _weights(classifier, len(train.class_names)) / scaler.scale_
            edges[name], strokes[name] = _pictures(weights, train.shape, options)
        watch(len(train) + len(judged) + number + 1, total, name)
    if model is not None:
        network = ModelEvaluator.of(prepared_for(model, interface, judged.class_names))
        answers[NETWORK] = network.logits(judged.images).argmax(axis=1)
    table = pd.DataFrame([_row(name, answer == judged.labels) for name, answer in answers.items()])
    return HandcraftedComparison(table, answers, judged.labels, _measured(edges), _measured(strokes))


def _measured(images: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: values for name, values in images.items() if values.size}


def _check(train: Dataset, judged: Dataset, options: HandcraftedSettings) -> None:
    if train.shape != judged.shape:
        raise DataError(f"Both sets should have pictures of {train.shape}", f"{judged.shape}")
    if min(train.shape[:2]) < BLOCK * options.cell:
        raise DataError(f"Pictures should be at least {BLOCK * options.cell} pixels wide and high", f"{train.shape}")
    if len(np.unique(train.labels)) < 2:
        raise DataError("There should be at least two classes to train on", "one")


def describe(images: np.ndarray, options: HandcraftedSettings, on_step: OnStep = silent) -> np.ndarray:
    """The features of each image, float32 (N, F): edges per cell, then gradients per block, cell and orientation.

    Args:
        images: (N, H, W, C) in 0..255.
        options: settings of the features.
        on_step: reports progress.
    """
    found = []
    for start in range(0, len(images), CHUNK):
        part = images[start : start + CHUNK]
        found += [_describe(image, options) for image in part]
        on_step(start + len(part), len(images), "pictures measured")
    return np.asarray(found, np.float32)


def _describe(image: np.ndarray, options: HandcraftedSettings) -> np.ndarray:
    parts = []
    if options.features != "gradients":
        parts.append(edge_density(image, options).ravel())
    if options.features != "edges":
        parts.append(
            hog(
                image.astype(np.float32),
                orientations=options.orientations,
                pixels_per_cell=(options.cell, options.cell),
                cells_per_block=(BLOCK, BLOCK),
                channel_axis=-1,
            )
        )
    return np.concatenate(parts)


def edge_map(image: np.ndarray, options: HandcraftedSettings) -> np.ndarray:
    """Where Canny finds an edge, bool (H, W)."""
    bytes_ = np.clip(image, 0, 255).astype(np.uint8)
    grey = bytes_[..., 0] if bytes_.shape[-1] == 1 else cv2.cvtColor(bytes_, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.Canny(np.ascontiguousarray(grey), options.weak, options.strong)) > 0


def edge_density(image: np.ndarray, options: HandcraftedSettings) -> np.ndarray:
    """The fraction of edge pixels in each whole cell, float64 (rows, columns)."""
    rows, columns = image.shape[0] // options.cell, image.shape[1] // options.cell
    edges = edge_map(image, options)[: rows * options.cell, : columns * options.cell]
    return edges.reshape(rows, options.cell, columns, options.cell).mean(axis=(1, 3))


def _classifier(name: str, options: HandcraftedSettings) -> Any:
    return {
        "logistic regression": lambda: LogisticRegression(C=options.strictness, max_iter=1000),
        "nearest neighbours": lambda: KNeighborsClassifier(options.neighbours),
        "linear SVM": lambda: LinearSVC(C=options.strictness, dual=False),
    }[name]()


def _weights(classifier: Any, classes: int) -> np.ndarray:
    """Weights for each class, (classes, F); a class that was never seen has none."""
    found = classifier.coef_ if len(classifier.coef_) > 1 else np.concatenate([-classifier.coef_, classifier.coef_])
    weights = np.zeros((classes, found.shape[1]))
    weights[classifier.classes_] = found
    return weights


def _pictures(
    weights: np.ndarray, shape: tuple[int, int, int], options: HandcraftedSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Weights as maps of edges (classes, rows, columns) and of strokes (classes, rows, columns, orientations)."""
    rows, columns = shape[0] // options.cell, shape[1] // options.cell
    count = rows * columns if options.features != "gradients" else 0
    edges = weights[:, :count].reshape(-1, rows, columns) if count else np.zeros(0)
    if options.features == "edges":
        return edges, np.zeros(0)
    blocks = rows - BLOCK + 1, columns - BLOCK + 1
    parts = weights[:, count:].reshape(-1, *blocks, BLOCK, BLOCK, options.orientations)
    strokes = np.zeros((len(weights), rows, columns, options.orientations))
    # A cell belongs to as many blocks as cover it, each with a weight of its own.
    for down in range(BLOCK):
        for right in range(BLOCK):
            strokes[:, down : down + blocks[0], right : right + blocks[1]] += parts[:, :, :, down, right]
    return edges, strokes


def stroke_picture(strokes: np.ndarray, cell: int) -> np.ndarray:
    """One class's strokes as short lines along the edges that they stand for, float64 (rows x cell, columns x cell).

    Args:
        strokes: (rows, columns, orientations), signed.
        cell: side of a cell in the image, in pixels.

    Returns:
        signed: lines that support the class are positive, lines against it negative.
    """
    rows, columns, orientations = strokes.shape
    image, reach = np.zeros((rows * cell, columns * cell)), cell // 2 - 1
    for turn in range(orientations):
        angle = np.pi * (turn + 0.5) / orientations
        # An edge runs across its gradient.
        down, right = reach * np.cos(angle), -reach * np.sin(angle)
        for row, column in np.ndindex(rows, columns):
            middle = row * cell + cell // 2, column * cell + cell // 2
            start = round(middle[0] - down), round(middle[1] - right)
            end = round(middle[0] + down), round(middle[1] + right)
            image[line(*start, *end)] += strokes[row, column, turn]
    return image


def _row(name: str, right: np.ndarray) -> dict[str, object]:
    low, high = wilson(int(right.sum()), len(right))
    return {
        "classifier": name,
        "accuracy": float(right.mean()),
        "low": low,
        "high": high,
        "correct": int(right.sum()),
        "n": len(right),
    }
