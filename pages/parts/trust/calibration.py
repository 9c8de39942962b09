"""How sure the network is against how right it is, and the one-click fix: before and after."""

from __future__ import annotations

import streamlit as st

from core.errors import HunchError
from core.glossary import meaning
from core.report import Facts, Report, charts
from core.report.layout import Chart, Drawing, Palette, Section
from core.report.sentences import count_score, of_hundred
from core.trust import Temperature
from pages.parts.shared import style
from pages.parts.trust import compute
from pages.parts.trust import report as trust_report
from pages.parts.trust.compute import Asked

FIXED = "trust_fixed"


def draw(section: Section, report: Report, asked: Asked, facts: Facts) -> None:
    """The section with its switch."""
    trust_report.draw_words(section)
    found = facts.sureness
    if found is None:
        trust_report.draw_rest(section, report)
        return
    label = "Calibrate and compare" if found.helps else "Calibrate anyway and compare"
    on = st.toggle(label, key=FIXED, help=meaning("temperature scaling"), bind="query-params")
    if on:
        _compare(facts, found)
        _offer(asked, found)
    trust_report.draw_rest(section, report, chart=_both(found) if on else None)


def _compare(facts: Facts, found: Temperature) -> None:
    """The same questions before and after."""
    with st.container(horizontal=True, gap="medium"):
        for title, side, at in (("As it is", found.before, 0), ("With the fix", found.after, 1)):
            with st.container(width=330, border=True, key=f"sureness_{at}"):
                st.markdown(f"**{title}**")
                st.markdown(
                    f"It says {side.confidence:.1%} on average, and is right {100 * side.accuracy:.1f} times in 100."
                )
                if facts.near_ninety is not None and facts.near_ninety[at].n:
                    score = facts.near_ninety[at]
                    st.markdown(f"When it says 90%, it is right {of_hundred(score, 'times in 100')}.")
                    style.small(f"{count_score(score, 'answers')}. Calibration error {side.ece:.3f}.")
    change = "less sure" if found.value > 1 else "surer"
    st.markdown(f"No answer changes. Each only gets {change}.")


def _both(found: Temperature) -> Chart:
    def drawn(palette: Palette) -> Drawing:
        return charts.reliability(found.before.bins, found.after.bins, palette)

    return Chart(drawn, "Right answers by how sure the network is, as it is and with the fix")


def _offer(asked: Asked, found: Temperature) -> None:
    """The network with the fix, to take along."""
    try:
        content = compute.calibrated(asked.opened, found.value)
    except HunchError as error:
        style.small(error.sentence)
        return
    st.download_button(
        "Download the network with this fix",
        content,
        "calibrated.keras",
        "application/octet-stream",
        key="calibrated",
        icon=":material/download:",
        on_click="ignore",
    )
