"""Class probabilities for each image from a simple classifier trained on the others (cross-fitting)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

STRENGTH = 0.1  # inverse of the penalty; a stronger classifier takes the features' word for wrong labels


def cross_fit(
    features: Callable[[np.ndarray], np.ndarray],
    labels: np.ndarray,
    classes: int,
    *,
    folds: int,
    seed: int,
    steps: int,
) -> np.ndarray:
    """Probabilities of a logistic regression on standardised features that never saw the label it predicts.

    Args:
        features: gives those of some rows, int (n,), as (n, F); not called if nothing can be trained.
        labels: int (N,), in 0 to classes - 1.
        classes: number of classes K.
        folds: number of parts, each predicted by a classifier trained on the others.
        seed: seed of the split.
        steps: most iterations of the solver.

    Returns:
        (N, K). Rows and columns of classes with fewer images than folds are NaN, as are all if fewer than two classes
        have
        enough.

    Source: Northcutt, Jiang and Chuang 2021, arXiv 1911.00068, for out-of-sample probabilities.
    """
    enough = np.flatnonzero(np.bincount(labels, minlength=classes) >= folds)
    likely = np.full((len(labels), classes), np.nan)
    if len(enough) < 2:
        return likely
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    rows = np.flatnonzero(np.isin(labels, enough))
    plain = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=steps))
    parts = StratifiedKFold(folds, shuffle=True, random_state=seed)
    values = features(rows)
    with threadpool_limits(1, "blas"):  # matrices are so small that threads would mostly wait for one another
        likely[np.ix_(rows, enough)] = cross_val_predict(plain, values, labels[rows], cv=parts, method="predict_proba")
    return likely
