"""Calibration: when the network is 90% confident, is it right in 90 of 100 cases?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.errors import DataError
from core.intervals import wilson
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.interface import Interface, prepared_for

BINS = 15
RESAMPLES = 1000


@dataclass(frozen=True, eq=False)
class Calibration:
    """The network's confidence compared with how often it is right.

    Args:
        ece: expected calibration error, the mean distance between confidence and accuracy over bins, 0..1.
        low: lower end of its bootstrap interval over images.
        high: upper end.
        chance: the error that a perfectly calibrated network with the same confidences would show by chance.
        calibrated: whether the error is no larger than 95 of 100 such networks would show.
        bins: one row per bin: low and high (its edges), count, confidence and accuracy (means; NaN in an empty bin),
            accuracy_low and accuracy_high (Wilson interval).
        brier: mean squared distance between the probabilities and the truth, 0..2 (Brier 1950).
        accuracy: share of right answers.
        confidence: mean probability of the answer that was given; above the accuracy for a network too sure of itself.
        n: how many answers: one a picture, or one a label and picture where labels are independent.
        labels: one row a label where labels are independent: label, ece, n; None for one class of K.
    """

    ece: float
    low: float
    high: float
    chance: float
    calibrated: bool
    bins: pd.DataFrame = field(repr=False)
    brier: float
    accuracy: float
    confidence: float
    n: int
    labels: pd.DataFrame | None = field(default=None, repr=False)


def calibration(
    model: keras.Model,
    dataset: Dataset,
    *,
    bins: int = BINS,
    seed: int = 0,
    interface: Interface | None = None,
) -> Calibration:
    r"""Compare confidence with accuracy, $\mathrm{ECE} = \sum_b \frac{n_b}{n} |\mathrm{acc}_b - \mathrm{conf}_b|$.

    Args:
        model: any Keras 3 classifier; it is never changed.
        dataset: pictures that the model was not trained on.
        bins: how many bins of equal width confidence is cut into, 1 or more. Default 15.
        seed: of the draws for the interval and for chance.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.

    Returns:
        for a network of independent labels, every label of every picture counts as one answer: its probability beside
        whether the picture has it, and `labels` has the error of each label by itself.

    Raises:
        DataError: when there are no images, or they do not fit the network.

    Source: Guo et al. 2017, arXiv 1706.04599; chance as in Bröcker and Smith 2007, doi 10.1175/WAF993.1.
    """
    network = ModelEvaluator.of(prepared_for(model, interface, dataset.class_names))
    probabilities = network.probabilities(checked_images(network.graph, dataset.images)).astype(np.float64)
    if probabilities.shape[1] != len(dataset.class_names):
        raise DataError(
            f"The data should have the network's {probabilities.shape[1]} classes", f"{len(dataset.class_names)}"
        )
    if not network.graph.reading.exclusive:
        return from_labels(probabilities, dataset.labels, dataset.class_names, bins=bins, seed=seed)
    return from_probabilities(probabilities, dataset.labels, bins=bins, seed=seed)


def from_probabilities(
    probabilities: np.ndarray, labels: np.ndarray, *, bins: int = BINS, seed: int = 0
) -> Calibration:
    """Calibration from probabilities and labels.

    Args:
        probabilities: (N, K).
        labels: int (N,).
        bins: number of confidence bins.
        seed: seed of the interval and of chance.
    """
    right = probabilities.argmax(axis=1) == labels
    truth = np.eye(probabilities.shape[1])[labels]
    brier = float(np.square(probabilities - truth).sum(axis=1).mean())
    return _calibration(probabilities.max(axis=1), right, brier, bins, seed)


def from_labels(
    probabilities: np.ndarray, labels: np.ndarray, names: tuple[str, ...], *, bins: int = BINS, seed: int = 0
) -> Calibration:
    """The same for independent labels: each label of each picture is an answer of its own.

    Args:
        probabilities: (N, K), of each label by itself.
        labels: int (N,), the label that each picture is known to have; it is taken to have no other.
        names: of the labels.
        bins: as in `calibration`.
        seed: as in `calibration`.
    """
    truth = np.eye(probabilities.shape[1], dtype=bool)[labels]
    brier = float(np.square(probabilities - truth).mean())
    made = _calibration(probabilities.ravel(), truth.ravel(), brier, bins, seed)
    rows = [
        {"label": name, "ece": _error(_places(shares, bins), shares, has, bins), "n": len(has)}
        for name, shares, has in zip(names, probabilities.T, truth.T, strict=True)
    ]
    return replace(made, labels=pd.DataFrame(rows))


def _calibration(confidence: np.ndarray, right: np.ndarray, brier: float, bins: int, seed: int) -> Calibration:
    place = _places(confidence, bins)
    rng = np.random.default_rng(seed)
    error = _error(place, confidence, right, bins)
    draws = rng.integers(0, len(right), (RESAMPLES, len(right)))
    low, high = np.quantile([_error(place[row], confidence[row], right[row], bins) for row in draws], (0.025, 0.975))
    perfect = [_error(place, confidence, rng.random(len(right)) < confidence, bins) for _ in range(RESAMPLES)]
    return Calibration(
        ece=error,
        low=float(low),
        high=float(high),
        chance=float(np.mean(perfect)),
        calibrated=bool(error <= np.quantile(perfect, 0.95)),
        bins=_table(place, confidence, right, bins),
        brier=brier,
        accuracy=float(right.mean()),
        confidence=float(confidence.mean()),
        n=len(right),
    )


def _places(confidence: np.ndarray, bins: int) -> np.ndarray:
    """The bin of each confidence, the upper edge included."""
    return np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)


def _error(place: np.ndarray, confidence: np.ndarray, right: np.ndarray, bins: int) -> float:
    gaps = np.bincount(place, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(place))


def _table(place: np.ndarray, confidence: np.ndarray, right: np.ndarray, bins: int) -> pd.DataFrame:
    count = np.bincount(place, minlength=bins)
    hits = np.bincount(place, weights=right, minlength=bins)
    filled = np.where(count > 0, count, np.nan)
    ends = np.array([wilson(int(hit), int(number)) for hit, number in zip(hits, count, strict=True)])
    edges = np.linspace(0, 1, bins + 1)
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "count": count,
            "confidence": np.bincount(place, weights=confidence, minlength=bins) / filled,
            "accuracy": hits / filled,
            "accuracy_low": ends[:, 0],
            "accuracy_high": ends[:, 1],
        }
    )
