"""Test a hunch: words are understood and corrected, dials show at once, verdicts are reached, kept and handed on."""

from __future__ import annotations

import io
import tomllib
from types import SimpleNamespace

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import hunches as library
from core.acceptance.file import toml_of
from core.hunches import history, hunch_info, hunches
from pages.parts.hunches import all_hunches, compute, rectangle, verdict
from pages.parts.hunches.parser import dial_keys, dial_positions, prefix
from pages.parts.shared import progress

from .conftest import parameter, problems, store_of
from .test_pages import _find

PAGE = "pages/hunches.py"
QUICK = {"trial_n": "40", "strict_resamples": "299"}
ALL, PAST = "All of them", "Tested so far"
FEW = ("background_swapped", "blur", "channels_swapped")


@pytest.fixture
def open_screen(visit, small_run):
    """Open the screen with few pictures."""

    def go(**dials: str) -> AppTest:
        return visit(PAGE, run=small_run, **{**QUICK, **dials})

    return go


@pytest.fixture
def few(monkeypatch):
    """All hunches are three."""
    planned = library.plan_tests
    monkeypatch.setattr(library, "plan_tests", lambda asked=FEW: planned(asked))


def _answer(app: AppTest) -> str:
    return str(app.header[0].value).removeprefix(":orange[").removeprefix(":green[").removesuffix("]")


def _texts(app: AppTest) -> str:
    return "\n".join(str(item.value) for item in app.markdown)


def _pictures(app: AppTest) -> list[str]:
    return [image.alt for group in app.get("image") for image in group.proto.imgs]


def test_typed_words_choose_a_hunch_say_what_was_understood_and_can_be_corrected(open_screen):
    app = open_screen()
    app.text_input(key="hunch_says").set_value("today it is the blue background").run()
    assert not problems(app)
    assert app.selectbox(key="hunch").value == "background_hue"
    assert app.selectbox(key="try_background_hue_colour").value == "blue"
    assert "blue as the colour blue" in _texts(app)
    assert "today: not used" in _texts(app)
    assert parameter(app, "hunch") == hunch_info("background_hue").title

    app.button(key="reading_background_swapped").click().run()
    assert app.selectbox(key="hunch").value == "background_swapped"
    _pick(app, "blur")
    assert app.selectbox(key="hunch").value == "blur"
    assert "You corrected this" in _texts(app)
    for typed in ("xyzzy", "**[bold](http://x)**", "it's not the background"):
        app.text_input(key="hunch_says").set_value(typed).run()
        assert not problems(app)
        assert "None of these words is known here" in _texts(app)


def _pick(app, name):
    """Open the list, which is drawn only then, and choose from it."""
    assert f"pick_{name}" not in {button.key for button in app.button}
    app.session_state["hunch_list"] = True
    app.run().button(key=f"pick_{name}").click().run()


@pytest.mark.parametrize("typed", ["Is it cheating?", "xyzzy"])
def test_what_no_hunch_answers_tests_nothing(open_screen, small_run, typed):
    app = open_screen()
    assert app.title[0].value == "Is it the background?"
    app.text_input(key="hunch_says").set_value(typed).run()
    for shown in (app, open_screen(hunch_says=typed)):
        assert not problems(shown)
        assert shown.title[0].value == "Test a hunch"
        assert "hunch_test" not in {button.key for button in shown.button}
        assert "No hunch is chosen" in _answer(shown)
        searched = "Search for flaws" in [item.proto.label for item in shown.get("page_link")]
        assert searched == (typed == "Is it cheating?")
    _pick(app, "blur")
    assert app.title[0].value == "Is it sharpness or noise?"
    assert app.button(key="hunch_test")
    assert history.load(small_run, store_of()) == []


def test_words_in_a_link_are_read_and_a_hunch_in_a_link_goes_before_them(open_screen):
    assert open_screen(hunch_says="remove the labels").selectbox(key="hunch").value == "labels_removed"
    other = open_screen(hunch_says="remove the labels", hunch=hunch_info("flip").title)
    assert other.selectbox(key="hunch").value == "flip"


def test_a_hunch_of_every_family_opens_with_all_its_dials_and_a_preview(open_screen):
    app = open_screen()
    for info in {info.family: info for info in hunches().values()}.values():
        app.selectbox(key="hunch").set_value(info.name).run()
        assert not problems(app), info.name
        placed = rectangle.PLACED if info.name == rectangle.NAME else ()
        for dial in info.Settings.dials():
            if dial.name not in ("masks", *placed):
                assert _find(app, f"{prefix(info.name)}_{dial.name}") is not None, (info.name, dial.name)
        assert "What is changed" in [item.value for item in app.subheader]


def test_the_preview_follows_the_dials_at_once(open_screen):
    app = open_screen(hunch=hunch_info("brightness").title)
    before = [image.url for group in app.get("image") for image in group.proto.imgs]
    _find(app, "try_brightness_factor").set_value(0.1).run()
    after = [image.url for group in app.get("image") for image in group.proto.imgs]
    assert before[0] == after[0], "the picture as it is"
    assert before[1] != after[1], "the changed one"


def test_a_test_gives_a_verdict_with_its_evidence_and_its_link_outlives_the_server(open_screen, small_run, monkeypatch):
    app = open_screen()
    assert _answer(app) == "Not tested yet"
    app.button(key="hunch_test").click().run()
    assert not problems(app)
    assert _answer(app) in ("Supported", "Not supported", "Inconclusive")
    (entry,) = history.load(small_run, store_of())
    assert (entry["hunch"], entry["asked"], entry["pictures"]) == ("background_swapped", 40, "test")
    assert entry["conclusion"] == _answer(app).lower()
    assert entry["sentence"] in _texts(app)
    assert entry["sentence"] in app.code[0].value
    assert {"How large the effect is", "Class by class"} <= {item.value for item in app.subheader}
    assert app.run().button(key="hunch_test").disabled
    kept = {name: app.query_params[name] for name in ("hunch", "tested")}
    st.cache_resource.clear()
    monkeypatch.setattr(library, "test_hunch", lambda *_given, **_named: pytest.fail("tested again"))
    again = open_screen(**{name: value[0] if isinstance(value, list) else value for name, value in kept.items()})
    assert _answer(again) == _answer(app), "a link copied beneath a verdict shows it"
    assert _pictures(again) == _pictures(app)
    again.slider(key="trial_n").set_value(48).run()
    assert _answer(again) == "Not tested yet"


def test_the_rectangle_is_set_by_words_by_links_and_by_sliders(open_screen):
    app = open_screen(hunch_says="cover the upper right corner")
    assert app.slider(key="try_rectangle_covered_across").value == (0.67, 1.0)
    assert app.slider(key="try_rectangle_covered_down").value == (0.0, 0.33)
    linked = open_screen(
        hunch=hunch_info("rectangle_covered").title, try_rectangle_covered_x="0.5", try_rectangle_covered_width="0.25"
    )
    assert linked.slider(key="try_rectangle_covered_across").value == (0.5, 0.75)
    assert "try_rectangle_covered_x" not in linked.query_params
    app.slider(key="try_rectangle_covered_across").set_value((0.2, 0.5)).run()
    assert not problems(app)
    app.button(key="hunch_test").click().run()
    assert not problems(app)


def test_a_dragged_rectangle_moves_both_sliders(monkeypatch):
    state = {"chart": {"box": {"x": 0.25, "y": 0.0, "width": 0.262, "height": 0.4}}}
    monkeypatch.setattr(rectangle.st, "session_state", state)
    rectangle._dragged("chart", "try")
    assert (state["try_across"], state["try_down"]) == ((0.25, 0.51), (0.0, 0.4))


def test_wrong_outlines_are_left_out_and_masks_move_the_preview(open_screen):
    app = open_screen(hunch=hunch_info("background_flat").title)
    first = next(button for button in app.button if button.label == "Wrong, leave out")
    first.click().run()
    assert not problems(app)
    assert app.text_input(key="masks_without").value.isdigit()
    app.text_input(key="masks_without").set_value("3, 9999, x").run()
    assert not app.exception
    assert "There is no picture 9999, x" in _texts(app)
    app.selectbox(key="masks_source").set_value("found").run()
    app.slider(key="masks_grow").set_value(0.05).run()
    assert not problems(app)
    assert any(text.startswith("Outline of") for text in _pictures(app))


def test_all_are_tested_ranked_and_handed_over_as_a_table(open_screen, small_run, few):
    assert _answer(open_screen(hunch_view=PAST)) == "None yet"
    app = open_screen(hunch_view=ALL)
    app.button(key="hunch_all").click().run()
    assert not problems(app)
    assert "3 of 3 tests" in _texts(app)
    entries = history.load(small_run, store_of())
    assert {entry["hunch"] for entry in entries} == set(FEW)
    past = open_screen(hunch_view=PAST)
    assert _answer(past) == "3 tested"
    assert set(past.dataframe[0].value["hunch"]) == {hunch_info(name).title for name in FEW}
    st.cache_resource.clear()
    assert "3 of 3 tests" in _texts(open_screen(hunch_view=ALL)), "what was tested is found again by another server"
    assert all(entry["together"] and entry["p_corrected"] >= entry["p_value"] for entry in entries)
    app.button(key="closer_0").click().run()
    assert not problems(app)
    assert _answer(app) in ("Supported", "Not supported", "Inconclusive")


def test_what_was_tested_before_a_stop_is_kept_and_gone_on_with(open_screen, few, monkeypatch):
    keep = compute._keep_light
    count = 0

    def interrupted(tested_run, key, found):
        nonlocal count
        keep(tested_run, key, found)
        count += 1
        if count == 2:
            # In a browser, the press on the button ends the script here.
            st.stop()

    with monkeypatch.context() as patch:
        patch.setattr(progress, "PATIENCE", -1.0)
        patch.setattr(compute, "_keep_light", interrupted)
        app = open_screen(hunch_view=ALL)
        app.button(key="hunch_all").click().run()
    next(button for button in app.button if button.label == "Stop").click().run()
    assert not problems(app)
    assert "2 of 3 tests" in _texts(app)
    next(button for button in app.button if button.label == "Continue").click().run()
    assert "3 of 3 tests" in _texts(app)


def test_the_table_has_every_figure_of_a_verdict():
    entry = {
        "title": "Blur", "hunch": "blur", "settings": {"radius": 0.5}, "conclusion": "supported", "effect": 0.123456,
        "low": 0.1, "high": 0.2, "control_effect": 0.01, "p_corrected": 0.03, "flips": 0.5, "control_flips": 0.1,
        "n": 40, "scope": None, "sentence": "So it is.", "pictures": "test", "seed": 3, "made": "now",
    }  # fmt: skip
    table = pd.read_csv(io.StringIO(all_hunches._table([entry]).to_csv(index=False)))
    assert table.loc[0, ["verdict", "effect", "class", "pictures tried"]].tolist() == ["supported", 0.1235, "all", 40]


def test_every_hunch_can_be_put_into_its_dials(open_screen):
    for info in hunches().values():
        keys = {move.key for move in dial_positions(info, info.Settings())}
        assert keys <= dial_keys(), info.name


def test_a_verdict_can_be_kept_as_a_check(open_screen):
    app = open_screen(tested="now")
    assert not problems(app)
    button = next(item for item in app.get("download_button") if item.key == "hunch_check")
    assert button.label == "Keep as a check"


def test_the_check_of_a_verdict_says_what_was_tested():
    info = hunch_info("background_swapped")
    found = SimpleNamespace(flips=0.25, n=40)
    tested = SimpleNamespace(trial=SimpleNamespace(n=40, seed=3))
    check = verdict.as_check(found, tested, info, info.Settings())
    assert tomllib.loads(toml_of([check]))["check"][0]["hunch"] == "background_swapped"
    assert (check.n, check.seed, check.last.value) == (40, 3, 0.25)
