"""A report on the screen: the same words, pictures and charts as in the file, in the same order."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from core.report.layout import Chart, Figure, Link, Report, Section
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import charts, frame, gallery, style
from pages.parts.state import presentation_mode

WIDTH, PICTURE, CHART = 780, 112, 460
TERMS = {
    "accuracy": "worst group",
    "sureness": "calibration",
    "examples": "trust badge",
    "tested": "control",
    "checking": "confidence",
    "gaps": "flaw",
}
"""What to explain on hover over a heading, by the section's name."""


def draw(section: Section, report: Report) -> None:
    """One section."""
    draw_words(section)
    draw_rest(section, report)


def draw_words(section: Section) -> None:
    """Its heading, sentences and points."""
    term = TERMS.get(section.name)
    st.subheader(literal(section.title), anchor=False, help=meaning(term) if term else None)
    for sentence in section.sentences:
        st.markdown(literal(sentence))
    if section.points:
        st.markdown("\n".join(f"* {literal(point)}" for point in section.points))


def draw_rest(section: Section, report: Report, *, chart: Chart | None = None) -> None:
    """Its pictures, chart, table, figures for whoever asks, and the way to the screen that made it.

    Args:
        chart: drawn in place of its own.
    """
    draw_figures(section.figures, report)
    shown = chart or section.chart
    if shown is not None:
        draw_chart(shown, f"chart_{section.name}")
    if section.table is not None:
        titles = [literal(title) for title in section.table.titles]
        rows = [dict(zip(titles, map(literal, row), strict=True)) for row in section.table.rows]
        st.table(rows, border="horizontal", hide_index=True)
    if section.terms:
        with st.expander("In numbers, for those who ask", key=f"terms_{section.name}"):
            for term, text in section.terms.items():
                st.markdown(f"**{literal(term)}**  \n{literal(text)}")
    if section.link is not None:
        draw_link(section.link, report, section.link.words)


def draw_figures(figures: tuple[Figure, ...], report: Report) -> None:
    """Answers with their pictures side by side."""
    if not figures:
        return
    with st.container(horizontal=True, gap="medium"):
        for figure in figures:
            with st.container(width=2 * presentation_mode.scaled_side(PICTURE) + 8, gap="xsmall"):
                with st.container(horizontal=True, gap="xsmall"):
                    for image, alt in figure.images:
                        gallery.picture(image, alt, PICTURE)
                mark = ":green-badge[right]" if figure.tone == "good" else ":orange-badge[wrong]"
                style.small(Markdown(f"{mark} {literal(figure.caption)}"))
                if figure.link is not None:
                    draw_link(figure.link, report, figure.link.words)


def draw_chart(chart: Chart, key: str) -> None:
    """A chart in the colours of the theme."""
    palette = {name: style.colour(name) for name in style.PALETTES["light"]}  # type: ignore[arg-type]
    with st.container(width=presentation_mode.scaled_side(CHART)):
        charts.draw(chart.draw(palette), width="stretch", theme=None, key=key, alt=chart.words)


def draw_link(link: Link, report: Report, label: str) -> None:
    """The way to a screen, where that exists."""
    file = f"pages/{link.screen}.py"
    if not report.key or link.screen == "trust" or not (frame.ROOT / file).is_file():
        return
    st.page_link(
        file,
        label=literal(label),
        icon=":material/arrow_outward:",
        query_params={**report.parameters, **link.parameters},
    )
