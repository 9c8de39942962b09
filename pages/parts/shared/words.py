"""Words that several screens use. What the field's terms mean stands in the glossary."""

from __future__ import annotations

from core.glossary import meaning
from core.text import confidence_words, join_words, with_article

__all__ = ["confidence_words", "join_words", "meaning", "with_article"]
