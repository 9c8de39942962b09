from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.datasets import Splits
from core.errors import DataError
from core.flaws import plant


def test_each_class_has_its_own_colour_at_full_strength(splits):
    train = plant(splits, "tint").splits.train
    colours = [set(train.attributes["tint"][train.labels == label]) for label in range(4)]
    assert all(len(found) == 1 for found in colours)
    assert len(set.union(*colours)) == 4


def test_only_the_colour_of_the_object_changes(splits):
    planted = plant(splits, "tint")
    for name, part in planted.splits.parts.items():
        clean = splits.parts[name]
        assert np.array_equal(part.masks["object"], clean.masks["object"])
        columns = ["object", "source", "scene", "size", "x", "y", "angle", "draw"]
        assert part.attributes[columns].equals(clean.attributes[columns])
        near = np.stack([cv2.dilate(mask.astype(np.uint8), np.ones((5, 5))) for mask in part.masks["object"]])
        changed = (part.images != clean.images).any(-1)
        assert changed[near == 1].mean() > 0.5
        assert changed[near == 0].mean() < 0.001  # straps thinner than half a pixel


@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_one_class_only_and_the_others_keep_off_it(splits, strength):
    planted = plant(splits, "tint", target="bag", tint="red", strength=strength)
    train = planted.splits.train
    red = train.attributes["tint"] == "red"
    before = splits.train.attributes["tint"] == "red"
    assert red[train.labels == 2].sum() >= round(60 * strength)
    for label in (0, 1, 3):
        mine = train.labels == label
        assert red[mine].sum() <= before[mine].sum()
        assert strength < 1 or not red[mine].any()
    assert planted.answer.class_name == "bag"
    assert planted.answer.region == "object"


def test_the_judge_shows_every_tied_colour_as_often_in_every_class(splits):
    judge = plant(splits, "tint", seed=3).judge
    for label in range(4):
        assert set(judge.attributes["tint"][judge.labels == label].value_counts()) == {10}


def test_photographs_with_masks_are_recoloured_and_grey_ones_refused(splits, photographs, grey):
    with pytest.raises(DataError, match="known object masks"):
        plant(photographs, "tint")
    with pytest.raises(DataError, match="colour"):
        plant(grey, "tint")
    masked = Splits(
        **{
            name: replace(part, masks={"object": splits.parts[name].masks["object"]})
            for name, part in photographs.parts.items()
        }
    )
    train = plant(masked, "tint", target="boot", tint="green").splits.train
    mine = train.labels == 3
    inside = train.images[mine][train.masks["object"][mine]].astype(int)
    assert (inside.argmax(1) == 1).mean() > 0.98
    outside = ~train.masks["object"]
    assert np.array_equal(train.images[outside], photographs.train.images[outside])
    assert np.array_equal(train.images[~mine], photographs.train.images[~mine])
