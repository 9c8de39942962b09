"""Labels and attributes from a CSV file beside the pictures."""

import numpy as np
import pytest

from core.datasets import read_folder
from core.errors import DataError
from tests.core.datasets.archives import TWO, classes, picture, zipped

FLAT = {f"images/{number:02}.png": picture((number, 0, 0)) for number in range(24)}


def table(rows, heading="filename,label", separator="\n"):
    return separator.join([heading, *rows]).encode()


def labels_by_file(reading):
    return {
        file: part.class_names[label]
        for part in reading.splits.parts.values()
        for file, label in zip(part.attributes["file"], part.labels, strict=True)
    }


@pytest.mark.parametrize(
    "form", ["{:02}.png", "{:02}", "images/{:02}.png", "./images/{:02}.png", "data\\images\\{:02}.png"]
)
def test_flat_pictures_take_their_labels_from_a_table(form):
    rows = [f"{form.format(number)},{'cat' if number % 2 else 'dog'}" for number in range(24)]
    found = labels_by_file(read_folder(zipped({**FLAT, "labels.csv": table(rows)})))
    assert found == {f"images/{number:02}.png": "cat" if number % 2 else "dog" for number in range(24)}


@pytest.mark.parametrize(
    "content",
    [
        table(
            [f"{number:02}.png;chêne" if number % 2 else f"{number:02}.png;pin" for number in range(24)], "Image;Target"
        )
        .decode()
        .encode("cp1252"),
        b"\xef\xbb\xbf" + table([f"{number:02}.png\t{number % 2:03}" for number in range(24)], "path\tclass", "\r\n"),
    ],
    ids=["Western spreadsheet", "tabs, marked UTF-8, numbers with zeros"],
)
def test_tables_as_spreadsheets_write_them(content):
    reading = read_folder(zipped({**FLAT, "labels.csv": content}))
    assert reading.splits.class_names in (("chêne", "pin"), ("000", "001"))


def test_a_column_says_the_parts():
    rows = [
        f"{n:02}.png,{'cat' if n % 2 else 'dog'},{'test' if n < 6 else 'valid' if n < 12 else 'train'}"
        for n in range(24)
    ]
    reading = read_folder(zipped({**FLAT, "labels.csv": table(rows, "filename,label,split")}))
    assert [len(part) for part in reading.splits.parts.values()] == [12, 6, 6]
    assert sorted(reading.splits.test.attributes["file"]) == [f"images/{n:02}.png" for n in range(6)]


def test_folders_of_parts_without_classes_take_labels_too():
    files = {f"{'train' if n < 16 else 'test'}/{n:02}.png": picture((n, 0, 0)) for n in range(24)}
    rows = [f"{n:02},{'cat' if n % 2 else 'dog'}" for n in range(24)]
    splits = read_folder(zipped({**files, "labels.csv": table(rows)})).splits
    assert all(name.startswith("test/") for name in splits.test.attributes["file"])
    assert len(splits.test) == 8


def test_attributes_go_with_their_pictures():
    rows = [f"{name},{'north' if 'cat' in name else 'south'},{place}" for place, name in enumerate(TWO)]
    splits = read_folder(zipped({**TWO, "about.csv": table(rows, "file,site,age")})).splits
    for part in splits.parts.values():
        north = np.array([part.class_names[label] == "cat" for label in part.labels])
        assert np.array_equal(part.attributes["site"] == "north", north)
        assert part.attributes["age"].tolist() == [list(TWO).index(name) for name in part.attributes["file"]]


def test_two_tables_add_up_and_gaps_stay_gaps():
    names = list(TWO)
    sites = table([f"{name},north" for name in names[:20]], "file,site")
    cameras = table([f"{name},{place % 2}" for place, name in enumerate(names)], "file,camera")
    splits = read_folder(zipped({**TWO, "a.csv": sites, "b.csv": cameras})).splits
    joined = {name: row for part in splits.parts.values() for name, row in part.attributes.set_index("file").iterrows()}
    assert sum(isinstance(row["site"], str) for row in joined.values()) == 20
    assert [joined[name]["camera"] for name in names[:4]] == [0, 1, 0, 1]


def test_a_column_of_labels_beside_class_folders_is_an_attribute():
    rows = [f"{name},other" for name in TWO]
    splits = read_folder(zipped({**TWO, "x.csv": table(rows)})).splits
    assert splits.class_names == ("cat", "dog")
    assert set(splits.train.attributes["label"]) == {"other"}


def test_rows_that_name_no_picture_or_repeat_one_are_told():
    rows = [*(f"{name},1" for name in TWO), "nowhere.png,1", "cat/000.png,2"]
    reading = read_folder(zipped({**TWO, "x.csv": table(rows, "file,site")}))
    kinds = {note.kind: note.sentence for note in reading.notes}
    assert "1 row of x.csv" in kinds["unmatched_rows"]
    assert "cat/000.png" in kinds["repeated_rows"]


def test_a_name_that_several_pictures_have_is_not_guessed():
    rows = [f"{number:03}.png,1" for number in range(12)]
    reading = read_folder(zipped({**TWO, "x.csv": table(rows, "file,site")}))
    assert list(reading.splits.train.attributes.columns) == ["file"]


def test_without_a_column_of_labels_the_columns_are_named():
    rows = [f"{number:02}.png,1,2" for number in range(24)]
    with pytest.raises(DataError, match=r"site, camera.*Rename"):
        read_folder(zipped({**FLAT, "x.csv": table(rows, "file,site,camera")}))


def test_pictures_that_no_table_names_are_left_out_and_listed():
    rows = [f"{number:02}.png,{number % 2}" for number in range(20)]
    reading = read_folder(zipped({**FLAT, "x.csv": table(rows)}))
    assert sum(len(part) for part in reading.splits.parts.values()) == 20
    assert {item.reason for item in reading.skipped} == {"No table says its label."}


@pytest.mark.parametrize("content", [b"", b"\0\0\0", b"a,b\n1,2,3,4\n", b'"', b"\xff\xfe" * 50, b"," * 5000], ids=str)
def test_a_table_that_cannot_be_read_is_told_and_does_no_harm(content):
    reading = read_folder(zipped({**classes({"cat": 4, "dog": 4}), "x.csv": content}))
    assert reading.splits.class_names == ("cat", "dog")
