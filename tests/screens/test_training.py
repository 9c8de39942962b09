"""A training on its screen: begun, watched, stopped, kept, and found again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.networks import default_queue, run_info, runs

from .conftest import RECIPE, parameter, problems, store_of

QUICK = {**RECIPE, "network": {"blocks": 2, "filters": 8}, "training": {"epochs": 2}}
ENDLESS = {**QUICK, "training": {"epochs": 200}}
PATIENCE = 90.0


@pytest.fixture(autouse=True)
def no_training_is_left():
    yield
    for job in default_queue().jobs():
        job.cancel()
        job.wait(PATIENCE)


def _until(app: AppTest, true: Callable[[AppTest], bool]) -> AppTest:
    """Look again and again, as the page does by itself in a browser."""
    deadline = time.monotonic() + PATIENCE
    while not true(app):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(1)  # looking takes time too, and from the training
        app.run()
    return app


def _running(app: AppTest) -> bool:
    return any(button.key == "cancel" for button in app.button)


def _begin(visit, recipe: dict) -> AppTest:
    app = visit("pages/train.py", recipe=json.dumps(recipe))
    app.button(key="train").click().run()
    assert not problems(app)
    return app


def test_a_training_ends_as_the_current_run_and_is_opened_the_next_time(visit):
    app = _until(_begin(visit, QUICK), lambda app: not _running(app))
    key = parameter(app, "run")
    info = run_info(key, store_of())
    assert not problems(app)
    assert any(f"{info.accuracy:.1%} right" in item.value for item in app.header)
    assert info.training_spec.epochs == 2
    assert info.about["material"] == RECIPE["material"]

    again = visit("pages/train.py", recipe=json.dumps(QUICK))
    assert again.button(key="train").label == "Open this run"
    again.button(key="train").click().run()
    assert parameter(again, "run") == key
    assert len(runs(store_of())) == 1


def test_a_training_that_is_stopped_keeps_its_best_epoch(visit):
    app = _begin(visit, ENDLESS)
    job = app.session_state["_job"]
    _until(app, lambda app: any(point.val_accuracy is not None for point in job.points))
    app.button(key="cancel").click().run()
    _until(app, lambda app: not _running(app))
    info = run_info(parameter(app, "run"), store_of())
    assert info.cancelled
    assert 1 <= info.metrics["epochs"] < 200
    assert not problems(app)


def test_the_page_stays_alive_while_it_trains(visit):
    app = _begin(visit, ENDLESS)
    assert _running(app)
    app.slider(key="training_epochs").set_value(5).run()
    assert _running(app)
    assert app.button(key="train").disabled
    app.session_state["_job"].cancel()


def test_a_second_training_waits_and_sees_its_place(visit):
    first = _begin(visit, ENDLESS)
    _until(first, lambda app: app.session_state["_job"].state == "running")
    second = _begin(visit, {**ENDLESS, "training": {"epochs": 199}})
    job = second.session_state["_job"]
    assert (job.state, job.place) == ("queued", 1)
    first.session_state["_job"].cancel()
    _until(second, lambda app: job.state == "running")


def test_a_past_run_is_listed_and_opens_with_its_dials(visit, small_run):
    app = visit("pages/train.py")
    app.button(key=f"open_{small_run}").click().run()
    assert not problems(app)
    assert parameter(app, "run") == small_run
    assert json.loads(parameter(app, "recipe")) == RECIPE
    assert app.slider(key="training_epochs").value == 2
    assert app.slider(key="network_filters").value == 8
    assert app.button(key="train").disabled


def test_a_run_that_does_not_say_what_it_learned_from_is_told_in_a_sentence(visit, trained):
    from dataclasses import replace

    from core.networks import Run

    run = replace(Run.from_bytes(trained), about={})
    run.save()
    app = visit("pages/attribution.py", run=run.key)
    assert not app.exception
    assert "should say what it was trained on" in app.error[0].value


def test_a_backbone_is_named_by_a_dial_and_a_link_makes_no_shared_server_read_a_file(visit):
    recipe = {**QUICK, "network": {"backbone": "nowhere.keras"}}
    app = visit("pages/train.py", recipe=json.dumps(recipe))
    assert any("this machine alone" in problem for problem in problems(app))
    assert app.selectbox(key="network_backbone").value == "nowhere.keras"
