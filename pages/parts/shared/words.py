"""Words that several screens use. What the field's terms mean stands in the glossary."""

from __future__ import annotations

from core.glossary import meaning
from core.text import joined, one, sure

__all__ = ["joined", "meaning", "one", "sure"]
