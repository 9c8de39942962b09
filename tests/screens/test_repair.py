"""Fix and prove: a link chooses, the plan says the cost, the ladder runs, its network is adopted and given back."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from importlib import import_module
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.acceptance.kinds.hunch import HunchCheck
from core.diagnosis import history as diagnoses
from core.hunches import history as tests
from core.repair import fixes
from pages.parts.diagnosis import compute as diagnosis_compute
from pages.parts.repair import compute, proof_check
from pages.parts.state import caches

from .conftest import follow, parameter, problems, store_of, travel
from .test_diagnosis import suspect
from .test_pages import KINDS

PAGE = "pages/repair.py"
LAST = json.dumps({"last_layer_retrained": {"draws": 2, "learn_from": "train"}})


@pytest.fixture
def arrive(visit, small_run):
    """Open the screen by a link that hands over a fix."""

    def go(given: str = LAST, **more: str) -> AppTest:
        return visit(PAGE, run=small_run, fixes=given, ladder_seeds="1", **more)

    return go


def _press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def _wait(app: AppTest) -> AppTest:
    """Until the ladder on the screen is over."""
    deadline = time.monotonic() + 120
    while any(job.active for job in compute.desk()._jobs.values()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return app.run()


def _headers(app: AppTest) -> list[str]:
    return [str(item.value) for item in app.header]


def test_it_says_so_when_nothing_is_chosen(visit, small_run):
    app = visit(PAGE, run=small_run)
    assert not problems(app)
    assert any("Nothing chosen yet" in text for text in _headers(app))
    assert not problems(follow(app, "Find the flaw first"))


def test_a_link_chooses_fixes_and_their_settings(visit, small_run):
    box = {"where": "box", "left": 0.7, "top": 0.5, "right": 1.0, "bottom": 1.0}
    app = visit(PAGE, run=small_run, fixes=json.dumps({"region_removed": box}))
    assert not problems(app)
    assert app.multiselect(key="fix").value == ["region_removed"]
    assert app.slider(key="fix_region_removed_left").value == pytest.approx(0.7)
    assert app.selectbox(key="fix_region_removed_where").value == "box"
    assert any("Ready to try" in text for text in _headers(app))
    assert any("6 trainings, about" in item.value for item in app.markdown)


@pytest.mark.parametrize("given", ["no json", "[1]", json.dumps({"magic": {}}), json.dumps({"regularised": {"x": 1}})])
def test_a_link_that_cannot_be_read_is_told_in_a_sentence(arrive, given):
    app = arrive(given)
    assert not app.exception
    assert len(app.error) == 1


def test_every_fix_can_be_chosen_and_shows_all_its_dials(visit, small_run):
    app = visit(PAGE, run=small_run, fixes=json.dumps({name: {} for name in fixes()}))
    assert not problems(app)
    keys = {widget.key for kind in KINDS for widget in app.get(kind)}
    dials = {f"fix_{name}_{dial.name}" for name, info in fixes().items() for dial in info.Settings.dials()}
    assert dials <= keys


def test_from_the_link_to_the_proof_and_an_adopted_network_and_back(arrive, small_run, monkeypatch):
    monkeypatch.setattr(diagnosis_compute, "diagnose", lambda *_given, **_named: [suspect("sticker", raised=False)])
    held = {"hunch": "blur", "settings": {}, "pictures": "test", "asked": 40, "seed": 0}
    load = tests.load
    monkeypatch.setattr(
        tests, "load", lambda run, *more: [held | {"conclusion": "supported"}] if run == small_run else load(run, *more)
    )
    app = _wait(_press(arrive(), "start"))
    assert not problems(app)
    assert any(words in text for text in _headers(app) for words in ("It helped", "Not beyond doubt", "Nothing to fix"))
    assert "Before and after" in _headers(app)
    assert len(app.dataframe[0].value) == 3
    for key in ("healed_map", "healed_picture_last_layer_retrained"):
        found = [item for item in app.slider if item.key == key]
        if found:
            found[0].set_value(found[0].max).run()
            assert not problems(app)
    app = _press(app, "adopt")
    assert not problems(app)
    adopted = parameter(app, "run")
    assert adopted != small_run
    assert any("The new network was examined" in item.value for item in app.markdown)
    assert any("Blur, tested again: " in item.value for item in app.markdown)
    assert [one.flaw for one in diagnoses.load(adopted, store=store_of())] == ["sticker"]
    assert any("Last layer retrained (" in item.value and "→" in item.value for item in app.markdown)
    assert "Before and after" in _headers(app)
    report = travel(app, "pages/trust.py", {"run": adopted, "report_pictures": "4", "report_methods": "grad cam"})
    assert not problems(report)
    assert not any("Not examined yet" in text for text in _headers(report))
    app = travel(app, PAGE, {"run": adopted})
    app = _press(app, "undo_fix")
    assert parameter(app, "run") == small_run
    assert not problems(app)


def test_a_link_to_a_proof_shows_it_on_another_server_at_once_and_its_pictures_soon(arrive, monkeypatch):
    verdict = _headers(_wait(_press(arrive(), "start")))[0]
    compute.desk.clear()
    with monkeypatch.context() as patch:
        # Before its networks have answered once more.
        patch.setattr(compute, "begin", lambda *_given, **_named: None)
        patch.setattr(compute, "plan_table", lambda *_: pd.DataFrame({"seconds": [1.0]}))
        app = arrive()
        assert _headers(app)[0] == verdict
        assert "Results" in _headers(app)
        assert len(app.dataframe[0].value) == 3
    app = _wait(app.run())
    assert _headers(app)[0] == verdict
    assert "Before and after" in _headers(app)


def test_a_proof_that_helped_is_kept_as_a_check_on_a_press(arrive, monkeypatch):
    _wait(_press(arrive(), "start"))
    find = compute.find_proof

    def helped(*asked: Any) -> Any:
        proof, ladder = find(*asked)
        return (None if proof is None else replace(proof, best="last_layer_retrained")), ladder

    monkeypatch.setattr(compute, "find_proof", helped)
    app = arrive()
    monkeypatch.setattr(proof_check, "_made", lambda *_: proof_check.NO_CHECK)
    assert any("No check was made" in item.value for item in _press(app, "proof_check").markdown)
    caches.maps.clear()
    check = HunchCheck(name="Labels removed changes few answers", hunch="labels_removed", at_most=0.1)
    monkeypatch.setattr(proof_check, "_made", lambda *_: check)
    app = app.run()
    assert not problems(app)
    assert [item.proto.label for item in app.get("download_button") if "keep_proof" in item.proto.id]


def test_a_ladder_is_stopped_and_can_be_gone_on_with(arrive, monkeypatch):
    from core.errors import Cancelled

    app = arrive(json.dumps({"regularised": {}}))

    def stopped(*_given, **_named):
        raise Cancelled("Stopped.")

    with monkeypatch.context() as patch:
        patch.setattr(import_module("core.repair.rung_training"), "make_run", stopped)
        app = _wait(_press(app, "start"))
    assert not problems(app)
    assert any("Stopped. Finished trainings are kept" in item.value for item in app.markdown)
    assert app.button(key="start").label in ("Continue", "Try it")


def test_what_goes_wrong_is_told_in_a_sentence(arrive, monkeypatch):
    from core.errors import DataError

    app = arrive(json.dumps({"regularised": {}}))

    def broken(*_given, **_named):
        raise DataError("There should be pictures", "none")

    with monkeypatch.context() as patch:
        patch.setattr(import_module("core.repair.rung_training"), "make_run", broken)
        app = _wait(_press(app, "start"))
    assert not app.exception
    assert [item.value for item in app.error] == ["There should be pictures. Received: none."]
