"""File names as people wrote them: archives from other systems, other encodings, and characters that mislead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Marks that turn the direction of writing, so that a name reads as another.
DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")


def decoded(raw: Sequence[bytes]) -> tuple[list[str], str]:
    """Names that an archive does not mark as UTF-8, all in the one encoding that fits them.

    Args:
        raw: the names as bytes.

    Returns:
        the names, and the encoding: "utf-8", "gb18030" (Chinese Windows), or "cp437", which is what the format says.
    """
    for encoding, fits in (("utf-8", _is_utf8), ("gb18030", _is_chinese)):
        if all(map(fits, raw)):
            return [name.decode(encoding) for name in raw], encoding
    return [name.decode("cp437") for name in raw], "cp437"


def printable(name: str) -> str:
    """The name with every character that cannot be shown, or that turns the writing, replaced by "�"."""
    return "".join("�" if _misleads(character) else character for character in name)


def clean_path(name: str) -> str | None:
    """A path from the top with single forward slashes; None for one that points out of its archive."""
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or not parts or re.fullmatch("[A-Za-z]:", parts[0]):
        return None
    return printable("/".join(parts))


def _is_utf8(name: bytes) -> bool:
    return _decodes(name, "utf-8")


def _is_chinese(name: bytes) -> bool:
    # GB 2312 holds the common characters. Accented letters of Western code pages come singly, and fit it nowhere.
    return all(_decodes(run, "gb2312") for run in _BEYOND_ASCII.findall(name)) and _decodes(name, "gb18030")


def _decodes(name: bytes, encoding: str) -> bool:
    try:
        name.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _misleads(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in DIRECTION_MARKS
