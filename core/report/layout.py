"""The structure of a report before it becomes a page: sections of plain sentences, with a chart, images or a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

import altair as alt
import numpy as np

from core.report.facts import Facts

Tone = Literal["good", "bad", "plain"]
Palette = Mapping[str, str]
Drawing = alt.LayerChart | alt.FacetChart
Draw = Callable[[Palette], Drawing]


@dataclass(frozen=True)
class Link:
    """A way to the screen that made a figure.

    Args:
        screen: the screen's name in its address, such as "attribution".
        words: what to call the way there.
        parameters: what to set there, beside the run.
    """

    screen: str
    words: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Figure:
    """Pictures of one answer.

    Args:
        images: uint8 (H, W, 3) each, side by side, with what each shows for whoever cannot see it.
        caption: a sentence beneath.
        link: to the screen that made it.
        tone: whether the answer is right.
    """

    images: tuple[tuple[np.ndarray, str], ...]
    caption: str
    link: Link | None
    tone: Tone


@dataclass(frozen=True)
class Chart:
    """A drawing in any colours, and what it shows for whoever cannot see it."""

    draw: Draw
    words: str


@dataclass(frozen=True)
class Table:
    """Rows of short texts under their titles."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Section:
    """One part of a report.

    Args:
        name: a short word, unique in the report.
        title: a heading.
        sentences: what is to be said, in plain words, one paragraph each.
        points: a list beneath.
        figures: pictures.
        chart: a drawing.
        table: rows of numbers.
        terms: the field's words for it and the statistics, for whoever asks: name -> sentence.
        link: to the screen that made it.
    """

    name: str
    title: str
    sentences: tuple[str, ...]
    points: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    link: Link | None = None


@dataclass(frozen=True)
class SectionInfo:
    """A section of the report as its file declares it.

    Args:
        name: the file's name.
        write: the section in words, from the facts; None where there is nothing to say.
        order: its place in the report; lower comes first.
    """

    name: str
    write: Callable[[Facts], Section | None]
    order: int = 1000


@dataclass(frozen=True)
class Headline:
    """What stands at the top: a verdict in a few words, one plain paragraph, and the statistics beneath."""

    verdict: str
    sentence: str
    small: str
    tone: Tone


@dataclass(frozen=True, eq=False)
class Report:
    """A whole report.

    Args:
        title: what it is about.
        headline: its verdict.
        sections: in the order in which they are read.
        key: of the run; empty for a network that is no run of ours.
        parameters: what each link to a screen carries, beside its own.
        made: date, ISO 8601.
    """

    title: str
    headline: Headline
    sections: tuple[Section, ...]
    key: str
    parameters: Mapping[str, str]
    made: str

    def section(self, name: str) -> Section:
        """The section of this name; KeyError where there is none."""
        return {each.name: each for each in self.sections}[name]

    @property
    def text(self) -> str:
        """Everything that is to be read as running text, a sentence or more to a line."""
        lines = [self.headline.verdict + ".", self.headline.sentence]
        for each in self.sections:
            lines += [*each.sentences, *each.points, *(figure.caption for figure in each.figures)]
        return "\n".join(lines)


def address(report: Report, link: Link, base_url: str = "") -> str:
    """The URL of a link; empty if the network is not a stored run that a screen could open.

    Args:
        report: the report.
        link: the link.
        base_url: where Hunch runs.
    """
    if not report.key:
        return ""
    start = f"{base_url.rstrip('/')}/" if base_url else ""
    return f"{start}{link.screen}?{urlencode({**report.parameters, **link.parameters})}"


def parameters(facts: Facts) -> dict[str, str]:
    """What the links of a report carry: the run, and how it was made, so that a server without it can make it."""
    if not facts.key:
        return {}
    recipe = {name: part for name, part in facts.recipe.items() if part}
    text = json.dumps(recipe, separators=(",", ":"), sort_keys=True) if recipe else ""
    return {"run": facts.key, **({"recipe": text} if text else {})}
