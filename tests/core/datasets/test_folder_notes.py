"""What a folder's reading says: what was turned, converted, left out, missing or uneven, the most urgent first."""

import io

import numpy as np
import pytest
from PIL import Image

from core.datasets import FolderSettings, read_folder
from tests.core.datasets.archives import TWO, classes, picture, zipped


def read(files, **settings):
    return read_folder(zipped(files), FolderSettings(size=16, **settings))


def said(files, **settings):
    """Sentence by kind; urgent ones come first."""
    notes = read(files, **settings).notes
    urgency = [note.urgent for note in notes]
    assert urgency == sorted(urgency, reverse=True)
    assert all(note.sentence.endswith(".") for note in notes)
    return {note.kind: note.sentence for note in notes}


def grey(value, kind="PNG"):
    stream = io.BytesIO()
    Image.fromarray(np.full((24, 24), value, np.uint16)).save(stream, kind)
    return stream.getvalue()


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture((1, 2, 3), kind="JPEG", exif=exif)


def animated():
    stream = io.BytesIO()
    frames = [Image.new("RGB", (24, 24), (shade, 0, 0)) for shade in (10, 200)]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    return stream.getvalue()


def test_a_folder_without_anything_strange_is_told_nothing():
    assert said(TWO | classes({"cat": 30, "dog": 30})) == {}


@pytest.mark.parametrize(
    ("content", "ending", "kind", "words"),
    [
        (turned(), "jpg", "turned", "Keras' own loader ignores"),
        (picture((0, 0, 0, 0), "CMYK", kind="JPEG"), "jfif", "cmyk", "CMYK"),
        (picture((9, 9, 9, 9), "RGBA"), "png", "transparent", "white"),
        (animated(), "gif", "animated", "only the first"),
        (grey(4000), "png", "deep", "12 bits"),
        (picture(0.5, "F", kind="TIFF"), "tiff", "floating", "own range"),
    ],
)
def test_what_was_done_to_a_picture_is_said_with_its_name(content, ending, kind, words):
    reading = read({**TWO, f"cat/one.{ending}": content})
    (note,) = [note for note in reading.notes if note.kind == kind]
    assert note.sentence.startswith("1 picture ")
    assert words in note.sentence
    assert note.files == (f"cat/one.{ending}",)
    assert reading.skipped == []


@pytest.mark.parametrize(("kind", "ending"), [("AVIF", "avif"), ("HEIF", "heic"), ("JPEG", "jfif"), ("WEBP", "webp")])
def test_phones_formats_open(kind, ending):
    if kind == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    content = picture((200, 40, 40), size=(64, 64), kind=kind, quality=90)
    reading = read({f"{name}/{n}.{ending}": content for name in ("cat", "dog") for n in range(12)})
    assert reading.skipped == []
    assert np.abs(reading.splits.train.images.astype(int) - (200, 40, 40)).max() < 12


def test_without_the_package_a_heic_picture_says_which(monkeypatch):
    monkeypatch.setattr("core.datasets.pictures._formats", lambda: ("JPEG", "PNG"))
    reading = read({**TWO, "cat/a.heic": b"\0\0\0\x18ftypheic" + bytes(50)})
    assert "pillow-heif" in reading.skipped[0].reason


def test_greys_of_twelve_bits_are_stretched_by_one_factor():
    values = {f"{name}/{n:02}.png": grey(n * 170) for name in ("cat", "dog") for n in range(25)}  # up to 4080
    splits = read(values).splits
    for part in splits.parts.values():
        for image, file in zip(part.images, part.attributes["file"], strict=True):
            assert image[0, 0, 0] == pytest.approx(int(file[4:6]) * 170 / 4095 * 255, abs=0.51)


def test_a_grey_of_sixteen_bits_keeps_its_meaning_beside_dark_ones():
    splits = read(
        {f"{name}/{n:02}.png": grey(3000 if n else 60_000) for name in ("cat", "dog") for n in range(12)}
    ).splits
    brightest = {int(image.max()) for part in splits.parts.values() for image in part.images}
    assert brightest == {round(3000 / 257), round(60_000 / 257)}


def test_400_80_and_2_pictures():
    found = said(classes({"cat": 40, "dog": 20, "gull": 2}))
    assert "gull" in found["missing_class"]
    assert "gull (2 pictures)" in found["few_pictures"]
    assert "of cat to learn from, and 2 pictures of gull" in found["uneven_classes"]


def test_a_class_that_a_part_lacks_and_one_that_cannot_be_learned():
    files = {f"{part}/{name}": content for part in ("train", "val") for name, content in TWO.items()}
    found = said({**files, "test/cat/1.png": picture(), "test/owl/1.png": picture()})
    assert found["missing_class"] == "No test picture shows dog, so nothing can be said about that class there."
    assert "left out: owl" in found["unlearned_class"]


def test_an_empty_class_folder_is_named():
    assert "owl" in said({**TWO, "owl/": b""})["empty_class"]
    assert "owl" in said({**TWO, "owl/readme.txt": b"soon"})["empty_class"]


def test_only_what_is_learned_from_is_limited_and_said():
    files = {f"train/{name}": content for name, content in classes({"cat": 30, "dog": 12}).items()}
    files |= {f"test/{name}": content for name, content in classes({"cat": 40, "dog": 9}).items()}
    reading = read(files, most=20)
    assert len(reading.splits.test) == 49
    assert len(reading.splits.train) + len(reading.splits.validation) == 32
    (note,) = [note for note in reading.notes if note.kind == "left_out"]
    assert "10 of cat" in note.sentence


def test_a_part_without_a_folder_is_said_to_be_dealt():
    files = {f"{part}/{name}": content for part in ("train", "dev") for name, content in TWO.items()}
    assert said(files)["dealt"].startswith("There is no test folder: 4 pictures")


def test_names_from_a_chinese_windows_and_two_spellings():
    content = zipped({f"{name}/{n}.png": picture((n, 0, 0)) for name in ("AAAA", "BBBB") for n in range(12)})
    for plain, name in (("AAAA", "健康"), ("BBBB", "黑斑")):
        content = content.replace(plain.encode(), name.encode("gbk"))
    reading = read_folder(content)
    assert reading.splits.class_names == ("健康", "黑斑")
    assert "Chinese (GBK)" in next(note.sentence for note in reading.notes if note.kind == "encoding")
    merged = said({**TWO, "Cat/x.png": picture(), "./dog//y.png": picture()})
    assert "'Cat', 'cat' as cat" in merged["merged_classes"]


def test_names_that_mislead_are_shown_for_what_they_are():
    reading = read({**classes({"cat": 12, "do\u202eg": 12}), "cat/a\nb.txt": b""})
    assert reading.splits.class_names == ("cat", "do�g")
    assert [item.name for item in reading.skipped] == ["cat/a�b.txt"]
