from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.datasets import Dataset
from core.intervals import wilson
from core.report.accuracy import by_class, groups, wilson_score, worst_group


def pictures(labels: np.ndarray, **attributes: object) -> Dataset:
    table = pd.DataFrame(attributes) if attributes else None
    return Dataset(np.zeros((len(labels), 2, 2, 3), np.uint8), labels, ("cat", "dog"), attributes=table)


def test_scores_by_class():
    labels, right = np.array([0, 0, 0, 1]), np.array([True, False, True, True])
    found = by_class(labels, right, ("cat", "dog", "owl"), 0.95)
    assert [(each.name, each.right, each.n) for each in found] == [("cat", 2, 3), ("dog", 1, 1), ("owl", 0, 0)]
    assert (found[0].low, found[0].high) == pytest.approx(wilson(2, 3))


def test_the_group_that_goes_wrong_is_found_among_all_pairs_of_class_and_attribute():
    labels = np.repeat([0, 1], 100)
    scene = np.tile(["day", "night"], 100)
    right = ~((labels == 1) & (scene == "night") & (np.arange(200) % 4 < 2))
    found = worst_group(pictures(labels, scene=scene), right, 10, 0.95)
    assert found is not None
    assert found.worst.name == "dog, scene night"
    assert found.looked == 4
    assert found.worst.n == 50
    assert found.worst.share == right[(labels == 1) & (scene == "night")].mean()


def test_the_interval_of_the_worst_pays_for_the_number_of_groups():
    labels, group = np.zeros(200, int), np.repeat([f"g{n}" for n in range(10)], 20)
    right = np.arange(200) % 5 > 0
    found = worst_group(pictures(labels, group=group), right, 10, 0.95)
    assert found is not None
    plain = wilson_score("", np.array([True] * found.worst.right + [False] * (20 - found.worst.right)), 0.95)
    assert found.worst.low < plain.low
    assert found.worst.high > plain.high


def test_the_worst_of_many_alike_groups_is_seldom_called_worse():
    rng = np.random.default_rng(0)
    accused = 0
    for _ in range(60):
        right = rng.random(600) < 0.9
        found = worst_group(pictures(np.zeros(600, int), group=rng.integers(0, 20, 600)), right, 10, 0.95)
        assert found is not None
        accused += found.worst.high < 0.9
    assert accused <= 6


def test_attributes_that_measure_or_repeat_the_class_make_no_groups():
    labels = np.repeat([0, 1], 10)
    data = pictures(labels, size=np.linspace(0, 1, 20), kind=np.where(labels, "d", "c"), number=np.arange(20))
    assert groups(data) == {}
    assert worst_group(data, np.ones(20, bool), 2, 0.95) is None
    assert groups(pictures(labels)) == {}
