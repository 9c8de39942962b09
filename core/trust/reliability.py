"""Calibration: when the network is 90% confident, is it right in 90 of 100 cases?"""

from __future__ import annotations

from dataclasses import dataclass, field

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.errors import DataError
from core.intervals import wilson
from core.networks.evaluator import ModelEvaluator, checked_images

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
        accuracy: fraction of right answers.
        confidence: mean probability of the predicted class; above the accuracy for an overconfident network.
        n: number of images.
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


def calibration(model: keras.Model, dataset: Dataset, *, bins: int = BINS, seed: int = 0) -> Calibration:
    r"""Compare confidence with accuracy, $\mathrm{ECE} = \sum_b \frac{n_b}{n} |\mathrm{acc}_b - \mathrm{conf}_b|$.

    Args:
        model: any Keras 3 classifier; never changed.
        dataset: images that the model was not trained on.
        bins: number of confidence bins of equal width, at least 1. Default 15.
        seed: seed of the interval and of chance.

    Raises:
        DataError: when there are no images, or they do not fit the network.

    Source: Guo et al. 2017, arXiv 1706.04599; chance as in Bröcker and Smith 2007, doi 10.1175/WAF993.1.
    """
    network = ModelEvaluator.of(model)
    probabilities = network.probabilities(checked_images(network.graph, dataset.images)).astype(np.float64)
    if probabilities.shape[1] != len(dataset.class_names):
        raise DataError(
            f"The data should have the network's {probabilities.shape[1]} classes", f"{len(dataset.class_names)}"
        )
    return from_probabilities(probabilities, dataset.labels, bins=bins, seed=seed)


def from_probabilities(
    probabilities: np.ndarray, labels: np.ndarray, *, bins: int = BINS, seed: int = 0
) -> Calibration:
    """The same from probabilities (N, K) and labels (N,)."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    rng = np.random.default_rng(seed)
    error = _error(place, confidence, right, bins)
    draws = rng.integers(0, len(right), (RESAMPLES, len(right)))
    low, high = np.quantile([_error(place[row], confidence[row], right[row], bins) for row in draws], (0.025, 0.975))
    perfect = [_error(place, confidence, rng.random(len(right)) < confidence, bins) for _ in range(RESAMPLES)]
    truth = np.eye(probabilities.shape[1])[labels]
    return Calibration(
        ece=error,
        low=float(low),
        high=float(high),
        chance=float(np.mean(perfect)),
        calibrated=bool(error <= np.quantile(perfect, 0.95)),
        bins=_table(place, confidence, right, bins),
        brier=float(np.square(probabilities - truth).sum(axis=1).mean()),
        accuracy=float(right.mean()),
        confidence=float(confidence.mean()),
        n=len(right),
    )


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
