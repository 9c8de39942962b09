"""When a person should check."""

from __future__ import annotations

from core.report.facts import Facts
from core.report.layout import Link, Section, SectionInfo
from core.report.sentences import caution, glossary_terms, of_hundred
from core.text import confidence_words


def section(facts: Facts) -> Section:
    """Below how much sureness a person should look, and when always."""
    return Section(
        name="checking",
        title="When should a person check?",
        sentences=(_always(facts), _level(facts)) if _always(facts) else (_level(facts),),
        terms=_terms(facts),
        link=Link("attribution", "See the answers", {"from": "test"}),
    )


def _always(facts: Facts) -> str:
    if facts.shortcuts or facts.raised or facts.drop:
        return (
            "Always, for now. A network that is right for the wrong reason can be sure and wrong, so how sure it is "
            "helps little with new pictures."
        )
    if not facts.examined:
        return "Nobody has examined it, so check more often than the numbers below say."
    return ""


def _level(facts: Facts) -> str:
    found, wanted = facts.checking, round(100 * facts.settings.wanted)
    if found is None:
        return "No pictures were kept aside to find out how sure is sure enough. Check every answer."
    if found.level is None:
        return f"At no level of confidence were {wanted} of 100 answers right. A person should check every answer."
    if found.level == 0:
        return glossary_terms(
            f"On pictures like these, {wanted} of 100 answers are right even without a check.",
            f"On the test, it got {of_hundred(found.kept, 'of 100 right')}.",
        )
    aside = round(100 * (1 - found.share))
    return glossary_terms(
        f"On pictures like these, check each answer that is less than {confidence_words(found.level)} sure. "
        f"That is about {aside} of 100.",
        f"Of the rest, on the test, it got {of_hundred(found.kept, 'of 100 right')}.",
        caution(found.kept),
    )


def _terms(facts: Facts) -> dict[str, str]:
    found = facts.checking
    if found is None or found.level is None:
        return {}
    return {
        "How the level was found": f"The lowest at which {facts.settings.wanted:.1%} of {found.n:,} validation "
        f"pictures' answers were right; on the test, {found.kept.right:,} of {found.kept.n:,} answers above it were.",
    }


SECTION = SectionInfo("review", section, order=40)
