"""The blind game: a case is dealt, looked into, solved and handed on, and no screen gives it away."""

from __future__ import annotations

import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import flaws, game
from core.game import Case
from core.networks import TrainingSpec, train
from pages.parts.state import planted_data
from tests.core.test_game import SMALL, code_of

from .conftest import follow, keep, parameter, problems, travel

PAGE = "pages/game.py"
FLAW = "sticker"
CODE = code_of(FLAW)
TELLING = [f"pages/{name}.py" for name in ("data", "train", "attribution", "hunches", "trust")]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Games with few pictures."""
    monkeypatch.setattr(game, "PICTURES", SMALL)


@pytest.fixture(scope="module")
def made() -> bytes:
    """The network of a case, as a file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(game, "PICTURES", SMALL)
        planted = game.hide_answer(Case(CODE).plant())
        network, training = game.game_specs(planted)
        about = {"title": f"Case {CODE}", "material": {"game": CODE}}
        return train(planted.splits, network, TrainingSpec.of(training), about=about).to_bytes()


@pytest.fixture
def key(made) -> str:
    """The key of the case's run, in the test's own store."""
    return keep(made)


@pytest.fixture
def case(visit, key):
    """Open the case."""

    def go(**parameters: str) -> AppTest:
        return visit(PAGE, case=CODE, **parameters)

    return go


def _answer(app: AppTest) -> str:
    return re.sub(r"^:\w+\[(.*)\]$", r"\1", str(app.header[0].value))


def _texts(app: AppTest) -> str:
    found = [*app.markdown, *app.header, *app.subheader, *app.title, *app.code, *app.error]
    return "\n".join([*(str(item.value) for item in found), *(str(item.value) for item in app.metric)])


def _press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def test_a_case_is_dealt_on_a_press_and_its_network_is_made(visit, monkeypatch):
    monkeypatch.setattr(game, "new_code", lambda _: CODE)
    quick = game.game_specs
    monkeypatch.setattr(game, "game_specs", lambda planted: (quick(planted)[0], TrainingSpec(epochs=1)))
    app = visit(PAGE)
    assert "Nineteen things" in _answer(app)
    _press(app, "take")
    assert parameter(app, "case") == CODE
    assert "being trained" in _texts(app)
    (job,) = app.session_state["_game_job"].values()
    assert job.wait(60)
    app.run()
    assert not problems(app)
    assert _answer(app) == f"Case {CODE}"
    assert parameter(app, "run") == job.result().key


def test_a_challenge_waits_for_a_press_and_names_the_points_to_beat(visit):
    app = visit(PAGE, case=CODE, beat="80")
    assert "with 80 points. Can you?" in _texts(app)
    assert "_game_job" not in app.session_state
    assert app.button(key="accept")


def test_an_open_case_shows_what_is_known_and_not_the_flaw(case, key):
    app = case()
    assert not problems(app)
    assert app.metric[0].value == "100 points"
    assert "what customers complain of" in _texts(app)
    assert parameter(app, "run") == key
    assert parameter(app, "recipe") == f'{{"material":{{"game":"{CODE}"}}}}'
    assert sum(button.label == "This is it" for button in app.button) == 20


def test_hints_and_wrong_names_cost_points_and_the_right_one_opens_the_answer_key(case):
    app = _press(_press(case(), "ask_place"), "ask_three")
    assert app.metric[0].value == "65 points"
    assert game.SITS["data"] in _texts(app)
    assert all(flaws.info(name).title in _texts(app) for name in Case(CODE).candidates)
    assert parameter(app, "hints") == "place,three"
    assert sum(button.label == "This is it" and not button.disabled for button in app.button) == 3
    _press(app, "ask_heatmap")
    assert any("Where the network looked" in image.alt for group in app.get("image") for image in group.proto.imgs)
    wrong = next(name for name in Case(CODE).candidates if name != FLAW)
    _press(app, f"name_{wrong}")
    assert f"It is not: {flaws.info(wrong).title.lower()}" in _texts(app)
    assert app.metric[0].value == "30 points"
    assert app.button(key=f"name_{wrong}").disabled
    _press(app, f"name_{FLAW}")
    assert not problems(app)
    assert _answer(app) == f"Found, 30 points: {flaws.info(FLAW).title}"
    assert planted_data.answer_key(CODE).answer.sentence in _texts(app)
    assert "The proof" in _texts(app)
    assert "Streak: **1**. All points: **30**." in _texts(app)
    assert (parameter(app, "streak"), parameter(app, "total")) == ("1", "30")
    shared = app.code[0].value
    assert f"case={CODE}&beat=30" in shared
    assert FLAW not in shared


def test_giving_up_shows_the_answer_is_worth_nothing_and_ends_the_streak(case):
    app = _press(case(streak="3", total="210"), "give_up")
    assert _answer(app) == f"It was: {flaws.info(FLAW).title}"
    assert "Streak: **0**. All points: **210**." in _texts(app)


def test_a_solved_case_in_a_link_is_solved_and_counts_no_second_time(case):
    app = case(tries=FLAW, streak="1", total="100")
    assert _answer(app).startswith("Found, 100 points")
    assert "Streak: **1**. All points: **100**." in _texts(app)


def test_playing_again_leaves_the_case_and_keeps_the_score(case, monkeypatch):
    app = _press(case(), f"name_{FLAW}")
    monkeypatch.setattr(game, "new_code", lambda avoided: code_of("tint" if FLAW in avoided else FLAW))
    _press(app, "again")
    assert parameter(app, "case") == code_of("tint")
    assert parameter(app, "total") == "100"
    assert "run" not in app.query_params
    for job in app.session_state["_game_job"].values():
        job.cancel()
        job.wait(60)


def test_a_code_that_is_none_is_told_in_a_sentence(visit):
    app = visit(PAGE, case="../../etc")
    assert not app.exception
    assert "code should be 5" in app.error[0].value
    assert app.button(key="take")


def test_a_typed_code_opens_its_case(visit, key):
    app = visit(PAGE)
    app.text_input(key="_code").set_value("nonsense").run()
    assert "code should be 5" in app.error[0].value
    app.text_input(key="_code").set_value(f" {CODE.lower()} ").run()
    _press(app, "open_code")
    assert _answer(app) == f"Case {CODE}"


def test_no_other_screen_gives_it_away(visit, key):
    truth, recipe = planted_data.answer_key(CODE).answer, f'{{"material":{{"game":"{CODE}"}}}}'
    app = visit()
    for page in TELLING:
        travel(app, page, {"run": key, "recipe": recipe})
        assert not problems(app), page
        told = _texts(app) + str(dict(app.query_params)) + str([item.proto for item in app.get("page_link")])
        assert truth.sentence not in told, page
        assert flaws.info(FLAW).title not in told, page
        assert not any("evaluation set" in str(list(box.options)) for box in app.selectbox), page


def test_the_way_back_from_data_and_training_leads_to_the_case(visit, key):
    for page in ("pages/data.py", "pages/train.py"):
        app = visit(page, run=key, recipe=f'{{"material":{{"game":"{CODE}"}}}}')
        assert not {widget.key for widget in app.selectbox} & {"data", "flaw", "training_optimiser"}
        back = follow(app, "Back to the case")
        assert _answer(back) == f"Case {CODE}"


def test_a_run_of_a_game_from_elsewhere_leads_to_its_case(visit):
    app = visit("pages/attribution.py", run="0123456789abcdef", recipe=f'{{"material":{{"game":"{CODE}"}}}}')
    assert "Open the case" in [item.proto.label for item in app.get("page_link")]
    st.cache_resource.clear()
