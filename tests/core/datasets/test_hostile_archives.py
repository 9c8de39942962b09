"""Archives that were made to do harm: a sentence each, soon and in little memory, and nothing left on disk."""

import io
import stat
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from core.datasets import check_upload, read_folder
from tests.core.datasets.archives import TWO, classes, picture, zipped
from tests.core.datasets.test_pictures import png_header
from tests.hostile import cost, left_behind, sentence_of

SECONDS, MEGABYTES = 10, 500


def large(mode="RGB", size=(7000, 7000), kind="PNG", **options):
    return picture(0, mode, size, kind, **options)


def only(content, ending="png", count=12):
    """An archive in which every picture is this one."""
    return zipped({f"{name}/{number}.{ending}": content for name in ("cat", "dog") for number in range(count)})


def overlapping():
    """Two hundred entries that all lie on the same bytes."""
    content = bytearray(zipped({"cat/000.png": large(size=(4000, 4000))}))
    start = content.rindex(b"PK\x01\x02")
    entry, end = bytes(content[start : content.rindex(b"PK\x05\x06")]), bytes(content[content.rindex(b"PK\x05\x06") :])
    names = [f"{'cat' if number % 2 else 'dog'}/{number:03}.png" for number in range(200)]
    entries = b"".join(entry.replace(b"cat/000.png", name.encode()) for name in names)
    return bytes(content[:start]) + entries + end[:8] + struct.pack("<HHI", 200, 200, len(entries)) + end[16:]


def claimed(count, length):
    """An archive whose end claims so many entries and so long a directory."""
    content = zipped(TWO)
    end = content.rindex(b"PK\x05\x06")
    return content[:end] + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, length, 0, 0)


def crowded():
    """A quarter of a million entries, as one short entry written out again and again."""
    content = zipped({"a": b""})
    start, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    directory = content[start:end] * 250_000
    last = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 9, 9, len(directory), start, 0)
    return content[:start] + directory + last


def encrypted():
    content = bytearray(zipped(TWO))
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 1)
    return bytes(content)


def links():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in TWO:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
    return stream.getvalue()


def noise(length=20_000):
    return np.random.default_rng(0).integers(0, 256, length, np.uint8).tobytes()


def scans():
    """A progressive JPEG of 49 million pixels whose last scan is repeated two hundred times."""
    content = large(kind="JPEG", progressive=True, mode="L")
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * 200 + content[-2:]


def many_classes():
    return zipped({f"{number:05}/1.png": picture() for number in range(1500)})


def animation():
    stream = io.BytesIO()
    frames = [Image.new("L", (6000, 6000), shade) for shade in range(3)]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    return stream.getvalue()


def text_bomb():
    """A PNG with a compressed comment that unpacks to 200 MB."""
    comment = b"Comment\0\0" + zlib.compress(bytes(200 * 10**6), 9)
    chunk = struct.pack(">I", len(comment)) + b"zTXt" + comment + struct.pack(">I", zlib.crc32(b"zTXt" + comment))
    plain = picture()
    return plain[:33] + chunk + plain[33:]


REFUSED = {
    "nothing": lambda: b"",
    "text": lambda: b"hello",
    "noise": noise,
    "noise with a zip's head": lambda: b"PK\x03\x04" + noise(),
    "an empty archive": lambda: zipped({}),
    "an archive cut in half": lambda: zipped(TWO)[: len(zipped(TWO)) // 2],
    "an archive without its first half": lambda: zipped(TWO)[len(zipped(TWO)) // 2 :],
    "a directory that lies elsewhere": lambda: claimed(24, 2**31),
    "65,535 entries claimed": lambda: claimed(65_535, 50),
    "4 billion entries": lambda: claimed(65_535, 2**32 - 2),
    "250,000 entries": crowded,
    "200 entries on the same bytes": overlapping,
    "every file encrypted": encrypted,
    "every file a link": links,
    "every path out of the archive": lambda: zipped({f"../../{name}": content for name, content in TWO.items()}),
    "every path from the root": lambda: zipped({f"/{name}": content for name, content in TWO.items()}),
    "every file hidden": lambda: zipped({f"__MACOSX/{name}": content for name, content in TWO.items()}),
    "a compression that needs gigabytes": lambda: zipped(TWO, zipfile.ZIP_LZMA),
    "no picture": lambda: zipped({f"{name}.txt": content for name, content in TWO.items()}),
    "names alone": lambda: only(b""),
    "scripts that are called pictures": lambda: only(b"#!/bin/sh\nrm -rf /\n"),
    "vector drawings that are called pictures": lambda: only(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n"),
    "archives that are called pictures": lambda: only(zipped(TWO)),
    "one class": lambda: zipped(classes({"cat": 20})),
    "1,500 classes": many_classes,
    "24 pictures of 49 million pixels in 200 kB": lambda: only(large()),
    "24 grey pictures of 49 million pixels": lambda: only(large("L")),
    "24 black and white pictures of 49 million pixels": lambda: only(large("1")),
    "24 JPEGs of 49 million pixels": lambda: only(large(kind="JPEG"), "jpg"),
    "24 animations of 36 million pixels a frame": lambda: only(animation(), "gif"),
    "24 pictures that claim 10 billion pixels": lambda: only(png_header(100_000, 100_000)),
    "24 pictures of one pixel": lambda: only(picture(size=(1, 1))),
    "two files of 100 MB": lambda: only(bytes(100 * 10**6), count=1),
    "eight files of 60 MB": lambda: only(b"BM" + bytes(60 * 10**6), "bmp", 4),
    "JPEGs of 200 scans": lambda: only(scans(), "jpg"),
    "pictures with a comment of 200 MB": lambda: only(text_bomb()),
    "plain PPM of 40 million pixels": lambda: only(b"P3 7000 6000 255\n" + b"0 " * 10**6, "ppm"),
    "raw PPM that is decoded pixel by pixel": lambda: only(b"P6 4000 4000 100\n" + bytes(48 * 10**6), "ppm", 3),
    "TIFFs that go round in circles": lambda: only(
        b"II*\0\x08\0\0\0" + b"\x01\0" + struct.pack("<HHII", 256, 4, 1, 9) + struct.pack("<I", 8), "tif"
    ),
    "a name of 60,000 characters": lambda: zipped({"a" * 60_000 + "/1.png": picture()}),
    "folders 10,000 deep": lambda: zipped({"a/" * 10_000 + "1.png": picture()}),
    "classes in a table that does not end": lambda: zipped(
        {**{f"{n}.png": picture() for n in range(9)}, "x.csv": b'filename,label\n"' + b"a" * 30 * 10**6}
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore")
def test_a_hostile_archive_gets_a_sentence_soon(name, tmp_path, monkeypatch):
    content = REFUSED[name]()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with cost() as measured:
        sentence = sentence_of(lambda: read_folder(content))
    print(f"{name}: {len(content)} bytes, {measured.seconds:.2f} s, {measured.megabytes:.0f} MB. {sentence[:300]}")
    assert measured.seconds < SECONDS
    assert measured.megabytes < MEGABYTES
    assert len(sentence) < 2000
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "L", "I;16", "CMYK", "1"])
def test_the_largest_picture_takes_little_memory(mode):
    file = large(mode, kind="TIFF", compression="tiff_deflate") if mode == "CMYK" else large(mode)
    content = zipped({**TWO, "cat/large.png": file})
    with cost() as measured:
        reading = read_folder(content)
    print(f"{mode}: {measured.seconds:.2f} s, {measured.megabytes:.0f} MB")
    assert reading.skipped == []
    assert measured.megabytes < MEGABYTES


def test_an_upload_is_refused_before_anything_is_decoded(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", never)
    for name in ("24 pictures of 49 million pixels in 200 kB", "JPEGs of 200 scans", "1,500 classes"):
        sentence_of(lambda name=name: check_upload(REFUSED[name]()))
    check_upload(zipped(TWO))


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("HUNCH_UPLOAD_BYTES", 2**20, "1 megabytes"),
        ("HUNCH_UPLOAD_FILES", 20, "20 files"),
        ("HUNCH_UPLOAD_CLASSES", 2, "2 classes"),
        ("HUNCH_UPLOAD_PIXELS", 10**6, "million pixels"),
        ("HUNCH_DATASET_BYTES", 2**20, "gigabytes"),
    ],
)
def test_every_limit_is_the_operator_s(monkeypatch, variable, value, said):
    files = {**classes({"cat": 30, "dog": 30, "owl": 40}), "cat/large.png": large(size=(2000, 2000))}
    content = zipped(files | ({"notes.bin": noise(2 * 10**6)} if variable == "HUNCH_UPLOAD_BYTES" else {}))
    assert len(read_folder(content).splits.class_names) == 3
    monkeypatch.setenv(variable, str(value))
    assert said in sentence_of(lambda: read_folder(content))


def test_an_upload_has_its_time_and_one_s_own_file_has_no_limit(tmp_path, monkeypatch):
    (tmp_path / "own.zip").write_bytes(zipped(TWO))
    ticks = iter(range(0, 10**6, 60))
    monkeypatch.setattr("time.monotonic", lambda: next(ticks))
    assert "120 seconds" in sentence_of(lambda: read_folder(zipped(TWO)))
    read_folder(tmp_path / "own.zip")
