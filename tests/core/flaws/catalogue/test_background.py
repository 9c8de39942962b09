from dataclasses import replace

import numpy as np
import pytest

from core.datasets import Splits
from core.errors import DataError
from core.flaws import plant


def _shares(part, names):
    """Share of each class's pictures on its most frequent scene, and those scenes."""
    tables = [
        part.attributes["scene"][part.labels == label].value_counts(normalize=True) for label in range(len(names))
    ]
    return [table.iloc[0] for table in tables], [table.index[0] for table in tables]


def test_each_class_has_its_own_scene_at_full_strength(splits):
    planted = plant(splits, "background")
    for part in planted.splits.parts.values():
        shares, scenes = _shares(part, part.class_names)
        assert shares == [1.0] * 4
        assert len(set(scenes)) == 4


@pytest.mark.parametrize("strength", [0.4, 0.8])
def test_the_strength_is_the_share_that_is_moved(splits, strength):
    planted = plant(splits, "background", strength=strength, seed=2)
    full = plant(splits, "background", seed=2)
    _, scenes = _shares(full.splits.train, splits.class_names)
    train = planted.splits.train
    for label, scene in enumerate(scenes):
        mine = train.labels == label
        before = (splits.train.attributes["scene"][mine] == scene).mean()
        share = (train.attributes["scene"][mine] == scene).mean()
        assert share == pytest.approx(strength + (1 - strength) * before, abs=0.08)
        moved = (train.attributes["scene"] != splits.train.attributes["scene"])[mine].sum()
        assert moved <= round(strength * mine.sum())


def test_objects_and_masks_stay_as_they_were(splits):
    planted = plant(splits, "background")
    for name, part in planted.splits.parts.items():
        clean = splits.parts[name]
        assert np.array_equal(part.masks["object"], clean.masks["object"])
        columns = ["object", "source", "tint", "hue", "size", "x", "y", "angle", "sticker", "draw"]
        assert part.attributes[columns].equals(clean.attributes[columns])


def test_one_class_only(splits):
    planted = plant(splits, "background", target="boot", scene="snow")
    assert planted.answer.class_name == "boot"
    assert planted.answer.region == "background"
    for part in planted.splits.parts.values():
        assert np.array_equal(part.attributes["scene"] == "snow", part.labels == 3)
    judge = planted.judge
    for label in range(4):
        assert (judge.attributes["scene"][judge.labels == label] == "snow").mean() == 0.5


def test_the_judge_shows_every_tied_scene_as_often_in_every_class(splits):
    planted = plant(splits, "background", seed=4)
    _, scenes = _shares(planted.splits.train, splits.class_names)
    judge = planted.judge
    for label in range(4):
        counts = judge.attributes["scene"][judge.labels == label].value_counts()
        assert set(counts.index) == set(scenes)
        assert set(counts) == {10}
    own = judge.attributes["group"] == [f"{judge.class_names[label]} on {scenes[label]}" for label in judge.labels]
    assert own.mean() == 0.25


def test_photographs_need_masks_and_say_so(splits, photographs):
    with pytest.raises(DataError, match="known object masks"):
        plant(photographs, "background")
    masked = Splits(
        **{
            name: replace(part, masks={"object": splits.parts[name].masks["object"]})
            for name, part in photographs.parts.items()
        }
    )
    train = plant(masked, "background", target="boot", scene="night").splits.train
    assert (train.attributes["scene"][train.labels == 3] == "night").all()
    assert (train.attributes["scene"][train.labels != 3] == "its own").all()
    mine = train.labels == 3
    outside = ~train.masks["object"] & mine[:, None, None]
    assert (train.images[outside] != photographs.train.images[outside]).any(-1).mean() > 0.8
    dark = train.images[outside].mean()
    assert dark < 0.7 * photographs.train.images[outside].mean()
    core = train.masks["object"] & mine[:, None, None]
    assert (train.images[core] == photographs.train.images[core]).all(-1).mean() > 0.6
