"""Whether the network's confidence matches its accuracy, and the one number that corrects it."""

from __future__ import annotations

from core.report import charts
from core.report.facts import AccuracyScore, Facts
from core.report.layout import Chart, Drawing, Link, Palette, Section, SectionInfo
from core.report.sentences import caution, count, glossary_terms, of_hundred
from core.trust.reliability import Calibration
from core.trust.temperature import Temperature

APART = 0.01
"""Mean confidence and accuracy that differ by less than this count as equal."""
FEWEST = 100
"""Number of pictures below which nothing is said about calibration."""


def section(facts: Facts) -> Section:
    """In words first; the figures for whoever asks."""
    link = Link("trust", "See it on the screen")
    if facts.sureness is None:
        words = "There are no pictures kept aside to compare how sure it is with how often it is right."
        return Section("sureness", "Can you believe how sure it is?", (words,), link=link)
    found = facts.sureness

    def draw(palette: Palette) -> Drawing:
        return charts.reliability(found.before.bins, found.after.bins if found.helps else None, palette)

    sentences = (_verdict(found.before), _ninety(facts), fix(facts))
    return Section(
        name="sureness",
        title="Can you believe how sure it is?",
        sentences=tuple(text for text in sentences if text),
        chart=Chart(draw, f"Right answers by how sure the network is. {_verdict(found.before)}"),
        terms=_terms(found),
        link=link,
    )


def fix(facts: Facts) -> str:
    """What the temperature does, in words."""
    found = facts.sureness
    if found is None or facts.near_ninety is None:
        return ""
    if found.before.calibrated:
        return "There is nothing to correct here."
    if not found.helps:
        return "The usual way to correct it was tried, and it does not help here."
    less = "less sure" if found.value > 1 else "surer"
    after = facts.near_ninety[1]
    then = f"Then, when it says 90%, it is right {of_hundred(after, 'times of 100')}." if after.n else ""
    start = f"One number corrects this: it makes every answer {less}, and changes no answer."
    left = "" if found.after.calibrated else "That is better, but not yet good."
    return glossary_terms(start, then, left)


def _verdict(before: Calibration) -> str:
    if before.n < FEWEST:
        return f"With {count(before.n, 'test picture')}, we cannot tell if it is as sure as it should be."
    if before.calibrated:
        return "Yes: it is about as sure as it is right, as far as these pictures can tell."
    gap = before.confidence - before.accuracy
    sure = f"on average it says {before.confidence:.0%}, and it is right {round(100 * before.accuracy)} times of 100"
    if gap > APART:
        return f"No: it is too sure of itself. {sure[0].upper()}{sure[1:]}."
    if gap < -APART:
        return f"No: it is not sure enough. {sure[0].upper()}{sure[1:]}."
    return "Not quite: it is too sure at times, and not sure enough at others."


def _ninety(facts: Facts) -> str:
    if facts.near_ninety is None:
        return ""
    now: AccuracyScore = facts.near_ninety[0]
    if not now.n:
        return "It was never about 90% sure, so we cannot say what that would mean."
    return glossary_terms(f"When it says it is 90% sure, it is right {of_hundred(now, 'times of 100')}.", caution(now))


def _terms(found: Temperature) -> dict[str, str]:
    before, after = found.before, found.after
    return {
        "Expected calibration error": f"{before.ece:.3f} (interval {before.low:.3f} to {before.high:.3f}); a perfect "
        f"network would show {before.chance:.3f} by chance. After the fix: {after.ece:.3f} "
        f"({after.low:.3f} to {after.high:.3f}).",
        "Temperature": f"{found.value:.2f}, fitted on {found.n:,} validation pictures and measured on "
        f"{before.n:,} test pictures (Guo et al. 2017). The network's scores are divided by it.",
        "90% sure": "Answers that are 85% to 95% sure.",
    }


SECTION = SectionInfo("calibration", section, order=30)
