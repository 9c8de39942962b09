"""Home tells what was measured: its numbers are those that come out again."""

from __future__ import annotations

import json

import pytest

from core.hunches import test_hunch as try_hunch
from pages.parts.state import caches, planted_data
from pages.parts.state import current_run as opening

from .conftest import ROOT, problems

CASE = json.loads((ROOT / "assets" / "home" / "story.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def shipped():
    """The shipped run and its pictures."""
    from core.networks import open_run

    run = open_run(CASE["run"], caches.SHIPPED)
    return run, planted_data.load(opening.material_of(run))


def test_the_hunches_on_home_come_out_again(shipped):
    run, planted = shipped
    for told in CASE["hunches"]:
        verdict = try_hunch(run.model, planted.splits.test, told["hunch"])
        assert verdict.conclusion == told["conclusion"]
        assert verdict.sentence == told["sentence"]
        assert verdict.effect == pytest.approx(told["effect"], abs=1e-3)


def test_home_shows_a_hunch_that_holds_and_one_that_does_not(visit):
    app = visit()
    told = " ".join(item.value for item in app.markdown)
    assert not problems(app)
    assert {tried["conclusion"] for tried in CASE["hunches"]} == {"supported", "not supported"}
    for tried in CASE["hunches"]:
        assert tried["sentence"] in told


def test_home_ends_with_a_fix_that_beats_training_on(visit):
    fix, app = CASE["fix"], visit()
    right = fix["worst_group"]
    assert fix["best"] == fix["fix"]
    assert fix["answer"] == CASE["truth"]
    assert right["as it is"] < right["keep training"] < right[fix["fix"]]
    shown = [item.value for item in app.header]
    assert f"{round(100 * right['as it is'])}" in shown
    assert f":green[{round(100 * right[fix['fix']])}]" in shown
