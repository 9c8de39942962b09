"""Names of files and classes in other encodings, spellings and forms."""

import unicodedata

import pytest

from core.datasets.archive_names import clean_path, decoded, printable
from core.datasets.spellings import unified


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (("健康/1.png", "病/2.png"), "gb18030"),
        (("健康/1.png", "плохо/2.png"), "utf-8"),
        (("café/1.png", "Zürich.png", "été.png"), "cp437"),
    ],
)
def test_an_archive_s_names_are_read_in_the_encoding_that_fits_all(names, encoding):
    assert decoded([name.encode(encoding) for name in names]) == (list(names), encoding)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("./cat//1.png", "cat/1.png"),
        ("cat\\left\\1.png", "cat/left/1.png"),
        ("cat/./1.png", "cat/1.png"),
        ("n01: cat/1.png", "n01: cat/1.png"),
        ("../1.png", None),
        ("cat/../../1.png", None),
        ("/etc/1.png", None),
        ("\\\\server\\1.png", None),
        ("C:\\cat\\1.png", None),
        ("", None),
        ("./", None),
    ],
)
def test_paths_stay_in_their_archive(path, expected):
    assert clean_path(path) == expected


def test_what_cannot_be_shown_or_turns_the_writing_is_replaced():
    assert printable("a\nb\x00c\u202egnp.exe\udcff") == "a�b�c�gnp.exe�"
    assert printable("می‌خواهم 👩‍🌾") == "می‌خواهم 👩‍🌾"


def test_spellings_of_one_name_are_one_class():
    composed, apart = "é", unicodedata.normalize("NFD", "é")
    found, notes = unified(["Cat", "cat", "cat", "caf" + composed, "caf" + apart, "dog ", "dog"])
    assert found[:3] == ["cat"] * 3
    assert found[3:5] == ["café"] * 2
    assert found[5:] == ["dog"] * 2
    (note,) = notes
    assert note.urgent
    assert "'Cat', 'cat' as cat" in note.sentence


def test_letters_are_kept_apart_by_their_capitals():
    found, notes = unified(["A", "a", "b"])
    assert found == ["A", "a", "b"]
    assert [note.kind for note in notes] == ["letters"]


def test_long_names_are_cut_and_stay_apart():
    found, _ = unified(["a" * 500 + "1", "a" * 500 + "2", "b"])
    assert len(set(found)) == 3
    assert max(map(len, found)) < 110
