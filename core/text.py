"""Small pieces of English that the library and the screens share."""

from __future__ import annotations

from collections.abc import Sequence


def confidence_words(share: float) -> str:
    """A confidence in words, never rounded up to 100%."""
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
    """The text without its capital letter, for use within a sentence."""
    return text[:1].lower() + text[1:]


def p_value_words(p_value: float) -> str:
    """A p-value with three decimals, as "p = 0.012"; "p < 0.001" below that."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"
