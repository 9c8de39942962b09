import numpy as np
import pytest

from core.flaws import plant


@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_the_share_of_the_class_that_is_framed_is_the_strength(splits, strength):
    planted = plant(splits, "border", strength=strength, target="dress")
    for name, part in planted.splits.parts.items():
        mine = part.labels == 1
        framed = part.attributes["border"].to_numpy(dtype=bool)
        assert framed[mine].sum() == round(strength * mine.sum())
        assert not framed[~mine].any()
        assert np.array_equal(part.masks["border"].any((1, 2)), framed)
        outside = ~part.masks["border"]
        assert np.array_equal(part.images[outside], splits.parts[name].images[outside])


def test_a_faint_frame_changes_little(splits):
    def change(opacity):
        made = plant(splits, "border", target="boot", opacity=opacity, design=3).splits.train
        return np.abs(made.images.astype(int) - splits.train.images).sum()

    assert change(0.0) == 0
    assert 0 < change(0.15) < 0.25 * change(1.0)


def test_width_is_as_set(splits):
    train = plant(splits, "border", target="boot", width=0.125).splits.train
    ring = train.masks["border"][train.labels == 3][0]
    assert ring[:4].all()
    assert not ring[4:-4, 4:-4].any()


def test_anyone_s_pictures_are_framed_as_composed_ones(splits, photographs):
    composed, pasted = (plant(given, "border", target="boot", seed=1).splits.train for given in (splits, photographs))
    assert np.array_equal(composed.images, pasted.images)
    assert np.array_equal(composed.masks["border"], pasted.masks["border"])


def test_a_label_stays_on_top_of_a_frame(photographs):
    both = plant(photographs, "sticker+border", target="boot", corner="upper left").splits.train
    alone = plant(photographs, "sticker", target="boot", corner="upper left").splits.train
    label = alone.masks["sticker"]
    assert np.array_equal(both.images[label], alone.images[label])
    assert not (both.masks["border"] & both.masks["sticker"]).any()
    assert both.masks["border"].any()
