"""Two networks side by side: chosen by the link, asked about the same pictures, tested by the same hunch."""

from __future__ import annotations

import json

from core.hunches import hunch_info

from .conftest import parameter, problems

PAGE = "pages/compare.py"


def _headings(app) -> list[str]:
    return [str(item.value) for item in (*app.header, *app.subheader)]


def test_alone_on_a_server_it_says_what_to_do(visit, small_run, monkeypatch):
    monkeypatch.setattr("pages.parts.compare.other_run.listed_runs", list)
    app = visit(PAGE, run=small_run)
    assert not problems(app)
    assert any("nothing to compare with yet" in text for text in _headings(app))


def test_both_are_asked_about_the_same_pictures_and_their_maps_stand_together(visit, small_run, another):
    app = visit(PAGE, run=small_run, **{"with": another})
    assert not problems(app)
    assert app.selectbox(key="compare_with").value == another
    shown = _headings(app)
    for heading in ("One picture, both networks", "Where they differ", "How often each is right", "How they learned"):
        assert heading in shown
    said = " ".join(str(item.value) for item in app.markdown)
    assert "The two networks use" in said
    charts = json.dumps([item.proto.spec for item in app.get("vega_lite_chart")], default=str)
    assert "Smaller" in charts


def test_the_same_hunch_is_tested_on_both_and_kept(visit, small_run, another):
    app = visit(PAGE, run=small_run, **{"with": another})
    app.selectbox(key="both_hunch").select("background_swapped").run()
    app.button(key="both_test").click().run()
    assert not problems(app)
    assert any("of the true class's probability" in str(item.value) for item in app.markdown)
    again = visit(PAGE, run=small_run, both_hunch=hunch_info("background_swapped").title, **{"with": another})
    assert again.button(key="both_test").disabled
    assert any("of the true class's probability" in str(item.value) for item in again.markdown)


def test_another_choice_is_written_into_the_link(visit, small_run, another):
    app = visit(PAGE, run=small_run, **{"with": another})
    chosen = next(key for key in app.selectbox(key="compare_with").options if "Smaller" not in key)
    app.selectbox(key="compare_with").select(chosen).run()
    assert not problems(app) or "take pictures of" in problems(app)[0]
    assert parameter(app, "with") != another


def test_a_link_from_past_runs_leads_here(visit, small_run, another):
    app = visit("pages/train.py", run=small_run)
    labels = [item.proto.label for item in app.get("page_link")]
    assert "Compare" in labels
