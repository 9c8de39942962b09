"""Words that several screens use. What the field's terms mean stands in the glossary."""

from __future__ import annotations

from core.glossary import meaning

__all__ = ["meaning", "one", "sure"]


def sure(share: float) -> str:
    """A confidence in words: never 100% where it is not."""
    return "more than 99%" if 0.995 <= share < 1 else f"{share:.0%}"


def one(name: str) -> str:
    """A class with its article: "a boot", "an airplane"."""
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
