"""What has not been shown: derived from what was not run, and never empty."""

from __future__ import annotations

from core.hunches import hunches
from core.hunches.base import FAMILIES
from core.report.facts import Facts
from core.report.layout import Link, Section, SectionInfo
from core.report.sentences import FEW, count
from core.text import join_words


def section(facts: Facts) -> Section:
    """One point for each thing that nobody has looked at, and those that no test can show."""
    parts = (_examined, _untested, _open, _unproven, _heatmaps, _few, _exam, _groups, _twice)
    points = [text for part in parts if (text := part(facts))]
    return Section(
        name="gaps",
        title="What has not been shown?",
        sentences=("A report can only cover what was tested. This was not, or cannot be:",),
        points=(*points, *_never(facts)),
        link=Link("diagnosis", "Look further") if facts.suspects is None else Link("hunches", "Look further"),
    )


def _examined(facts: Facts) -> str:
    return "It was not searched for flaws." if facts.suspects is None else ""


def _untested(facts: Facts) -> str:
    """Kinds of hunches of which none was tested."""
    known = hunches()
    tried = {known[hunch.hunch].family for hunch in facts.tested if hunch.hunch in known}
    left = [words.plain for family, words in FAMILIES.items() if family not in tried]
    return f"Nobody tested whether its answers rest on {join_words(left, 'or')}." if left else ""


def _open(facts: Facts) -> str:
    open_ones = sum(hunch.conclusion == "inconclusive" for hunch in facts.tested)
    return f"{count(open_ones, 'test')} gave no clear answer." if open_ones else ""


def _unproven(facts: Facts) -> str:
    if facts.repaired is not None:
        return ""
    if facts.shortcuts or facts.raised or facts.drop:
        return "What was found is not fixed, and no fix was tried."
    return ""


def _heatmaps(facts: Facts) -> str:
    if facts.heatmap is not None:
        return "A heatmap shows where it looked, and not what it saw there."
    return "What it looked at is not known: no heatmap could be believed."


def _few(facts: Facts) -> str:
    few = [each.name for each in facts.classes if each.n < FEW]
    return f"Little can be said about {join_words(few)}: fewer than {FEW} pictures each were tested." if few else ""


def _exam(facts: Facts) -> str:
    if facts.second is not None:
        return ""
    return (
        "There was no second test with other habits: its test pictures come from the same place as those it was "
        "trained on."
    )


def _groups(facts: Facts) -> str:
    return "" if facts.groups is not None else "It may do worse on some groups of pictures: no groups are known."


def _twice(facts: Facts) -> str:
    return (
        ""
        if facts.repaired is not None
        else "If it is trained again, it may turn out differently: this is one network, trained once."
    )


def _never(facts: Facts) -> tuple[str, ...]:
    """What no test on these pictures can show."""
    things = f"{len(facts.class_names)} things"
    return (
        f"It knows {things} and nothing else. Shown anything else, it still names one of them.",
        "Pictures from another camera, place or time were not tried.",
    )


SECTION = SectionInfo("gaps", section, order=90)
