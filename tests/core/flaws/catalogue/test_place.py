import numpy as np
import pytest

from core.flaws import plant


def _centres(part):
    """Where the visible objects are, shares of the side from the middle, (N, 2)."""
    side = part.shape[0]
    places = [np.mean(np.nonzero(mask), axis=1)[::-1] for mask in part.masks["object"]]
    return (np.array(places) + 0.5) / side - 0.5


def test_classes_are_apart_at_full_strength_and_not_in_the_judge(splits):
    planted = plant(splits, "place", seed=1)
    assert _spread(planted.splits.train) > 0.5
    assert _spread(planted.judge) < 0.15
    assert _spread(splits.train) < 0.15


def _spread(part):
    """Share of the variance of the objects' places that their class explains."""
    centres = _centres(part)
    means = np.stack([centres[part.labels == label].mean(0) for label in range(4)])[part.labels]
    return ((means - centres.mean(0)) ** 2).sum() / ((centres - centres.mean(0)) ** 2).sum()


@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_the_strength_is_the_share_of_each_class_that_is_moved(splits, strength):
    train = plant(splits, "place", strength=strength).splits.train
    moved = (train.attributes["size"] != splits.train.attributes["size"]).to_numpy()
    for label in range(4):
        assert moved[train.labels == label].sum() == round(60 * strength)
    assert np.array_equal(train.images[~moved], splits.train.images[~moved])


def test_one_class_only_shrinks_all_alike_so_that_size_tells_nothing(splits):
    planted = plant(splits, "place", target="boot", seed=2)
    train = planted.splits.train
    ratio = train.attributes["size"] / splits.train.attributes["size"]
    assert np.allclose(ratio, 0.85)
    judge = planted.judge.attributes["size"] / splits.test.attributes["size"]
    assert np.allclose(judge, 0.85)


def test_objects_stay_inside(splits):
    train = plant(splits, "place").splits.train
    areas = train.masks["object"].sum((1, 2))
    clean = splits.train.masks["object"].sum((1, 2))
    assert (areas > 0.3 * clean).all()


def test_photographs_are_shifted_as_a_whole(photographs):
    planted = plant(photographs, "place", seed=1)
    train = planted.splits.train
    for label in range(4):
        assert train.attributes["shift_x"][train.labels == label].std() < 0.03
    row = int(np.flatnonzero(train.attributes["shift_x"].abs() + train.attributes["shift_y"].abs() > 0.1)[0])
    across, down = (round(train.attributes[name][row] * 32) for name in ("shift_x", "shift_y"))
    shifted = np.roll(photographs.train.images[row], (down, across), (0, 1))
    assert np.array_equal(train.images[row, 8:-8, 8:-8], shifted[8:-8, 8:-8])
