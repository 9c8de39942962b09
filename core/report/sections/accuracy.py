"""How often the network is right: overall, by class, and in the worst group."""

from __future__ import annotations

from core.report import charts
from core.report.facts import AccuracyScore, Facts
from core.report.layout import Chart, Drawing, Link, Palette, Section, SectionInfo
from core.report.sentences import caution, count, count_score, glossary_terms, of_hundred

MOST = 15
"""Lines of the chart."""


def section(facts: Facts) -> Section:
    """Natural frequencies with their intervals, and a chart of them."""
    rows = _rows(facts)

    def draw(palette: Palette) -> Drawing:
        return charts.scores(rows, palette)

    sentences = (_overall(facts), _classes(facts), _worst(facts), _second(facts))
    return Section(
        name="accuracy",
        title="How often is it right?",
        sentences=tuple(text for text in sentences if text),
        chart=Chart(draw, "Right answers of 100 with their ranges: " + _spelled(rows)) if rows else None,
        terms=_terms(facts),
        link=Link("attribution", "See right and wrong answers", {"from": "test"}),
    )


def _rows(facts: Facts) -> list[tuple[str, AccuracyScore]]:
    rows = [("all", facts.overall), *((each.name, each) for each in facts.classes)]
    rows = [row for row in rows if row[1].n][:MOST]
    if facts.groups is not None:
        rows.append((f"worst: {facts.groups.worst.name}", facts.groups.worst))
    if facts.second is not None:
        rows.append(("second exam", facts.second))
    return rows


def _spelled(rows: list[tuple[str, AccuracyScore]]) -> str:
    return "; ".join(f"{name} {of_hundred(score)}" for name, score in rows) + "."


def _overall(facts: Facts) -> str:
    from core.report.headline import usual

    return glossary_terms(usual(facts), caution(facts.overall))


def _classes(facts: Facts) -> str:
    known = [each for each in facts.classes if each.n]
    if len(known) < 2:
        return ""
    best, worst = max(known, key=lambda each: each.share), min(known, key=lambda each: each.share)
    if worst.high >= best.low:
        return "No class stands out: they differ less than these pictures can show."
    return glossary_terms(
        (
            f"It knows {best.name} best: of 100, it gets {of_hundred(best, 'right')}. It finds {worst.name} "
            f"hardest: {of_hundred(worst)}."
        ),
        caution(worst),
    )


def _worst(facts: Facts) -> str:
    if facts.groups is None:
        return "Nothing is known about groups of pictures, such as day and night, so no worst group can be named."
    worst, all_of_it = facts.groups.worst, facts.overall if facts.second is None else facts.second
    start = f"Of {count(facts.groups.looked, 'group')} of pictures, it does worst on this one: {worst.name}."
    if worst.high >= all_of_it.share:
        return f"{start} But that may be chance: some group must come last."
    return glossary_terms(start, f"There it gets {of_hundred(worst, 'of 100 right')}.", caution(worst))


def _second(facts: Facts) -> str:
    if facts.second is None:
        return ""
    start = "A second test shows the same things, but breaks habits that its own pictures may have."
    same = "That is as good as before, as far as we can tell." if not facts.drop else "So it relies on such habits."
    return f"{start} Of 100 such pictures, it gets {of_hundred(facts.second, 'right')}. {same}"


def _terms(facts: Facts) -> dict[str, str]:
    overall = facts.overall
    terms = {
        "Accuracy": f"{overall.share:.1%} ({count_score(overall)}), interval {overall.low:.1%} to {overall.high:.1%} "
        "by Wilson's formula.",
        "By class": "; ".join(f"{each.name} {each.share:.1%} of {each.n}" for each in facts.classes if each.n) + ".",
    }
    if facts.groups is not None:
        worst = facts.groups.worst
        terms["Worst-group accuracy"] = (
            f"{worst.share:.1%} ({count_score(worst)}, {worst.name}), interval {worst.low:.1%} to {worst.high:.1%}, "
            f"corrected for {facts.groups.looked} groups."
        )
    return terms


SECTION = SectionInfo("accuracy", section, order=20)
