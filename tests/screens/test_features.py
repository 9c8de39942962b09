"""What has it learned?: every view opens, its dials move, pictures are painted and stopped, errors are sentences."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import text as words
from core.features import VisualizeSettings, ablate_unit, top_examples
from core.networks import open_run
from pages.parts.features import compute, depth, pictures
from pages.parts.shared import progress

from .conftest import parameter, problems
from .test_attribution import judge
from .test_pages import KINDS, _elsewhere, _find

PAGE = "pages/features.py"
UNIT, LAYER, PICTURE, CLASS, DEPTH, HAND = VIEWS = (
    "One unit", "A layer", "One picture", "A class", "Edges first?", "Hand-made"
)  # fmt: skip
QUICK = {"made_steps": "4"}  # each picture
MOVES_ELSEWHERE = {"feature_from", "feature_layer", "feature_order"}  # moved in the first view


@pytest.fixture
def open_view(visit, small_run):
    """Open the screen at one of its views, with few steps."""

    def go(view: str = UNIT, **dials: str) -> AppTest:
        return visit(PAGE, run=small_run, feature_view=view, **{**QUICK, **dials})

    return go


def _answer(app: AppTest) -> str:
    """The verdict."""
    return str(app.header[0].value)


def _pictures(app: AppTest) -> list[str]:
    """What the pictures on the screen show, in words."""
    return [image.alt for group in app.get("image") for image in group.proto.imgs]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens(open_view, view):
    app = open_view(view)
    assert not problems(app)
    assert _answer(app)


@pytest.mark.parametrize("view", [LAYER, PICTURE, CLASS, DEPTH, HAND])
def test_every_widget_of_the_other_views_can_be_moved(open_view, view):
    app = open_view(view)
    keys = {widget.key for kind in KINDS for widget in app.get(kind)} - MOVES_ELSEWHERE
    keys = {key for key in keys if not key.startswith("made_")}
    assert keys
    for key in sorted(keys):
        _find(app, key).set_value(_elsewhere(_find(app, key))).run()
        assert not problems(app), f"{key}: {problems(app)}"


def test_every_dial_of_painting_is_on_the_screen_and_in_the_link(open_view):
    app = open_view(feature_at_once="false")
    for dial in VisualizeSettings.dials():
        widget = _find(app, f"made_{dial.name}")
        assert widget is not None, dial.name
    _find(app, "made_seed").set_value(3).run()
    assert parameter(app, "made_seed") == "3"


def test_a_unit_is_painted_and_compared_with_real_pictures(open_view):
    app = open_view(feature_unit="2")
    assert any(text.startswith("Picture that activates unit 2, after 4 steps") for text in _pictures(app))
    assert any("The unit's activation for it is" in item.value for item in app.markdown)
    assert {"feature_unit_png", "feature_unit_npy"} <= {button.key for button in app.get("download_button")}


def test_a_unit_is_followed_from_its_strongest_picture_to_the_answer(open_view, small_run):
    app = open_view(feature_unit="2", feature_at_once="false")
    assert not problems(app)
    run, data = open_run(small_run), judge()
    found = ablate_unit(run.model, data.images, None, 2)
    strongest = int(top_examples(run.model, data.images, None, 2, 1).indices[0])
    said = next(item.value for item in app.markdown if "The network is" in item.value and "silent" in item.value)
    before, after = found.before[strongest], found.after[strongest]
    answer = int(before.argmax())
    sure, left = (words.confidence_words(float(each[answer])) for each in (before, after))
    assert f"{sure} sure of {data.class_names[answer]} in this picture" in said
    assert ("stays so with unit 2 silent" if sure == left else f"with unit 2 silent, {left}") in said
    assert any(text.startswith(f"Picture {strongest}, with the activation of unit 2") for text in _pictures(app))
    table = found.table(data.class_names)
    added = next(item.value for item in app.markdown if "adds most to the score of" in item.value)
    assert table["class"].iloc[0] in added


def test_painting_waits_for_its_button_where_that_is_wanted(open_view):
    app = open_view(feature_at_once="false")
    assert not any("Picture that activates" in text for text in _pictures(app))
    app.button(key="feature_make").click().run()
    assert any("Picture that activates" in text for text in _pictures(app))


def test_what_was_painted_until_it_was_stopped_is_kept_and_can_be_gone_on_with(open_view, monkeypatch):
    drawn = pictures.show_made

    def interrupted(place: Any, seen: Any, *args: Any, **kwargs: Any) -> None:
        drawn(place, seen, *args, **kwargs)
        if seen.steps == 4:
            # In a browser, the press on the button ends the script here.
            st.stop()

    with monkeypatch.context() as patch:
        patch.setattr(progress, "PATIENCE", -1.0)
        patch.setattr(compute, "BETWEEN", 0.0)
        patch.setattr(pictures, "show_made", interrupted)
        app = open_view(feature_unit="2", made_steps="6", made_preview="2")
    stop = next(button for button in app.button if button.label == "Stop")
    stop.click().run()
    assert not problems(app)
    assert any("Picture that activates unit 2, after 4 steps" in text for text in _pictures(app))
    next(button for button in app.button if button.label == "Continue").click().run()
    assert any("Picture that activates unit 2, after 6 steps" in text for text in _pictures(app))


@pytest.mark.parametrize("typed", ["many", "3, 999", "-1"])
def test_units_that_do_not_exist_are_told_in_a_sentence_and_the_page_stays(open_view, typed):
    app = open_view()
    app.text_input(key="feature_with").set_value(typed).run()
    assert not app.exception
    assert "should be numbers from 0 to" in app.error[0].value
    assert _answer(app)


def test_a_group_and_a_difference_of_units_can_be_painted(open_view):
    app = open_view(feature_unit="2", feature_with="3, 4", feature_against="5")
    assert not problems(app)
    assert any("unit 2 and unit 3 and unit 4, against unit 5" in text for text in _pictures(app))


def test_one_place_of_a_unit_can_be_painted_by_itself(open_view):
    app = open_view(feature_unit="2", feature_place="true", feature_row="1", feature_column="0")
    assert not problems(app)
    assert any("unit 2 at row 1, column 0" in text for text in _pictures(app))
    app.text_input(key="feature_with").set_value("3").run()
    assert "Only one unit can be visualised at one position" in app.error[0].value


def test_two_classes_and_their_difference_can_be_painted(open_view):
    app = open_view(CLASS, feature_class="boot", feature_other="bag")
    assert not problems(app)
    titles = [text for text in _pictures(app) if "Picture that activates" in text]
    assert [any(name in text for text in titles) for name in ("boot,", "bag,", "boot, not bag")] == [True] * 3


def test_a_sheet_of_units_is_painted_on_a_press(open_view):
    app = open_view(LAYER, feature_sheet="3")
    app.button(key="feature_sheet_go").click().run()
    assert not problems(app)
    assert sum("Picture that activates" in text for text in _pictures(app)) == 3


def test_a_layer_is_painted_as_a_whole(open_view):
    app = open_view(LAYER, feature_whole="true")
    app.button(key="feature_sheet_go").click().run()
    assert not problems(app)
    assert any("Picture that activates the whole layer" in text for text in _pictures(app))


def test_a_layer_of_another_kind_works_or_says_why_not(open_view):
    app = open_view()
    one_of_each = {re.sub(r"\d+", "", layer): layer for layer in app.selectbox(key="feature_layer").options}
    assert len(one_of_each) > 3
    for layer in one_of_each.values():
        app.selectbox(key="feature_layer").set_value(layer).run()
        assert not app.exception, layer
        assert all(". Received: " in item.value for item in app.error), layer


def test_the_maps_of_tf_explain_stand_beside_ours_and_are_the_same(open_view):
    app = open_view(PICTURE, feature_compare="true")
    assert not problems(app)
    told = next(item.value for item in app.markdown if "The largest difference" in item.value)
    assert float(told.split()[-1].rstrip(".]")) < 1e-3


def test_a_unit_of_the_grid_is_looked_at_on_its_own_page(open_view):
    app = open_view(PICTURE, grid_order="number")
    app.button(key="ours_5").click().run()
    assert not problems(app)
    assert "feature_view" not in app.query_params  # the first view is the default
    assert app.number_input(key="feature_unit").value == 5


def test_what_a_view_was_set_to_is_still_there_after_another_one(open_view):
    app = open_view(feature_unit="3", feature_order="strongest")
    _view(app, DEPTH)
    _view(app, UNIT)
    assert app.number_input(key="feature_unit").value == 3
    assert app.selectbox(key="feature_order").value == "strongest"
    assert _find(app, "made_steps").value == 4


def _view(app: AppTest, view: str) -> None:
    app.session_state["feature_view"] = view
    app.run()
    assert not problems(app)


def test_depth_is_measured_on_a_press_and_told_in_a_sentence(open_view):
    app = open_view(DEPTH, depth_patches="200")
    app.button(key="feature_measure").click().run()
    assert not problems(app)
    assert any(verdict in _answer(app) for verdict in depth.VERDICTS.values())
    assert any("in an untrained copy" in item.value for item in app.markdown)


def test_hand_made_features_are_taught_on_a_press(open_view):
    app = open_view(HAND)
    app.button(key="feature_teach").click().run()
    assert not problems(app)
    assert any("The network is right about" in item.value for item in app.markdown)
    assert any("Map of gradients that speak for" in text for text in _pictures(app))


def test_the_outline_lies_on_the_region_and_nowhere_else():
    picture = np.full((8, 8, 3), 128, np.uint8)
    drawn = pictures.outlined(picture, np.array([2, 1, 6, 5]))
    factor = len(drawn) // 8
    changed = (drawn != 128).any(axis=-1)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert (rows[0], rows[-1] + 1) == (2 * factor, 6 * factor)
    assert (columns[0], columns[-1] + 1) == (1 * factor, 5 * factor)
    assert not changed[3 * factor : 5 * factor, 2 * factor : 4 * factor].any()
