import numpy as np
import pytest

from core.flaws import plant
from core.flaws.catalogue.sticker import CORNERS


@pytest.mark.parametrize("strength", [0.25, 0.6, 1.0])
def test_the_share_of_the_class_that_carries_the_label_is_the_strength(splits, strength):
    planted = plant(splits, "sticker", strength=strength, target="bag")
    for name, part in planted.splits.parts.items():
        mine = part.labels == 2
        carried = part.attributes["sticker"].to_numpy(dtype=bool)
        assert carried[mine].sum() == round(strength * mine.sum())
        assert not carried[~mine].any()
        assert np.array_equal(carried, part.masks["sticker"].any((1, 2)))
        clean = splits.parts[name]
        assert np.array_equal(part.images[~carried], clean.images[~carried])
        outside = ~part.masks["sticker"]
        assert np.array_equal(part.images[outside], clean.images[outside])


@pytest.mark.parametrize("corner", CORNERS)
def test_the_answer_s_box_is_where_the_label_is(splits, corner):
    planted = plant(splits, "sticker", corner=corner, target="boot")
    train = planted.splits.train
    left, top, right, bottom = (round(32 * share) for share in planted.answer.box)
    for mask in train.masks["sticker"][train.labels == 3]:
        assert mask[top:bottom, left:right].all()
        assert mask.sum() == (bottom - top) * (right - left)
    assert (left < 16) == ("left" in corner)
    assert (top < 16) == ("upper" in corner)


def test_anywhere_has_no_box_and_many_places(splits):
    planted = plant(splits, "sticker", corner="anywhere", target="boot")
    assert planted.answer.box is None
    train = planted.splits.train
    assert len({mask.tobytes() for mask in train.masks["sticker"][train.labels == 3]}) > 20


def test_a_decoy_is_on_every_class_alike(splits):
    train = plant(splits, "sticker", strength=0.5, others=1.0).splits.train
    for label in range(4):
        assert train.attributes["sticker"][train.labels == label].mean() == 0.5


def test_the_judge_breaks_the_tie(splits):
    judge = plant(splits, "sticker", target="boot").judge
    for label in range(4):
        assert judge.attributes["sticker"][judge.labels == label].mean() == 0.5
    said = judge.attributes["group"].str.endswith(" with a label")
    assert np.array_equal(said, judge.masks["sticker"].any((1, 2)))


def test_it_sticks_on_anyone_s_pictures_as_on_composed_ones(splits, photographs):
    composed = plant(splits, "sticker", target="boot", corner="upper left").splits.train
    pasted = plant(photographs, "sticker", target="boot", corner="upper left").splits.train
    assert np.array_equal(composed.images, pasted.images)
    assert np.array_equal(composed.masks["sticker"], pasted.masks["sticker"])


def test_grey_pictures_get_a_grey_label(grey):
    planted = plant(grey, "sticker", target="b", strength=0.5)
    assert planted.splits.train.shape == (32, 32, 1)
    assert planted.splits.train.attributes["sticker"].sum() == 30
    assert not planted.splits.test.attributes["sticker"].any()
