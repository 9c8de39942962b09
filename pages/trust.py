"""Can we trust it?: a report in plain words on the current network, live, and as a file to send."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from core.report import Facts, Report, ReportSettings
from pages.parts.shared import controls, frame
from pages.parts.state import current_run, links
from pages.parts.state.current_run import Opened
from pages.parts.state.data_source import CLEAN
from pages.parts.trust import calibration, compute
from pages.parts.trust import report as trust_report
from pages.parts.trust.compute import Asked

HERE = "pages/trust.py"


def main() -> None:
    """Draw the screen."""
    with frame.page(HERE, "What can be said about this network, in plain words, for anyone who has to rely on it."):
        body(current_run.require())
        frame.next_step("pages/insight.py", "What have we learned?")


def body(opened: Opened) -> None:
    """The report above its dials. No fragment: in one, a press on "Stop" would wait until it is too late."""
    with frame.boundary():
        place = st.container(width=trust_report.WIDTH)
        with (
            st.container(width=trust_report.WIDTH),
            st.expander("Settings of this report", key="report_dials", icon=":material/tune:"),
        ):
            asked = draw_dials(opened)
        with place:
            draw_report(asked)


def draw_dials(opened: Opened) -> Asked:
    """What the report is about, and how strict it is."""
    title = st.text_input(
        "Title",
        compute.title_of(opened.run),
        key="report_title",
        max_chars=80,
        help="What the network is for. It is the title of the file.",
        bind="query-params",
    )
    second = False
    if opened.training_data.flaw != CLEAN:
        second = st.toggle(
            "Include the evaluation set",
            True,
            key="report_second",
            help="Pictures of the same things with the planted flaw removed. Real teams rarely have such pictures.",
            bind="query-params",
        )
    settings = controls.draw(ReportSettings, "report")
    return Asked(opened, title.strip() or compute.title_of(opened.run), settings, second)


def draw_report(asked: Asked) -> None:
    """The verdict, what one can do with it, and the sections."""
    place = st.container()
    found = compute.facts(asked)
    if found is None:
        return
    report = compute.report_of(asked, found)
    top = report.headline
    frame.answer(top.verdict, top.sentence, top.small, tone=top.tone)
    draw_actions(asked, report, found)
    for section in report.sections:
        if section.name == "sureness":
            calibration.draw(section, report, asked, found)
        else:
            trust_report.draw(section, report)
    if compute.asked_to_examine(asked):
        # Last, so that the report stays in sight meanwhile.
        with place:
            done = compute.run_examination(asked)
        if done:
            st.rerun()


def draw_actions(asked: Asked, report: Report, found: Facts) -> None:
    """Take the report along, send it, or have the network examined first."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if not found.examined and not compute.asked_to_examine(asked):
            st.button(
                "Examine it now",
                type="primary",
                key="examine",
                icon=":material/troubleshoot:",
                on_click=compute.ask_to_examine,
                args=(asked,),
                help="Tests the usual wrong reasons, each against its control. Takes about twenty seconds.",
            )
        st.download_button(
            "Download as one file",
            compute.page(report, _base_url()),
            "trust-report.html",
            "text/html",
            key="download_report",
            icon=":material/download:",
            on_click="ignore",
            help="A page that opens without a network connection, on any phone, and prints well.",
        )
        links.copy_button("copy_report")


def _base_url() -> str:
    """Where this server is, as the reader's browser sees it; empty where that is not known."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


main()
