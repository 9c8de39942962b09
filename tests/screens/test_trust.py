"""Can we trust it?: the report on the screen, the fix of its sureness, and a network that is examined on a press."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.hunches import history
from core.report import ReportSettings, heatmaps
from core.report.sections import SECTIONS
from pages.parts.trust import compute

from .conftest import problems, store_of

PAGE = "pages/trust.py"
QUICK = {"report_pictures": "4", "report_methods": "grad cam"}


@pytest.fixture
def open_report(visit, small_run):
    def go(**dials: str) -> AppTest:
        return visit(PAGE, run=small_run, **{**QUICK, **dials})

    return go


@pytest.fixture
def no_heatmaps(monkeypatch):
    """For what is not about heatmaps: none is tried."""
    monkeypatch.setattr(heatmaps, "try_methods", lambda *_: ())


def _said(app: AppTest) -> str:
    return " ".join(str(item.value) for kind in (app.header, app.subheader, app.markdown) for item in kind)


def _downloads(app: AppTest) -> set[str]:
    return {button.proto.label for button in app.get("download_button")}


def test_the_report_is_there_in_its_order_with_its_dials_and_is_measured_once(open_report, monkeypatch):
    app = open_report()
    assert not problems(app)
    assert app.header[0].value
    assert "not examined" in _said(app)
    assert "Download as one file" in _downloads(app)
    headings = [item.value for item in app.subheader]
    assert len(headings) == len(set(SECTIONS.names()) - {"audit"}), "no audit was made"
    assert headings[-1] == "What has not been shown?"
    pictures = [image.alt for group in app.get("image") for image in group.proto.imgs]
    assert sum(alt.startswith("A picture of") for alt in pictures) >= 3
    drawn = {widget.key for kind in ("slider", "multiselect", "number_input") for widget in app.get(kind)}
    assert {f"report_{dial.name}" for dial in ReportSettings.dials()} <= drawn
    monkeypatch.setattr(compute, "gather", None)
    again = open_report()
    assert not problems(again)
    assert [item.value for item in again.subheader] == headings


def test_the_fix_is_shown_before_and_after_and_can_be_taken_along(open_report, no_heatmaps):
    app = open_report(trust_fixed="true")
    assert not problems(app)
    assert "**With the fix**" in _said(app)
    assert "No answer changes" in _said(app)
    assert "Download the network with this fix" in _downloads(app)
    app.toggle(key="trust_fixed").set_value(False).run()
    assert "**With the fix**" not in _said(app)


def test_a_press_examines_the_network_and_keeps_what_was_found(open_report, small_run, no_heatmaps, monkeypatch):
    monkeypatch.setattr(compute, "PICTURES", 40)
    app = open_report()
    app.button(key="examine").click().run(timeout=120)
    assert not problems(app)
    assert {entry["hunch"] for entry in history.load(small_run, store_of())} >= {"background_swapped", "border_covered"}
    assert "guesses were tested" in _said(app)
    assert "examine" not in {button.key for button in app.button}


def test_the_second_exam_can_be_left_out(open_report, no_heatmaps):
    app = open_report()
    assert "A second test shows" in _said(app)
    app.toggle(key="report_second").set_value(False).run()
    assert "There was no second test" in _said(app)
