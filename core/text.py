"""Small pieces of English that library and screens share."""

from __future__ import annotations

from collections.abc import Sequence


def confidence_words(share: float) -> str:
    """A confidence in words: never 100% where it is not."""
    return "more than 99%" if 0.995 <= share < 1 else f"{share:.0%}"


def with_article(name: str) -> str:
    """A class with its article: "a boot", "an airplane"."""
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def join_words(words: Sequence[str], last: str = "and") -> str:
    """A list in words: "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def lower_first(text: str) -> str:
    """The same within a sentence: without its capital letter."""
    return text[:1].lower() + text[1:]
