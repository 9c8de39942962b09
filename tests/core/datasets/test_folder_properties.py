"""Whatever archive comes: a data set whose parts fit together, or a sentence; never anything else."""

from __future__ import annotations

import io
import warnings
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from core.datasets import FolderSettings, Reading, read_folder
from core.datasets.pictures import decode
from tests.core.datasets.archives import picture, zipped
from tests.hostile import is_sentence, outcome
from tests.profiles import thorough

PICTURES = [
    picture((10, 20, 30)),
    picture(3, "L", (9, 40)),
    picture((1, 2, 3, 4), "RGBA"),
    picture(900, "I;16"),
    picture((5, 5, 5), kind="JPEG"),
    picture((5, 5, 5), kind="GIF"),
    picture((5, 5, 5), kind="BMP"),
    picture((5, 5, 5), kind="TIFF"),
    picture((5, 5, 5), kind="WEBP"),
    picture((5, 5, 5), kind="PPM"),
    picture(1, "1"),
    b"",
    b"hello",
]
FOLDERS = (
    "cat",
    "Cat",
    "dog",
    "owl",
    "train",
    "test",
    "val",
    "seg_train",
    "predict",
    "data",
    "a",
    "A",
    ".",
    "..",
    "",
    "__MACOSX",
)
ENDINGS = (".png", ".jpg", ".JPEG", ".tif", ".gif", ".heic", ".txt", "", ".ppm")

parts = st.one_of(st.sampled_from(FOLDERS), st.text(max_size=6))
paths = st.builds(
    lambda folders, name, ending: "/".join([*folders, name + ending]),
    st.lists(parts, max_size=4),
    st.text("abc019é\u202e健", min_size=1, max_size=3),
    st.sampled_from(ENDINGS),
)
tops = st.lists(st.sampled_from(FOLDERS[:12]), min_size=1, max_size=4, unique=True)
layouts = st.builds(
    lambda wrapper, first, second, count, content: {
        "/".join(filter(None, [wrapper, top, name, f"{number}.png"])): content
        for top in first
        for name in second
        for number in range(count)
    },
    st.sampled_from(("", "data", "train", "my pictures")),
    tops,
    st.one_of(st.just([""]), tops),
    st.integers(1, 9),
    st.sampled_from(PICTURES[:11]),
)
tables = st.lists(st.lists(st.text(max_size=8), max_size=4).map(",".join), max_size=6).map("\n".join).map(str.encode)
contents = st.one_of(st.sampled_from(PICTURES), st.binary(max_size=30), tables)
stray = st.dictionaries(st.one_of(paths, st.just("labels.csv")), contents, max_size=12)
files = st.builds(lambda usual, other: usual | other, layouts, stray)
damage = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=3)


@thorough
@given(
    files,
    st.one_of(st.just([]), damage),
    st.sampled_from((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)),
    st.booleans(),
    st.integers(3, 9),
)
def test_any_archive_gives_a_data_set_or_a_sentence(members, spoiled, compression, colour, most):
    content = bytearray(_zipped(members, compression))
    for place, value in spoiled:
        content[int(place * len(content))] = value
    found = outcome(lambda: read_folder(bytes(content), FolderSettings(size=16, colour=colour, most=most)))
    assert is_sentence(found) or _fits_together(found, 3 if colour else 1)


@thorough
@given(st.sampled_from(PICTURES), damage, st.sampled_from(("crop", "pad", "stretch")), st.integers(1, 40))
def test_any_picture_gives_pixels_or_a_sentence(content, spoiled, fit, side):
    damaged = bytearray(content or b"\0")
    for place, value in spoiled:
        damaged[int(place * len(damaged))] = value
    found = outcome(lambda: decode(bytes(damaged), size=(side, 16), fit=fit).shape)
    assert is_sentence(found) or found == (side, 16, 3)


def _zipped(found: dict[str, bytes], compression: int) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(stream, "w", compression) as archive:
            for name, content in found.items():
                archive.writestr(zipfile.ZipInfo(name or "x"), content, compression)
    return stream.getvalue()


def _fits_together(reading: Reading, channels: int) -> bool:
    splits = reading.splits
    files = [name for part in splits.parts.values() for name in part.attributes["file"]]
    assert len(set(files)) == len(files)
    assert not set(files) & {item.name for item in reading.skipped}
    assert len(splits.class_names) == len(set(splits.class_names)) >= 2
    assert all(part.shape == (16, 16, channels) and len(part) for part in splits.parts.values())
    assert set(splits.train.labels) == set(range(len(splits.class_names)))
    assert [note for note in reading.notes if not note.sentence or "\n" in note.sentence] == []
    return True


def test_an_archive_as_people_make_it_is_read():
    content = zipped({f"{name}/{n}.png": PICTURES[0] for name in ("cat", "dog") for n in range(9)})
    assert _fits_together(read_folder(content, FolderSettings(size=16)), 3)
