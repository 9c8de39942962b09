"""The result of the search for flaws."""

from __future__ import annotations

from core.report.facts import Facts
from core.report.layout import Link, Section, SectionInfo
from core.report.sentences import count, glossary_terms, sentence
from core.text import join_words


def section(facts: Facts) -> Section:
    """The accused with their evidence, and what else was looked for."""
    title, link = "Was it searched for flaws?", Link("diagnosis", "Find the flaw")
    if facts.suspects is None:
        words = "No. This network was not examined for flaws, so none can be ruled out."
        if facts.examined:
            words = "Not yet. Only the guesses above were tested. Nobody has searched for all known flaws."
        return Section("diagnosis", title, (words,), link=link)
    quiet = [suspect for suspect in facts.suspects if not suspect.raised and not suspect.leaning]
    cleared = [suspect.title.lower() for suspect in quiet if suspect.examined]
    unseen = [suspect.title.lower() for suspect in quiet if not suspect.examined]
    leaning = [suspect for suspect in facts.suspects if suspect.leaning]
    looked = f"Yes. {count(len(facts.suspects), 'kind of flaw was', 'kinds of flaws were')} looked for."
    found = f"{count(len(facts.raised), 'is', 'are')} suspected." if facts.raised else "None is suspected."
    rest = f"Looked for and not found: {join_words(cleared)}." if cleared else ""
    open_ones = f"Could not be looked for here: {join_words(unseen)}." if unseen else ""
    return Section(
        name="diagnosis",
        title=title,
        sentences=tuple(text for text in (glossary_terms(looked, found), rest, open_ones) if text),
        points=tuple(
            [glossary_terms(f"{suspect.title}.", sentence(suspect.evidence)) for suspect in facts.raised]
            + [glossary_terms(f"Worth knowing: {suspect.title}.", sentence(suspect.evidence)) for suspect in leaning]
        ),
        link=link,
    )


SECTION = SectionInfo("diagnosis", section, order=70)
