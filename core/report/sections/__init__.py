"""The parts of a report, one a file. A new one is a file and a line in `ORDER`."""

from __future__ import annotations

from core.report.facts import Facts
from core.report.layout import Report, parameters
from core.report.sections import (
    accuracy,
    checking,
    diagnosis,
    examples,
    gaps,
    purpose,
    repair,
    sureness,
    tested,
)
from core.report.sections.headline import headline

ORDER = (purpose, accuracy, sureness, checking, examples, tested, diagnosis, repair, gaps)


def compose(facts: Facts) -> Report:
    """The whole report in words."""
    return Report(
        title=facts.title,
        headline=headline(facts),
        sections=tuple(part.section(facts) for part in ORDER),
        key=facts.key,
        parameters=parameters(facts),
        made=facts.made,
    )
