"""What have we learned?: every view opens, its dials move, and each answers in a sentence."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.insight import ConceptSettings, DriverSettings, PrototypeSettings, StandInSettings
from core.settings import Settings

from .conftest import parameter, problems
from .test_pages import KINDS, _elsewhere, _find

PAGE = "pages/insight.py"
MOVES, GROUPS, LIKE, TYPICAL, IDEAS, RULES = VIEWS = (
    "What moves it", "Two groups", "Most like this one", "Typical and odd", "Ideas", "Rules"
)  # fmt: skip
QUICK = {"idea_random_concepts": "10", "idea_opposites": "1"}
DIALS = {
    MOVES: ("driver", DriverSettings, ()),
    TYPICAL: ("typical", PrototypeSettings, ()),
    IDEAS: ("idea", ConceptSettings, ("layer",)),
    RULES: ("rules", StandInSettings, ()),
}
SLOW = ("driver_", "idea_", "insight_from")
"""Dials that ask the network anew, or that show only when something is tested."""


@pytest.fixture
def open_view(visit, small_run):
    """Open the screen at one of its views."""

    def go(view: str = MOVES, **dials: str) -> AppTest:
        return visit(PAGE, run=small_run, insight_view=view, **{**QUICK, **dials})

    return go


def _texts(app: AppTest) -> str:
    return " ".join(str(item.value) for item in app.markdown)


def _press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_begins_with_its_answer_and_its_widgets_can_be_moved(open_view, view):
    app = open_view(view)
    assert not problems(app)
    assert app.header[0].value
    prefix, settings, skipped = DIALS.get(view, ("", Settings, ()))
    keys = {widget.key for kind in KINDS for widget in app.get(kind)}
    assert {f"{prefix}_{dial.name}" for dial in settings.dials() if dial.name not in skipped} <= keys
    # The first view's widgets are moved with those of all other screens.
    for key in sorted(key for key in keys if view != MOVES and not key.startswith(SLOW)):
        _find(app, key).set_value(_elsewhere(_find(app, key))).run()
        assert not problems(app), f"{key}: {problems(app)}"


def test_ideas_are_tested_on_a_press(open_view):
    app = open_view(IDEAS, insight_ideas="background")
    assert not app.get("vega_lite_chart")
    app = _press(app, "insight_test")
    assert not problems(app)
    assert app.get("vega_lite_chart")
    assert "random ideas" in _texts(app)


def test_an_idea_of_ones_own_is_made_by_picking_pictures(open_view):
    app = open_view(IDEAS, insight_ideas="only my own")
    assert "Pick some pictures" in app.header[0].value
    for number in range(4):
        app = _press(app, f"insight_pick_1_{number}")
    assert parameter(app, "insight_own") == "0, 1, 2, 3"
    app = _press(app, "insight_test")
    assert not problems(app)
    assert "4 are picked" in _texts(app)
    app = _press(app, "insight_pick_1_0")
    assert parameter(app, "insight_own") == "1, 2, 3"


def test_a_picture_is_chosen_by_its_button(open_view):
    app = _press(open_view(LIKE), "insight_others_1_3")
    assert not problems(app)
    assert app.number_input(key="insight_picture").value == 3
    assert parameter(app, "insight_picture") == "3"


def test_the_same_group_twice_is_no_comparison(open_view):
    app = open_view(GROUPS)
    first = app.selectbox(key="insight_first").value
    app.selectbox(key="insight_second").set_value(first).run()
    assert not problems(app)
    assert "The same group twice" in _texts(app)


def test_stopped_work_says_so(open_view, monkeypatch):
    from pages.parts.shared import progress

    monkeypatch.setattr(progress, "run", lambda *_given, **_named: None)
    app = open_view(MOVES)
    assert not problems(app)


def test_numbers_can_be_taken_along(open_view):
    app = open_view(MOVES)
    assert any(button.proto.label == "CSV" for button in app.get("download_button"))
