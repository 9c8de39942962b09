"""What links carry: presentation mode, and runs that are not on this server."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

import pytest

from core.errors import InputError
from pages.parts.state import current_run as opening
from pages.parts.state import links

from .conftest import PAGES, RECIPE, follow, parameter, problems, travel

# These say of themselves what they are about, and need no run.
WITHOUT_RUN = {f"pages/{name}.py" for name in ("data", "train", "guide", "game", "usefulness", "server")}
ELSEWHERE = "0123456789abcdef"


@pytest.mark.parametrize("page", sorted(set(PAGES) - WITHOUT_RUN))
def test_a_link_to_a_run_that_is_not_here_offers_to_train_it(visit, page):
    app = visit(page, run=ELSEWHERE, recipe=json.dumps(RECIPE))
    assert not problems(app)
    assert any("not on this server" in item.value for item in app.header)
    train = next(item.proto for item in app.get("page_link") if item.proto.label == "Train it here")
    assert train.page == "train"
    assert json.loads(dict(parse_qsl(train.query_string))["recipe"]) == RECIPE


@pytest.mark.parametrize("page", sorted(set(PAGES) & WITHOUT_RUN))
def test_a_screen_that_needs_no_run_says_in_its_sidebar_that_the_run_is_not_here(visit, page):
    app = visit(page, run=ELSEWHERE)
    assert not problems(app)
    assert any("is not on this server" in item.value for item in app.sidebar.markdown)


def test_a_followed_link_sets_what_an_earlier_visit_left_set(visit, small_run):
    app = visit("pages/hunches.py", run=small_run, hunch="Flip")
    app = travel(app, "pages/attribution.py", {"run": small_run, "picture": "3", "_owner_secret": "another"})
    who = app.session_state["_owner_secret"]
    assert who != "another"
    app = travel(app, "pages/hunches.py", {"run": small_run, "hunch": "Noise"})
    assert app.selectbox(key="hunch").value == "noise"
    assert app.title[0].value == "Is it sharpness or noise?"
    app = travel(app, "pages/attribution.py", {"run": small_run, "picture": "5"})
    assert app.number_input(key="picture").value == 5
    # What no link names stays as it was.
    app = travel(app, "pages/hunches.py", {"run": small_run})
    assert app.selectbox(key="hunch").value == "noise"
    assert app.session_state["_owner_secret"] == who
    assert not problems(app)


def test_the_training_that_is_offered_has_the_recipe_of_the_link(visit):
    app = follow(visit("pages/features.py", run=ELSEWHERE, recipe=json.dumps(RECIPE)), "Train it here")
    assert not problems(app)
    assert any("flaw" in item.value.lower() or "background" in item.value.lower() for item in app.markdown)


def test_presentation_goes_along_with_every_link_and_ends_with_the_switch(visit):
    app = visit()
    assert not _presented(app)
    app.sidebar.toggle(key="_present").set_value(True).run()
    assert parameter(app, "present") == "1"
    assert _presented(app) == {item.proto.label for item in app.get("page_link")}
    app = follow(app, "Guide")
    assert parameter(app, "present") == "1"
    assert app.sidebar.toggle(key="_present").value
    app.sidebar.toggle(key="_present").set_value(False).run()
    assert "present" not in app.query_params
    assert not _presented(app)


def test_a_presented_screen_reads_its_dials_from_the_link(visit):
    shipped = opening.shipped_run()
    assert shipped is not None
    app = visit("pages/attribution.py", run=shipped.key, overlay="0.3", methods="Gradient", present="1")
    assert not problems(app)
    assert '"overlay": 0.3' in next(item.proto.json for item in app.get("bidi_component") if "look" in item.proto.json)
    assert app.multiselect(key="methods").value == ["gradient"]


def test_dials_that_are_picked_go_along_and_nothing_but_their_keys_is_read(visit, small_run):
    app = visit("pages/attribution.py", run=small_run, methods="Gradient", present="1", keep="layer,a{}b<style>")
    picked = app.run().sidebar.multiselect(key="_keep")
    assert picked.value == ["layer"]
    assert "a{}b" not in "".join(item.proto.body for item in app.get("html"))
    picked.set_value(["layer", "picture"]).run()
    assert parameter(app, "keep") == "layer,picture"
    assert "keep=layer%2Cpicture" in next(item.proto.query_string for item in app.get("page_link"))
    assert not problems(app)


def _presented(app) -> set[str]:
    """The links that carry presentation mode."""
    return {item.proto.label for item in app.get("page_link") if "present=1" in item.proto.query_string}


@pytest.mark.parametrize("number", ["1e309", "9" * 400])
@pytest.mark.parametrize(("page", "name"), [("attribution", "picture"), ("diagnosis", "diagnosis_seed")])
def test_a_number_without_end_leaves_a_dial_at_its_default_and_is_told(visit, small_run, page, name, number):
    app = visit(f"pages/{page}.py", run=small_run, **{name: number})
    assert not problems(app)
    assert [name in item.value for item in app.info] == [True]
    assert name not in app.query_params or parameter(app, name) != number


def test_what_no_dial_can_be_set_to_is_told_from_numbers_and_words():
    assert all(map(links.is_endless, ["1e309", "-inf", "nan", "9" * 400]))
    assert not any(map(links.is_endless, ["1e308", "-1", "", "picture", "[1]", "٣"]))


def test_a_key_of_digits_is_no_number(visit):
    app = visit("pages/train.py", run="12e4567890123456")
    assert parameter(app, "run") == "12e4567890123456"


def test_only_the_beginning_of_what_a_link_holds_is_told_back():
    assert len(InputError("A number was expected", "9" * 10_000).sentence) < 500
