"""The report as one HTML page that needs nothing else."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from core.report import drawing
from core.report.layout import Link, Report, address


def html(report: Report, base_url: str = "") -> str:
    """The whole page.

    Args:
        report: what it says.
        base_url: where Hunch runs, such as "https://hunch.example.org"; links are relative where it is empty.
    """

    def link(to: Link) -> str:
        return address(report, to, base_url)

    template = _environment().get_template("report.html.j2")
    return template.render(report=report, link=link, svg=drawing.svg, png=drawing.png)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("core.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
