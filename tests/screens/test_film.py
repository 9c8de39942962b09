"""The training film: recorded on a toggle, found again with the run, scrubbed by a slider."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from core import attribution, datasets, flaws
from core.attribution.training_timeline import TrainingTimeline
from core.errors import InputError
from core.networks import default_queue, open_run
from pages.parts.train import training_timeline
from pages.parts.train.training_timeline import Filming

from .conftest import RECIPE, parameter, problems, store_of

QUICK = {**RECIPE, "network": {"blocks": 2, "filters": 8}, "training": {"epochs": 3}}
PATIENCE = 90.0


@pytest.fixture(autouse=True)
def no_training_is_left():
    yield
    for job in default_queue().jobs():
        job.cancel()
        job.wait(PATIENCE)


def _trained(app):
    deadline = time.monotonic() + PATIENCE
    while any(button.key == "cancel" for button in app.button):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(1)
        app.run()
    return app


def test_a_filmed_training_shows_its_film_and_the_last_frame_is_the_network(visit):
    app = visit("pages/train.py", recipe=json.dumps(QUICK))
    app.toggle(key="film").set_value(True).run()
    app.slider(key="film_number").set_value(3).run()
    app.button(key="train").click().run()
    assert not problems(app)
    app = _trained(app)
    assert not problems(app)
    key = parameter(app, "run")
    run = open_run(key, store_of())

    found = TrainingTimeline.from_bytes(store_of().read(f"films/{key}.npz"))
    assert found.epochs.tolist() == list(range(run.metrics["epochs"] + 1))
    best = int(run.metrics["epoch"])
    expected = attribution.explain(run.model, found.images, found.asked[best], method="grad_cam")
    limit = 1e-2 * np.abs(expected).max()
    np.testing.assert_allclose(found.maps(best), expected, atol=limit)

    slider = app.slider(key="film_epoch")
    assert (slider.min, slider.max, slider.value) == (0, 3, 3)
    said = [item.value for item in app.markdown]
    slider.set_value(0).run()
    assert not problems(app)
    assert [item.value for item in app.markdown] != said
    assert app.button(key="train").disabled


def test_a_run_without_a_film_is_trained_again_for_one(visit, small_run):
    app = visit("pages/train.py", run=small_run)
    assert app.button(key="train").disabled
    assert any("No maps were recorded" in item.value for item in app.markdown)
    app.toggle(key="film").set_value(True).run()
    assert app.button(key="train").label == "Train again and record"
    app.button(key="train").click().run()
    app = _trained(app)
    assert not problems(app)
    assert parameter(app, "run") == small_run
    assert app.slider(key="film_epoch").max == 2


def test_a_picture_that_there_is_not_is_told_in_a_sentence(visit):
    app = visit("pages/train.py", recipe=json.dumps(QUICK))
    app.toggle(key="film").set_value(True).run()
    app.text_input(key="film_pictures").set_value("3, 100000").run()
    app.button(key="train").click().run()
    assert not app.exception
    assert "100000" in app.error[0].value


def test_pictures_are_taken_from_the_classes_in_turn_or_as_they_are_named():
    data = flaws.plant(datasets.load("wardrobe", **RECIPE["material"]["settings"]), "none").splits.test
    classes = len(data.class_names)
    chosen = training_timeline.rows(Filming(number=classes), data)
    assert sorted(data.labels[chosen]) == list(range(classes))
    assert training_timeline.rows(Filming(pictures=(7, 2)), data) == [7, 2]
    with pytest.raises(InputError):
        training_timeline.rows(Filming(pictures=(-1,)), data)
