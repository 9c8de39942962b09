"""The sections of a report, one per file. `compose` finds every file here."""

from __future__ import annotations

from core.registry import Registry
from core.report.facts import Facts
from core.report.headline import headline
from core.report.layout import Report, SectionInfo, parameters

SECTIONS: Registry[SectionInfo] = Registry("core.report.sections", "SECTION", "sections")


def compose(facts: Facts) -> Report:
    """The whole report in words."""
    return Report(
        title=facts.title,
        headline=headline(facts),
        sections=tuple(part for entry in SECTIONS.entries().values() if (part := entry.write(facts)) is not None),
        key=facts.key,
        parameters=parameters(facts),
        made=facts.made,
    )
