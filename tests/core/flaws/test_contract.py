"""What every flaw promises, whichever it is."""

import numpy as np
import pytest

from core.errors import HunchError, InputError
from core.flaws import info, names, plant

ALL = names()


def _same(first, second):
    return all(
        np.array_equal(a.images, b.images) and np.array_equal(a.labels, b.labels) and a.class_names == b.class_names
        for a, b in zip(first.parts.values(), second.parts.values(), strict=True)
    )


def test_none_is_the_first_and_names_are_the_field_s(splits):
    assert ALL[0] == "none"
    assert len(set(ALL)) == len(ALL)
    for name in ALL:
        known = info(name)
        assert known.name == name
        assert known.title
        assert known.strength.endswith(".")
        assert known.help.endswith(".")


@pytest.mark.parametrize("flaw", ALL)
def test_at_strength_0_the_data_equal_the_clean_control(splits, flaw):
    planted = plant(splits, flaw, strength=0.0)
    assert planted.splits.key == splits.key
    assert planted.clean is splits


@pytest.mark.parametrize("flaw", ALL)
def test_the_given_splits_are_not_changed(splits, flaw):
    before = [(part.images.copy(), part.labels.copy(), part.attributes.copy()) for part in splits.parts.values()]
    plant(splits, flaw)
    for part, (images, labels, attributes) in zip(splits.parts.values(), before, strict=True):
        assert np.array_equal(part.images, images)
        assert np.array_equal(part.labels, labels)
        assert part.attributes.equals(attributes)


@pytest.mark.parametrize("flaw", ALL)
def test_the_same_seed_plants_the_same_bytes(splits, flaw):
    first, again = plant(splits, flaw, seed=5), plant(splits, flaw, seed=5)
    assert first.splits.key == again.splits.key
    assert first.judge.key == again.judge.key
    assert first.answers == again.answers


@pytest.mark.parametrize("flaw", [name for name in ALL if info(name).place == "data"])
def test_another_seed_plants_another_design(splits, flaw):
    assert len({plant(splits, flaw, seed=seed).splits.key for seed in range(3)}) > 1


@pytest.mark.parametrize("flaw", ALL)
def test_something_changes_at_full_strength(splits, flaw):
    planted = plant(splits, flaw)
    changed = not _same(planted.splits, splits)
    assert changed == (info(flaw).place in ("data", "serving"))
    assert (planted.network_spec is not None or planted.training_spec is not None) == (info(flaw).place == "specs")


@pytest.mark.parametrize("flaw", ALL)
def test_the_answer_names_the_flaw_in_a_sentence(splits, flaw):
    answer = plant(splits, flaw).answer
    assert answer.flaw == flaw
    assert answer.sentence.endswith(".")
    if answer.class_index is not None:
        assert splits.class_names[answer.class_index] == answer.class_name
    assert answer.region in ("nowhere", "everywhere", "background", "object", "sticker", "border")


@pytest.mark.parametrize("flaw", ALL)
def test_the_judge_holds_the_test_objects_in_groups(splits, flaw):
    judge = plant(splits, flaw).judge
    assert np.array_equal(judge.labels, splits.test.labels)
    assert (judge.attributes["source"] == splits.test.attributes["source"]).all()
    groups = judge.attributes["group"]
    assert groups.notna().all()
    for name, label in zip(groups, judge.labels, strict=True):
        assert name.startswith(judge.class_names[label])


@pytest.mark.parametrize("flaw", [name for name in ALL if info(name).shortcut])
def test_a_shortcut_s_judge_has_every_group_alike_in_every_class(splits, flaw):
    judge = plant(splits, flaw, target="boot").judge
    endings = judge.attributes["group"].str.split(" ", n=1).str[1]
    for label in range(4):
        counts = endings[judge.labels == label].value_counts()
        assert len(counts) == 2
        assert abs(counts.iloc[0] - counts.iloc[1]) <= 1


@pytest.mark.parametrize("flaw", ALL)
def test_test_labels_are_never_touched(splits, flaw):
    planted = plant(splits, flaw)
    truth = {name: index for index, name in enumerate(splits.class_names)}
    shown = planted.splits.test.attributes["object"].map(truth)
    assert np.array_equal(planted.splits.test.labels, shown)


@pytest.mark.parametrize("flaw", ALL)
def test_photographs_and_grey_ones_are_planted_or_refused_in_a_sentence(photographs, grey, flaw):
    for given in (photographs, grey):
        try:
            planted = plant(given, flaw)
        except HunchError as error:
            assert flaw in ("background", "tint", "channels_swapped", "place")
            assert error.sentence.endswith(".")  # noqa: PT017
        else:
            assert planted.judge.attributes["group"].notna().all()
            assert planted.splits.train.shape == given.train.shape


def test_several_flaws_at_once(splits):
    both = plant(splits, "sticker+background", strength=0.5, target="boot")
    assert [answer.flaw for answer in both.answers] == ["background", "sticker"]
    assert both.answer is both.answers[0]
    alone = plant(splits, "sticker", strength=0.5, target="boot")
    assert np.array_equal(both.splits.train.attributes["sticker"], alone.splits.train.attributes["sticker"])
    counts = both.judge.attributes["group"].value_counts()
    assert len(counts) == 16
    assert counts.max() - counts.min() <= 2
    assert plant(splits, ("background", "sticker"), strength=0.5, target="boot").splits.key == both.splits.key


def test_settings_reach_the_flaw_that_has_them(splits):
    both = plant(
        splits, "sticker+background", background={"target": "bag"}, sticker={"target": "boot"}, corner="upper left"
    )
    assert [answer.class_name for answer in both.answers] == ["bag", "boot"]
    assert both.answers[1].box[0] < 0.1
    assert both.answers[1].box[1] < 0.1


def test_bad_requests_are_answered_with_a_sentence(splits):
    with pytest.raises(InputError, match="flaws are none"):
        plant(splits, "gremlin")
    with pytest.raises(InputError, match="0 to 1"):
        plant(splits, "sticker", strength=1.5)
    with pytest.raises(InputError, match="colour_of_moon"):
        plant(splits, "sticker", colour_of_moon=1)
    with pytest.raises(InputError, match="size"):
        plant(splits, "sticker", size=3.0)
    with pytest.raises(InputError, match="classes are trouser"):
        plant(splits, "sticker", target="unicorn")
    with pytest.raises(InputError, match="none"):
        plant(splits, "none", target="boot")
