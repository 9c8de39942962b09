"""Which class and part a path means, for folders as people really name them."""

import pytest

from core.datasets.layout import part_of, place
from core.errors import DataError


def labels(*paths, folders=()):
    """(class, part) of each picture; None for one that is left out."""
    found, _, _ = place(paths, folders)
    return [None if item.skipped else (item.label, item.part) for item in found]


@pytest.mark.parametrize(
    ("names", "part"),
    [
        (("train", "Train", "TRAINING", "training_set", "seg_train", "train2017", "Train_Images", "trainset"), "train"),
        (("val", "valid", "Validation", "validation_set", "dev", "val2017", "DEV-SET"), "validation"),
        (("test", "Testing", "test_set", "seg_test", "TestData", "test-images"), "test"),
        (("pred", "seg_pred", "predict", "predictions", "unlabelled", "Unlabeled"), "predict"),
        (("trainer", "strain", "contest", "valley", "device", "test_tube", "cat", "", "set", "2017", "t" * 9999), None),
    ],
)
def test_the_names_that_people_give_to_parts(names, part):
    assert {part_of(name) for name in names} == {part}


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [
        ("train", "valid", "test"),
        ("training_set", "validation_set", "test_set"),
        ("seg_train/seg_train", "seg_dev", "seg_test/seg_test"),
        ("data/Train", "data/val", "data/TEST"),
        ("archive/images/train", "archive/images/validation", "archive/images/test"),
    ],
)
def test_parts_are_found_through_wrappers(train, validation, test):
    paths = [f"{part}/{name}/1.png" for part in (train, validation, test) for name in ("cat", "dog")]
    assert labels(*paths) == [(name, part) for part in ("train", "validation", "test") for name in ("cat", "dog")]


def test_stray_files_beside_wrappers_and_classes_are_left_out_alone():
    assert labels("sample.png", "data/logo.png", "data/cat/1.png", "data/dog/1.png") == [
        None,
        None,
        ("cat", ""),
        ("dog", ""),
    ]


def test_a_class_that_is_called_train_stays_a_class():
    assert labels("bus/1.png", "car/1.png", "train/1.png") == [("bus", ""), ("car", ""), ("train", "")]


def test_pictures_kept_for_prediction_are_never_a_class():
    found = labels("train/cat/1.png", "train/dog/1.png", "test/cat/1.png", "predict/1.png", "predict/x/1.png")
    assert found == [("cat", "train"), ("dog", "train"), ("cat", "test"), None, None]


def test_a_test_folder_without_classes_is_said_to_have_no_labels():
    found, _, notes = place(["train/cat/1.png", "train/dog/1.png", "test/1.png", "test/2.png"])
    assert [item.label for item in found if not item.skipped] == ["cat", "dog"]
    assert [note.kind for note in notes] == ["unlabelled_part"]


def test_a_beside_the_parts_is_said_to_be_none():
    found, _, notes = place(["train/cat/1.png", "test/cat/1.png", "extra/cat/1.png", "docs/plan.png"])
    assert [bool(item.skipped) for item in found] == [False, False, True, True]
    assert "docs, extra" in notes[0].sentence


def test_what_looks_like_parts_and_classes_is_asked():
    with pytest.raises(DataError, match=r"train beside holdout.*Name the parts"):
        place(["train/cat/1.png", "train/dog/1.png", "holdout/cat/1.png", "holdout/dog/1.png"])


def test_classes_with_folders_of_their_own_are_said_to_be_whole():
    found, _, notes = place(["train/steam/1.png", "train/diesel/1.png", "bus/city/1.png"])
    assert [item.label for item in found] == ["train", "train", "bus"]
    assert "city as bus" in notes[0].sentence


def test_parts_within_each_class():
    assert labels("cat/train/1.png", "cat/test/2.png", "dog/train/1.png", "dog/val/1.png") == [
        ("cat", "train"),
        ("cat", "test"),
        ("dog", "train"),
        ("dog", "validation"),
    ]


def test_everything_in_a_test_folder_is_dealt_out_anew_and_said():
    found, _, notes = place(["test/cat/1.png", "test/dog/1.png"])
    assert [(item.label, item.part) for item in found] == [("cat", ""), ("dog", "")]
    assert [note.kind for note in notes] == ["only_part"]


def test_parts_without_class_folders_are_no_classes():
    found, _, _ = place(["train/1.png", "test/2.png"])
    assert [(item.label, item.part, bool(item.skipped)) for item in found] == [("", "train", True), ("", "test", True)]


@pytest.mark.parametrize("top", ["", "data/", "train/"])
def test_a_class_folder_without_pictures_is_named(top):
    folders = [f"{top}{name}" for name in ("cat", "dog", "owl")]
    _, empty, _ = place([f"{top}cat/1.png", f"{top}dog/1.png"], [*folders, f"{top}cat/inner"])
    assert empty == ["owl"]


def test_nothing_is_nothing():
    assert place([]) == ([], [], [])
