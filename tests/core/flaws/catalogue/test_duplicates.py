import numpy as np
import pytest

from core.flaws import plant


@pytest.mark.parametrize(("rate", "strength"), [(0.4, 1.0), (0.1, 1.0), (0.4, 0.5)])
def test_the_share_of_test_that_is_copied_is_as_said(splits, rate, strength):
    test = plant(splits, "duplicates", rate=rate, strength=strength).splits.test
    copied = test.attributes["copy_of"] >= 0
    for label in range(4):
        assert copied[test.labels == label].sum() == round(40 * rate * strength)
    assert np.array_equal(test.images[~copied], splits.test.images[~copied])


def test_copies_are_truly_in_train_and_nearer_to_it_than_anything_else(splits):
    planted = plant(splits, "duplicates")
    train, test = planted.splits.train, planted.splits.test
    assert train is splits.train
    steps = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]
    stock = np.stack([_unit(np.roll(train.images, step, (1, 2))[:, 2:-2, 2:-2]) for step in steps])
    for row in np.flatnonzero(test.attributes["copy_of"] >= 0):
        source = test.attributes["copy_of"][row]
        alike = (stock @ _unit(test.images[row : row + 1, 2:-2, 2:-2])[0]).max(0)
        assert alike.argmax() == source
        assert alike[source] > 0.9
        assert test.labels[row] == train.labels[source]
        assert not np.array_equal(test.images[row], train.images[source])
        assert test.attributes["source"][row] == train.attributes["source"][source]


def _unit(images):
    flat = images.reshape(len(images), -1).astype(np.float32)
    flat = flat - flat.mean(1, keepdims=True)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


def test_exact_copies_when_nothing_is_altered(splits):
    planted = plant(splits, "duplicates", shift=0, light=0)
    test, train = planted.splits.test, planted.splits.train
    rows = np.flatnonzero(test.attributes["copy_of"] >= 0)
    sources = test.attributes["copy_of"][rows]
    assert np.array_equal(test.masks["object"][rows], train.masks["object"][sources])
    gap = np.abs(test.images[rows].astype(int) - train.images[sources])
    assert gap.mean() < 12  # JPEG only


def test_the_judge_has_no_copies(splits):
    judge = plant(splits, "duplicates").judge
    assert np.array_equal(judge.images, splits.test.images)
