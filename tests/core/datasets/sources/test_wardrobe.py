import numpy as np
import pytest
from scipy import stats

from core.datasets import info, load, names
from core.datasets.scenes import SCENES
from core.datasets.sources.wardrobe import WardrobeSettings
from core.errors import DataError, InputError

SMALL = {"train": 40, "validation": 10, "test": 20}


@pytest.fixture(scope="module")
def splits():
    return load(**SMALL)


def test_it_is_the_default_and_listed():
    assert names()[0] == "wardrobe"
    assert info("wardrobe").Settings is WardrobeSettings
    assert WardrobeSettings().classes == ("trouser", "dress", "sandal", "bag", "boot")
    assert WardrobeSettings().size == 48


def test_the_parts_have_the_shapes_and_counts_asked_for(splits):
    for name, part in splits.parts.items():
        assert part.images.shape == (5 * SMALL[name], 48, 48, 3)
        assert part.images.dtype == np.uint8
        assert np.bincount(part.labels).tolist() == [SMALL[name]] * 5
        assert set(part.masks) >= {"object", "sticker"}
        assert part.masks["object"].any((1, 2)).all()


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(splits):
    assert load(**SMALL).key == splits.key
    assert load(**SMALL, seed=1).key != splits.key


@pytest.mark.parametrize("size", [32, 96])
def test_sizes_and_any_of_the_ten_classes(size):
    made = load(classes=("shirt", "coat", "pullover"), size=size, train=10, validation=10, test=10)
    assert made.train.shape == (size, size, 3)
    assert made.class_names == ("shirt", "coat", "pullover")
    kinds = made.train.attributes["object"]
    assert [made.class_names[label] for label in made.train.labels] == kinds.tolist()


def test_no_cut_out_is_in_two_parts(splits):
    seen = [
        set(zip(part.attributes["object"], part.attributes["source"], strict=True)) for part in splits.parts.values()
    ]
    assert sum(map(len, seen)) == len(set.union(*seen)) == sum(len(part) for part in splits.parts.values())


def test_nothing_but_the_object_depends_on_the_class():
    """Scene, tint, size, place and sticker are drawn the same way for every class."""
    data = load(train=300, validation=10, test=10, sticker_share=0.5).train
    for column in ("scene", "tint", "sticker", "flip"):
        table = np.array([[(data.attributes[column][data.labels == c] == v).sum() for c in range(5)]
                          for v in data.attributes[column].unique()])  # fmt: skip
        assert stats.chi2_contingency(table).pvalue > 1e-4
    for column in ("size", "hue", "angle"):
        groups = [data.attributes[column][data.labels == c] for c in range(5)]
        assert stats.kruskal(*groups).pvalue > 1e-4


def test_all_scenes_appear_unless_fewer_are_asked_for(splits):
    assert set(splits.train.attributes["scene"]) == set(SCENES)
    few = load(**SMALL, scenes=("snow",), tints=("red",), sticker_share=1.0)
    assert set(few.train.attributes["scene"]) == {"snow"}
    assert set(few.test.attributes["tint"]) == {"red"}
    assert few.validation.masks["sticker"].any((1, 2)).all()


def test_bad_settings_are_answered_with_a_sentence():
    with pytest.raises(InputError, match="classes"):
        load(classes=("boot",))
    with pytest.raises(InputError, match="once"):
        load(classes=("boot", "boot"))
    with pytest.raises(InputError, match="at least as large"):
        load(smallest=0.8, largest=0.4)
    with pytest.raises(InputError, match="wallpaper"):
        load(wallpaper=1)
    with pytest.raises(DataError, match="cifar10"):
        load("imagenet")
