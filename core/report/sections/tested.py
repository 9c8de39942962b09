"""The hunches that were tested on this network."""

from __future__ import annotations

from core.report.facts import Facts, Tested
from core.report.layout import Link, Section
from core.report.words import count, said, sentence

VERDICTS = {"supported": "Yes", "not supported": "No", "inconclusive": "Open"}
MOST = 10


def section(facts: Facts) -> Section:
    """Each with its verdict, the ones that found something first."""
    if not facts.tested:
        words = "No guess about this network was put to the test."
        return Section("tested", "Which guesses were tested?", (words,), link=Link("hunches", "Test a guess"))
    shown = facts.tested[:MOST]
    left = len(facts.tested) - len(shown)
    return Section(
        name="tested",
        title="Which guesses were tested?",
        sentences=(_summary(facts),),
        points=(*(_point(hunch) for hunch in shown), *([f"And {count(left, 'more')}."] if left else [])),
        link=Link("hunches", "Test another guess", {"hunch": shown[0].title}),
        terms={
            "A test": "Each guess is tried by changing just that in many pictures, and beside it, by changing as "
            "much of something else. Only a difference between the two counts."
        },
    )


def _summary(facts: Facts) -> str:
    numbers = {key: sum(hunch.conclusion == key for hunch in facts.tested) for key in VERDICTS}
    return (
        f"{count(len(facts.tested), 'guess was', 'guesses were')} put to the test. {numbers['supported']} held, "
        f"{numbers['not supported']} did not, and {numbers['inconclusive']} stayed open."
    )


def _point(hunch: Tested) -> str:
    verdict = VERDICTS[hunch.conclusion]
    return said(f"{hunch.title}: {verdict.lower()}.", sentence(hunch.sentence), sentence(hunch.reading))
