"""The verdict at the top: never better than what was tested allows."""

from __future__ import annotations

from core.flaws import is_shortcut
from core.report.facts import Facts
from core.report.layout import Headline
from core.report.sentences import count, count_score, glossary_terms, of_hundred, sentence
from core.text import join_words


def headline(facts: Facts) -> Headline:
    """The first rule that applies: guessing, a shortcut, another flaw, a drop on the second test, never examined, and
    so on.

    The good verdict is what remains if none does.

    Args:
        facts: everything that was measured.
    """
    rules = (_guessing, _shortcut, _accused, _falls, _unexamined, _unsettled, _few)
    return next((found for rule in rules if (found := rule(facts))), _clear(facts))


def usual(facts: Facts) -> str:
    """How it does on pictures like its own, in one sentence."""
    return f"Of 100 pictures like these, it gets {of_hundred(facts.overall, 'right')}."


def _guessing(facts: Facts) -> Headline | None:
    taught = facts.taught.values()
    chance = max(1 / len(facts.class_names), max(taught, default=0) / max(1, sum(taught)))
    if facts.overall.low > chance:
        return None
    words = "That is no better than guessing, as far as these pictures can tell."
    return Headline("Do not use it", f"{usual(facts)} {words}", _small(facts), "bad")


def _shortcut(facts: Facts) -> Headline | None:
    """A shortcut that was found on this very network, and so is not fixed in it."""
    shortcut, proof = _shortcuts(facts)
    if not shortcut:
        return None
    start = "It is right for the wrong reason."
    fix = ""
    if facts.repaired is not None and facts.repaired.best and not facts.repaired.this:
        fix = "A fix was tried, but this is the network from before it."
    return Headline(
        "Do not trust it yet", glossary_terms(start, shortcut, proof, _second(facts), fix), _small(facts), "bad"
    )


def _shortcuts(facts: Facts) -> tuple[str, str]:
    """What the shortcut is, and what shows it; empty for none."""
    if facts.shortcuts:
        first = facts.shortcuts[0]
        return sentence(first.reading), sentence(first.sentence)
    for suspect in facts.raised:
        if is_shortcut(suspect.flaw):
            return f"The search for flaws points to this one: {suspect.title.lower()}.", sentence(suspect.evidence)
    return "", ""


def _accused(facts: Facts) -> Headline | None:
    if not facts.raised:
        return None
    first, more = facts.raised[0], len(facts.raised) - 1
    others = f"{count(more, 'more flaw is', 'more flaws are')} suspected." if more else ""
    start = f"The search for flaws points to this one: {first.title.lower()}."
    return Headline(
        "Use it with care", glossary_terms(start, sentence(first.evidence), others, usual(facts)), _small(facts), "bad"
    )


def _falls(facts: Facts) -> Headline | None:
    if not facts.drop:
        return None
    start = "It does well on pictures like those it was trained on, and worse where their habits are broken."
    why = "" if facts.examined else "Nobody has looked yet at why: it was not examined."
    return Headline("Do not trust it yet", glossary_terms(start, _second(facts), why), _small(facts), "bad")


def _unexamined(facts: Facts) -> Headline | None:
    if facts.examined:
        return None
    words = "But it was not examined: nobody has looked yet at why it is right. It may be right for the wrong reason."
    return Headline("Not examined yet", glossary_terms(usual(facts), words), _small(facts), "plain")


def _unsettled(facts: Facts) -> Headline | None:
    open_ones = [hunch for hunch in facts.tested if hunch.looked and hunch.conclusion == "inconclusive"]
    if not open_ones:
        return None
    words = f"We looked for a wrong reason, and {count(len(open_ones), 'test')} gave no clear answer."
    return Headline("Not settled", glossary_terms(usual(facts), words), _small(facts), "plain")


def _few(facts: Facts) -> Headline | None:
    if not facts.overall.wide:
        return None
    words = f"That rests on {count(facts.overall.n, 'picture')}. More pictures are needed to say more."
    return Headline("Too few pictures to say", glossary_terms(usual(facts), words), _small(facts), "plain")


def _clear(facts: Facts) -> Headline:
    looked = []
    if facts.suspects is not None:
        looked.append(f"the search for flaws tried {count(len(facts.suspects), 'kind')} and found none")
    hunches = [hunch for hunch in facts.tested if hunch.looked]
    if hunches:
        looked.append(f"{count(len(hunches), 'test')} for a wrong reason found none")
    found = sentence(join_words(looked))
    fixed = "This is the network with the fix." if facts.repaired is not None and facts.repaired.this else ""
    limits = "That is no proof that there is none: see what was not shown."
    return Headline("No flaw found", glossary_terms(usual(facts), fixed, found, limits), _small(facts), "good")


def _second(facts: Facts) -> str:
    if facts.second is None:
        return ""
    where = "On a test that breaks the habits of its own pictures"
    return (
        f"{where}, it gets {of_hundred(facts.second, 'of 100 right')}. On its own it gets {of_hundred(facts.overall)}."
    )


def _small(facts: Facts) -> str:
    parts = [count_score(facts.overall, "test pictures")]
    if facts.second is not None:
        parts.append(count_score(facts.second, "pictures of the second test"))
    ranges = f"ranges hold in {facts.settings.confidence:.0%} of cases"
    return f"{'; '.join(parts)}; {ranges}."
