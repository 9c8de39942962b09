from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from core.datasets.base import Dataset
from core.networks.training.loop import batches, best_epoch, class_weights
from core.networks.training.specs import TrainingSpec


@pytest.mark.parametrize(("n", "size"), [(10, 4), (12, 4), (5, 5), (7, 3)])
def test_every_picture_is_seen_equally_often_and_once_in_each_pass(n, size):
    stream = np.concatenate(list(islice(batches(n, size, seed=0), n)))
    assert (np.bincount(stream, minlength=n) == size).all()
    for start in range(0, len(stream), n):
        assert sorted(stream[start : start + n]) == list(range(n))


def test_the_order_is_the_seeds():
    first, same, other = (np.concatenate(list(islice(batches(50, 10, seed), 5))) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_the_best_epoch_is_the_most_accurate_then_the_surest_then_the_first():
    def rows(*scores):
        return [
            {"epoch": place, "val_accuracy": accuracy, "val_loss": loss}
            for place, (accuracy, loss) in enumerate(scores, 1)
        ]

    assert best_epoch(rows((0.5, 1.0), (0.9, 0.4), (0.8, 0.1))) == 2
    assert best_epoch(rows((0.9, 0.4), (0.9, 0.3))) == 2
    assert best_epoch(rows((0.9, 0.3), (0.9, 0.3))) == 1


def test_balanced_classes_count_alike_in_sum_and_the_mean_weight_is_one():
    labels = np.array([0] * 8 + [1] * 2)
    data = Dataset(np.zeros((10, 4, 4, 1), np.uint8), labels, ("a", "b", "never"))
    weights = class_weights(data, TrainingSpec(class_weights="balanced"))
    sums = np.bincount(labels, weights[labels], minlength=3)
    assert sums[0] == pytest.approx(sums[1])
    assert weights[labels].mean() == pytest.approx(1)
    assert weights[2] == 0
    np.testing.assert_array_equal(class_weights(data, TrainingSpec()), [1, 1, 1])
