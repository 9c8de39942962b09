"""What the network does, and what it was trained on."""

from __future__ import annotations

from core.report.facts import Facts
from core.report.layout import Link, Section, SectionInfo
from core.report.sentences import count
from core.text import join_words

SHOWN = 12
"""Classes that are named; of more, only their number is said."""


def section(facts: Facts) -> Section:
    """One sentence each."""
    return Section(
        name="purpose",
        title="What it does",
        sentences=(_does(facts.class_names), _taught(facts), *([facts.origin] if facts.origin else [])),
        link=Link("data", "See the pictures"),
    )


def _does(names: tuple[str, ...]) -> str:
    kinds = f": {join_words(names, 'or')}" if len(names) <= SHOWN else ""
    return f"It looks at a picture and says which of {len(names)} things it shows{kinds}."


def _taught(facts: Facts) -> str:
    numbers = list(facts.taught.values())
    total = f"It was trained on {count(sum(numbers), 'picture')}"
    if len(set(numbers)) == 1:
        return f"{total}, {numbers[0]:,} of each."
    least, most = min(facts.taught, key=facts.taught.__getitem__), max(facts.taught, key=facts.taught.__getitem__)
    return f"{total}, from {facts.taught[least]:,} of {least} to {facts.taught[most]:,} of {most}."


SECTION = SectionInfo("purpose", section, order=10)
