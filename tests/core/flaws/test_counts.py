import numpy as np
import pytest

from core.flaws import plant


@pytest.mark.parametrize(("ratio", "strength", "left"), [(20, 1.0, 3), (5, 1.0, 12), (4, 0.5, 30)])
def test_imbalance_thins_one_class_by_the_ratio(splits, ratio, strength, left):
    planted = plant(splits, "imbalance", target="bag", ratio=ratio, strength=strength)
    assert np.bincount(planted.splits.train.labels).tolist() == [60, 60, left, 60]
    assert planted.splits.test is splits.test
    assert planted.answer.class_name == "bag"
    known = {picture.tobytes() for picture in splits.train.images}
    assert all(picture.tobytes() in known for picture in planted.splits.train.images)


def test_even_a_very_rare_class_keeps_one_picture(splits):
    planted = plant(splits, "imbalance", target="bag", ratio=100)
    assert np.bincount(planted.splits.validation.labels).tolist() == [20, 20, 1, 20]


@pytest.mark.parametrize(("pictures", "strength", "left"), [(15, 1.0, 15), (15, 0.5, 30), (500, 1.0, 60)])
def test_too_few_thins_every_class(splits, pictures, strength, left):
    planted = plant(splits, "too_few", pictures=pictures, strength=strength)
    assert np.bincount(planted.splits.train.labels).tolist() == [left] * 4
    assert np.bincount(planted.splits.validation.labels).max() <= max(left, pictures)
    assert planted.splits.test is splits.test
