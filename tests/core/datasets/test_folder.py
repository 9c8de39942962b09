import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from core.datasets import FolderSettings, from_folder, read_folder
from core.errors import Cancelled, DataError, InputError
from tests.core.datasets.test_pictures import png_header


def picture(value, mode="RGB", size=(24, 24)):
    stream = io.BytesIO()
    Image.new(mode, size, value).save(stream, "PNG")
    return stream.getvalue()


def fill(root, counts, *, top=""):
    """Folders of plain pictures; the class's number is in the red channel."""
    for index, (name, count) in enumerate(counts.items()):
        folder = root / top / name
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            (folder / f"{number:03}.png").write_bytes(picture((index * 50, number, 0)))
    return root


def zipped(root):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in sorted(root.rglob("*")):
            archive.write(path, path.relative_to(root))
    return stream.getvalue()


def test_pictures_are_dealt_out_class_by_class(tmp_path):
    splits = from_folder(fill(tmp_path, {"cat": 20, "dog": 40}), validation=0.1, test=0.25)
    assert splits.class_names == ("cat", "dog")
    counts = {name: np.bincount(part.labels).tolist() for name, part in splits.parts.items()}
    assert counts == {"train": [13, 26], "validation": [2, 4], "test": [5, 10]}
    for part in splits.parts.values():
        assert np.array_equal(part.images[:, 0, 0, 0], part.labels * 50)
    files = [name for part in splits.parts.values() for name in part.attributes["file"]]
    assert len(set(files)) == len(files) == 60


def test_the_same_seed_deals_the_same_way(tmp_path):
    fill(tmp_path, {"cat": 20, "dog": 20})
    assert from_folder(tmp_path, seed=1).key == from_folder(tmp_path, seed=1).key
    assert from_folder(tmp_path, seed=1).key != from_folder(tmp_path, seed=2).key


def test_a_zip_its_bytes_and_its_stream_equal_the_folder(tmp_path):
    fill(tmp_path / "data", {"cat": 6, "dog": 6})
    content = zipped(tmp_path / "data")
    (tmp_path / "data.zip").write_bytes(content)
    wrapped = zipped(tmp_path)  # the folder itself is in the archive
    expected = from_folder(tmp_path / "data").key
    for source in (tmp_path / "data.zip", str(tmp_path / "data.zip"), content, io.BytesIO(content)):
        assert from_folder(source).key == expected
    reading = read_folder(wrapped)
    assert reading.splits.key == expected
    assert [item.name for item in reading.skipped] == ["data.zip"]


@pytest.mark.parametrize("names", [("train", "val", "test"), ("Training", "valid", "Testing")])
def test_folders_for_each_part_are_kept(tmp_path, names):
    for name, count in zip(names, (5, 3, 4), strict=True):
        fill(tmp_path, {"cat": count, "dog": count}, top=name)
    splits = from_folder(tmp_path)
    assert [len(part) for part in splits.parts.values()] == [10, 6, 8]
    assert all(name.startswith(names[2]) for name in splits.test.attributes["file"])


def test_a_missing_part_is_dealt_from_train_and_test_may_lack_a_class(tmp_path):
    fill(tmp_path, {"cat": 20, "dog": 20}, top="train")
    fill(tmp_path, {"cat": 4, "owl": 3}, top="test")
    reading = read_folder(tmp_path)
    assert np.bincount(reading.splits.test.labels, minlength=2).tolist() == [4, 0]
    assert np.bincount(reading.splits.validation.labels).tolist() == [3, 3]
    assert np.bincount(reading.splits.train.labels).tolist() == [17, 17]
    assert {item.name for item in reading.skipped} == {f"test/owl/{number:03}.png" for number in range(3)}


def test_bad_files_are_listed_and_good_ones_load(tmp_path):
    fill(tmp_path, {"cat": 5, "dog": 5})
    good = {
        "grey.png": picture(9, "L"),
        "clear.png": picture((1, 2, 3, 99), "RGBA"),
        "deep.png": picture(30_000, "I;16"),
        "palette.png": picture(3, "P"),
    }
    bad = {
        "broken.png": picture((1, 2, 3))[:60],
        "text.jpg": b"hello",
        "empty.png": b"",
        "dot.png": picture((0, 0, 0), size=(1, 1)),
        "huge.png": png_header(20_000, 20_000),
        "notes.txt": b"hello",
    }
    for name, content in {**good, **bad}.items():
        (tmp_path / "cat" / name).write_bytes(content)
    (tmp_path / "loose.png").write_bytes(picture((0, 0, 0)))
    hidden = tmp_path / "__MACOSX" / "cat"
    hidden.mkdir(parents=True)
    (hidden / "._000.png").write_bytes(b"junk")
    (tmp_path / "dog" / ".DS_Store").write_bytes(b"junk")

    with pytest.warns(UserWarning, match="7 files were left out"):
        splits = from_folder(tmp_path)
    assert sum(len(part) for part in splits.parts.values()) == 10 + len(good)
    skipped = {item.name: item.reason for item in read_folder(tmp_path).skipped}
    assert set(skipped) == {f"cat/{name}" for name in bad} | {"loose.png"}
    assert "1 by 1" in skipped["cat/dot.png"]
    assert "million" in skipped["cat/huge.png"]


def test_paths_that_leave_the_archive_are_never_read(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("cat", "dog"):
            for number in range(4):
                archive.writestr(f"{name}/{number}.png", picture((number, 0, 0)))
        for name in ("../cat/evil.png", "/etc/cat/evil.png", "C:/cat/evil.png", "cat\\..\\..\\evil.png"):
            archive.writestr(name, picture((9, 9, 9)))
    reading = read_folder(stream)
    assert sum(len(part) for part in reading.splits.parts.values()) == 8
    assert len(reading.skipped) == 4
    assert all("out of the archive" in item.reason for item in reading.skipped)


def test_a_file_that_unpacks_to_far_more_is_skipped():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("cat", "dog"):
            for number in range(4):
                archive.writestr(f"{name}/{number}.png", picture((number, 0, 0)))
        archive.writestr("cat/bomb.png", bytes(80 * 2**20))
    assert len(stream.getvalue()) < 2**20
    (bomb,) = read_folder(stream.getvalue()).skipped
    assert bomb.name == "cat/bomb.png"
    assert "megabytes" in bomb.reason


@pytest.mark.parametrize("damage", ["encrypted", "crc"])
def test_damaged_or_locked_entries_are_skipped(tmp_path, damage):
    content = bytearray(zipped(fill(tmp_path, {"cat": 5, "dog": 5})))
    if damage == "encrypted":  # the flag of the first picture, in its own header and in the directory
        entry = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
        assert content[entry + 46 : entry + 57] == b"cat/000.png"
        content[entry + 8] |= 1
    else:
        start = content.index(b"cat/000.png") + 60
        content[start] ^= 255
    reading = read_folder(bytes(content))
    assert [item.name for item in reading.skipped] == ["cat/000.png"]
    assert sum(len(part) for part in reading.splits.parts.values()) == 9


def test_what_makes_no_data_set_is_answered_with_a_sentence(tmp_path):
    with pytest.raises(DataError, match="no pictures"):
        from_folder(tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        from_folder(tmp_path / "nowhere")
    with pytest.raises(DataError, match="not a zip"):
        from_folder(b"hello")
    (tmp_path / "a.png").write_bytes(picture((0, 0, 0)))
    with pytest.raises(DataError, match="none of them in a class"):
        from_folder(tmp_path)
    fill(tmp_path, {"cat": 5})
    with pytest.raises(DataError, match="Two or more classes"):
        from_folder(tmp_path)
    fill(tmp_path, {"dog": 1, "cat": 1})
    (tmp_path / "dog" / "000.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"dog/000\.png"):
        from_folder(tmp_path)
    with pytest.raises(InputError, match="fit"):
        from_folder(tmp_path, fit="squash")


def test_two_pictures_a_class_are_too_few_to_deal(tmp_path):
    with pytest.raises(DataError, match="Three or more"):
        from_folder(fill(tmp_path, {"cat": 2, "dog": 2}))
    splits = from_folder(fill(tmp_path, {"cat": 3, "dog": 3}))
    assert [len(part) for part in splits.parts.values()] == [2, 2, 2]


def test_no_more_than_the_most(tmp_path):
    splits = from_folder(fill(tmp_path, {"cat": 30, "dog": 8}), most=10)
    assert sum(len(part) for part in splits.parts.values()) == 18


def test_too_much_for_memory_is_refused_before_reading(tmp_path, monkeypatch):
    monkeypatch.setenv("HUNCH_DATASET_BYTES", str(2**20))
    with pytest.raises(DataError, match="gigabytes"):
        from_folder(fill(tmp_path, {"cat": 4, "dog": 4}), size=256)


def test_grey_pictures_and_progress(tmp_path):
    steps = []
    reading = read_folder(
        fill(tmp_path, {"cat": 4, "dog": 4}),
        FolderSettings(colour=False, size=16),
        on_step=lambda done, total, note="": steps.append((done, total)),
    )
    assert reading.splits.train.shape == (16, 16, 1)
    assert steps == [(done, 8) for done in range(1, 9)]

    def stop(done, total, note=""):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        read_folder(tmp_path, on_step=stop)
