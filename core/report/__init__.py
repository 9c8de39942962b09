"""Can we trust it? A report on a trained network in plain words.

`write()` makes one HTML file: `gather()` measures, `compose()` puts it into words, and `html()` renders it. All are
imported, with TensorFlow, on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_import import lazy_import

if TYPE_CHECKING:
    from core.report.facts import Facts
    from core.report.gather import gather, with_findings
    from core.report.layout import Report, Section, address
    from core.report.page import html
    from core.report.quick_look import Repeat, examine_quickly, hunches_to_repeat, recorded_findings
    from core.report.sections import compose
    from core.report.settings import ReportSettings
    from core.report.write import write

_PLACES = {
    "Facts": "facts",
    "Report": "layout",
    "ReportSettings": "settings",
    "Section": "layout",
    "address": "layout",
    "compose": "sections",
    "Repeat": "quick_look",
    "examine_quickly": "quick_look",
    "gather": "gather",
    "html": "page",
    "hunches_to_repeat": "quick_look",
    "recorded_findings": "quick_look",
    "with_findings": "gather",
    "write": "write",
}

__all__ = [
    "Facts",
    "Repeat",
    "Report",
    "ReportSettings",
    "Section",
    "address",
    "compose",
    "examine_quickly",
    "gather",
    "html",
    "hunches_to_repeat",
    "recorded_findings",
    "with_findings",
    "write",
]

__getattr__ = lazy_import(__name__, _PLACES)
