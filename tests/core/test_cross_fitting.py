"""Answers that no label had a part in."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from core.cross_fitting import STRENGTH, cross_fit

FOLDS = 3


@pytest.fixture
def apart() -> tuple[np.ndarray, np.ndarray]:
    """Three groups of features that lie far from each other, and a fourth of two pictures."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2, 3], [30, 30, 30, 2])
    centres = 6 * np.eye(4, 5)
    return centres[labels] + rng.normal(size=(len(labels), 5)), labels


def told(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return cross_fit(lambda rows: features[rows], labels, 4, folds=FOLDS, seed=1, steps=500)


def test_a_wrong_label_does_not_judge_itself(apart):
    features, labels = apart
    mistyped = labels.copy()
    mistyped[:3] = 1
    assert (np.nanargmax(told(features, mistyped)[:3], axis=1) == 0).all()


def test_classes_with_fewer_pictures_than_folds_are_not_told(apart):
    likely = told(*apart)
    assert np.isnan(likely[-2:]).all()
    assert np.isnan(likely[:, 3]).all()
    np.testing.assert_allclose(likely[:-2, :3].sum(axis=1), 1)


def test_nothing_is_told_of_one_class(apart):
    features, _ = apart
    assert np.isnan(told(features, np.zeros(len(features), int))).all()


def test_each_part_is_judged_by_the_others_as_by_hand(apart):
    features, labels = (each[:90] for each in apart)
    likely = told(features, labels)
    for fitted, held in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(features, labels):
        middle, scale = features[fitted].mean(axis=0), features[fitted].std(axis=0)
        model = LogisticRegression(C=STRENGTH, max_iter=500).fit((features[fitted] - middle) / scale, labels[fitted])
        np.testing.assert_allclose(likely[held, :3], model.predict_proba((features[held] - middle) / scale), rtol=1e-6)
