"""Right and wrong answers, with the one heatmap that can be believed."""

from __future__ import annotations

from core.report.facts import Example, Facts, MethodTrial
from core.report.layout import Figure, Link, Section, SectionInfo
from core.report.sentences import count, glossary_terms
from core.text import confidence_words, join_words


def section(facts: Facts) -> Section:
    """Pictures, and what to make of them."""
    return Section(
        name="examples",
        title="What did it look at?",
        sentences=tuple(text for text in (_chosen(facts), _heatmap(facts), _object(facts)) if text),
        figures=tuple(_figure(each, facts) for each in facts.examples),
        terms=_terms(facts),
        link=Link("attribution", "Look at more pictures", {"from": "test"}),
    )


def _chosen(facts: Facts) -> str:
    wrong = sum(not each.right for each in facts.examples)
    right = len(facts.examples) - wrong
    parts = []
    if right:
        parts.append(f"Here {'is' if right == 1 else 'are'} {count(right, 'right answer')}, picked at random.")
    if wrong:
        parts.append(f"Then {'comes' if wrong == 1 else 'come'} {count(wrong, 'wrong answer')}: the surest ones.")
    elif right:
        parts.append(f"It got none of {count(facts.overall.n, 'test picture')} wrong.")
    return glossary_terms(*parts)


def _heatmap(facts: Facts) -> str:
    shown = facts.heatmap
    if shown is not None:
        colours = "Orange spots spoke for the answer, blue ones against it." if _signed(shown) else ""
        bright = "" if colours else "Bright spots in the second picture spoke for the answer."
        return glossary_terms(colours, bright, "This kind of heatmap was tested on this network and passed.")
    if not facts.trials:
        return "No heatmap was tested, so none is shown."
    tried = count(len(facts.trials), "kind of heatmap was", "kinds of heatmaps were")
    return f"{tried} tested on this network. None passed, so none is shown."


def _signed(shown: MethodTrial) -> bool:
    from core.attribution import method_info

    info = method_info(shown.method)
    return info.draws_signed(info.Settings())


def _object(facts: Facts) -> str:
    """How much of the evidence lies on the thing itself."""
    shown = facts.heatmap
    lies = shown.badge.localisation if shown is not None and shown.badge is not None else None
    if lies is None:
        return ""
    start = f"The object itself fills {round(100 * lies.chance)} of 100 parts of a picture."
    middle = f"It holds {round(100 * lies.value)} of 100 parts of what counted."
    if lies.multiple.high < 1:
        return f"{start} {middle} So the network looks at what is around the object more than at it."
    if lies.passes:
        return f"{start} {middle}"
    return f"{start} {middle} That is no more than chance would give, as far as we can tell."


def _figure(each: Example, facts: Facts) -> Figure:
    images = [(each.picture, f"A picture of {each.truth}")]
    if each.heatmap is not None:
        images.append((each.heatmap, f"The same picture under a heatmap of what spoke for {each.answer}"))
    verdict = "That is right." if each.right else f"The right answer is {each.truth}."
    shown = facts.heatmap
    chosen = {"from": "test", "picture": str(each.row)} | ({"methods": shown.title} if shown is not None else {})
    return Figure(
        tuple(images),
        f"It says {each.answer}, {confidence_words(each.sure)} sure. {verdict}",
        Link("attribution", "Look closer", chosen),
        "good" if each.right else "bad",
    )


def _terms(facts: Facts) -> dict[str, str]:
    terms = {
        each.title: each.badge.sentence if each.badge is not None else f"Could not be checked. {each.refused}"
        for each in facts.trials
    }
    if terms:
        terms["On what"] = f"Tested on {facts.settings.pictures} test pictures: {join_words([*terms])}."
    return terms


SECTION = SectionInfo("examples", section, order=50)
