"""The screen that names the flaw: looked for on a press, shown in full, and kept for whoever follows the link."""

from __future__ import annotations

from urllib.parse import parse_qsl

import numpy as np
import pytest

from core.diagnosis import detectors, history
from core.diagnosis.base import Suspect, bars
from core.errors import Unavailable
from core.experiments.study.conclusions.advice_file import read_advice
from core.experiments.study.conclusions.recommend import NOT_PLANTED, on_silence, recommend
from core.experiments.study.conclusions.titles import tool_title
from core.flaws import names
from pages.parts.markdown import literal
from pages.parts.shared import study_advice

from .conftest import problems, store_of

PAGE = "pages/diagnosis.py"


def suspect(flaw: str, *, raised: bool, **changes) -> Suspect:
    mask = np.zeros((32, 32), bool)
    mask[:8, 24:] = True
    plain = {
        "flaw": flaw, "title": flaw.capitalize(), "raised": raised, "score": 0.9 if raised else 0.2,
        "level": "flaw" if raised else "silent",
        "p_value": 0.01 if raised else 0.6, "statistic": 0.4, "threshold": 0.1, "evidence": f"Seen: {flaw}.",
        "looked": f"Looked for: {flaw}.", "data": bars(["boot", "bag"], [0.4, 0.05], [0.1, 0.1]), "axis": "pull",
        "fixes": ("region_removed",), "hunch": "rectangle_covered",
        "settings": {"x": 0.75, "y": 0.0, "width": 0.25, "height": 0.25}, "mask": mask,
        "box": (0.75, 0.0, 1.0, 0.25), "part": "test", "indices": np.array([3, 1]),
    }  # fmt: skip
    return Suspect(**plain | changes)


def headings(app) -> list[str]:
    return [item.value for item in app.header]


def links(app) -> dict[str, dict[str, str]]:
    return {item.proto.label: dict(parse_qsl(item.proto.query_string)) for item in app.get("page_link")}


def test_nothing_is_looked_for_before_a_press(visit, small_run):
    app = visit(PAGE, run=small_run)
    assert not problems(app)
    assert "Not searched yet" in headings(app)[0]


def test_a_press_looks_for_every_flaw_and_the_result_is_kept(visit, small_run):
    app = visit(PAGE, run=small_run)
    app.button(key="look").click().run(timeout=300)
    assert not problems(app)
    kept = history.load(small_run, store=store_of())
    assert {one.flaw for one in kept} == set(detectors()) <= {*names(), "shortcut"}
    told = " ".join(item.value for item in app.markdown)
    assert f"Searched for {len(kept)} flaws" in told
    assert headings(visit(PAGE, run=small_run)) == headings(app)


def test_a_suspect_leads_to_its_fix_and_to_the_hunch_that_would_confirm_it(visit, small_run):
    history.save(small_run, [suspect("sticker", raised=True), suspect("tint", raised=False)])
    app = visit(PAGE, run=small_run)
    assert not problems(app)
    assert headings(app)[0].endswith("[Sticker]")
    found = links(app)
    assert '"region_removed"' in found["Fix it"]["fixes"]
    hunch = next(told for label, told in found.items() if label.startswith("Test the hunch"))
    assert hunch["try_rectangle_covered_x"] == "0.75"
    alts = [image.alt for group in app.get("image") for image in group.proto.imgs]
    assert sum("an example of sticker" in text for text in alts) == 2


def test_a_healthy_network_is_told_so_with_what_was_looked_for(visit, small_run):
    history.save(small_run, [suspect(name, raised=False) for name in ("sticker", "tint")])
    app = visit(PAGE, run=small_run)
    assert headings(app)[0].endswith("[Nothing found]")
    assert "Fix it" not in links(app)
    app.selectbox(key="other_flaw").set_value("tint").run()
    assert not problems(app)
    assert any("Seen: tint." in item.value for item in app.markdown)


def told(app) -> str:
    return " ".join(item.value for item in app.markdown)


def test_each_suspect_is_told_with_what_the_study_says_of_its_flaw(visit, small_run):
    planted, study = ("sticker", "place"), read_advice()
    history.save(small_run, [suspect(name, raised=True) for name in (*planted, "duplicates")])
    app = visit(PAGE, run=small_run)
    assert not problems(app)
    text, found = told(app), links(app)
    for name in planted:
        advice = recommend(name, study)
        assert literal(advice.text) in text
        assert literal(advice.note) in text
        title = tool_title(advice.heatmap)
        assert found[f"Look with {title}"]["methods"] == title
        assert found[f"Look with {title}"]["run"] == small_run
    assert text.count(literal(NOT_PLANTED)) == 1
    assert text.index(literal(recommend("sticker", study).text)) < text.index(literal(NOT_PLANTED))
    assert "Do these methods help?" in found


def test_where_nothing_is_found_the_study_says_how_often_that_is_right(visit, small_run):
    history.save(small_run, [suspect("sticker", raised=False)])
    app, silence = visit(PAGE, run=small_run), on_silence(read_advice())
    assert not problems(app)
    assert literal(silence.text) in told(app)
    history.save(small_run, [suspect("sticker", raised=True)], seed=1)
    app = visit(PAGE, run=small_run, diagnosis_seed="1")
    assert literal(silence.text) not in told(app)


def test_advice_that_is_not_there_is_said_and_hides_nothing(visit, small_run, monkeypatch):
    def missing() -> None:
        raise Unavailable("No advice is kept.")

    monkeypatch.setattr(study_advice, "read_advice", missing)
    history.save(small_run, [suspect("sticker", raised=True), suspect("tint", raised=False)])
    app = visit(PAGE, run=small_run)
    assert not problems(app)
    assert "No advice is kept." in told(app)
    assert {"Fix it"} <= set(links(app))
    assert "Other flaws searched for" in headings(app)


@pytest.mark.parametrize("seed", ["1", "7"])
def test_another_seed_is_another_diagnosis(visit, small_run, seed):
    history.save(small_run, [suspect("sticker", raised=True)])
    app = visit(PAGE, run=small_run, diagnosis_seed=seed)
    assert "Not searched yet" in headings(app)[0]
