"""The hunches that were tested on this network."""

from __future__ import annotations

from core.report.facts import Facts, TestedHunch
from core.report.layout import Link, Section, SectionInfo
from core.report.sentences import count, glossary_terms, sentence

VERDICTS = {"supported": "Yes", "not supported": "No", "inconclusive": "Open"}
MOST = 8
"""Guesses that held or stayed open and are told one by one."""
CONTROL = (
    "Each guess is tested by changing just that in many pictures. As a control, as much of something else is "
    "changed. Only a difference between the two counts."
)


def section(facts: Facts) -> Section:
    """Each with its verdict: those that held or stayed open one by one, the rest in one line."""
    title = "Which guesses were tested?"
    if not facts.tested:
        words = "No guess about this network was tested."
        return Section("tested", title, (words,), link=Link("hunches", "Test a guess"))
    telling = [hunch for hunch in facts.tested if hunch.conclusion != "not supported"]
    points = [_point(hunch) for hunch in telling[:MOST]]
    points += [f"And {count(len(telling) - MOST, 'other')} like these."] if len(telling) > MOST else []
    return Section(
        name="tested",
        title=title,
        sentences=(_summary(facts),),
        points=(*points, *_rejected(facts)),
        terms={"A test": CONTROL, **_figures(facts)},
        link=Link("hunches", "Test another guess", {"hunch": facts.tested[0].title}),
    )


def _rejected(facts: Facts) -> list[str]:
    """Those that did not hold, each kind once."""
    titles = dict.fromkeys(hunch.title.lower() for hunch in facts.tested if hunch.conclusion == "not supported")
    return [f"These did not hold: {'; '.join(titles)}."] if titles else []


def _figures(facts: Facts) -> dict[str, str]:
    """The figures of those that did not hold."""
    rejected = [hunch for hunch in facts.tested if hunch.conclusion == "not supported"]
    return {f"{number}. {hunch.title}": hunch.sentence for number, hunch in enumerate(rejected, 1)}


def _summary(facts: Facts) -> str:
    numbers = {key: sum(hunch.conclusion == key for hunch in facts.tested) for key in VERDICTS}
    return (
        f"{count(len(facts.tested), 'guess was', 'guesses were')} tested. {numbers['supported']} held, "
        f"{numbers['not supported']} did not, and {numbers['inconclusive']} stayed open."
    )


def _point(hunch: TestedHunch) -> str:
    verdict = VERDICTS[hunch.conclusion]
    return glossary_terms(f"{hunch.title}: {verdict.lower()}.", sentence(hunch.sentence), sentence(hunch.reading))


SECTION = SectionInfo("tested", section, order=60)
