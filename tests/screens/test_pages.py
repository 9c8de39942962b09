"""Every screen opens, and every widget on it can be moved, without a complaint."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core import attribution
from pages.parts.shared import frame
from pages.parts.state import caches
from pages.parts.state import current_run as opening

from .conftest import PAGES, RECIPE, ROOT, follow, parameter, problems, travel
from .stages import drawn

KINDS = ("toggle", "slider", "select_slider", "number_input", "selectbox", "multiselect")
# Setting these alone asks for something that is not there: the network, an upload, another run.
NEEDS_MORE = {"data", "compare_with"}
"""Dials of which one choice asks for what is not here: downloads, or a network that takes pictures of this size."""
AT_ONCE = 4  # dials that are moved before a screen is drawn again
DECIDE_OTHERS = {"flaw", "methods", "from", "hunch"}

FEW_DIALS = {"pages/guide.py", "pages/game.py", "pages/diagnosis.py", "pages/server.py"}


@pytest.fixture
def zipped() -> bytes:
    """Ten pictures of each of two kinds, and a file that is no picture."""
    generator, buffer = np.random.default_rng(0), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for kind in ("cat", "dog"):
            for number in range(10):
                picture = io.BytesIO()
                Image.fromarray(generator.integers(0, 256, (40, 40, 3), np.uint8)).save(picture, "PNG")
                archive.writestr(f"{kind}/{number}.png", picture.getvalue())
        archive.writestr("cat/broken.png", b"this is no picture")
    return buffer.getvalue()


@pytest.fixture
def shipped() -> str:
    info = opening.shipped_run()
    assert info is not None
    return info.key


@pytest.mark.parametrize("page", ["", *PAGES])
def test_every_screen_opens_for_someone_who_has_no_run(visit, page):
    app = visit(page)
    assert not problems(app)
    assert app.title[0].value


@pytest.mark.parametrize("page", PAGES)
def test_every_screen_opens_with_the_shipped_run(visit, page, shipped):
    app = visit(page, run=shipped)
    assert not problems(app)


def test_every_screen_is_in_the_menu_and_none_is_there_that_does_not_exist():
    listed = {screen.file for section in frame.SECTIONS.values() for screen in section if screen.exists}
    assert listed == set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_every_widget_can_be_moved(visit, page, small_run, another):
    """Some at a time, for each drawing of a screen takes its time; what decides which others there are alone."""
    opened = {
        "pages/attribution.py": {"run": small_run},
        # Few steps of painting: how many it takes is not what this is about.
        "pages/features.py": {"run": small_run, "made_steps": "4"},
        "pages/hunches.py": {"run": small_run},
        "pages/diagnosis.py": {"run": small_run},
        "pages/insight.py": {"run": small_run},
        "pages/compare.py": {"run": small_run, "with": another},
        "pages/trust.py": {"run": small_run, "report_pictures": "4", "report_methods": "grad cam"},
        "pages/repair.py": {"run": small_run},
    }
    app = visit(page, **opened.get(page, {"recipe": json.dumps(RECIPE)}))
    keys = [widget.key for kind in KINDS for widget in app.get(kind) if widget.key not in NEEDS_MORE]
    assert len(keys) > 3 or page in FEW_DIALS
    plain = [key for key in keys if key not in DECIDE_OTHERS]
    for start in range(0, len(plain), AT_ONCE):
        moved = plain[start : start + AT_ONCE]
        for key in moved:
            _find(app, key).set_value(_elsewhere(_find(app, key)))
        app.run()
        assert not problems(app), f"{moved}: {problems(app)}"
    for key in [key for key in keys if key in DECIDE_OTHERS]:
        before = _find(app, key).value
        _find(app, key).set_value(_elsewhere(_find(app, key))).run()
        assert not problems(app), f"{key}: {problems(app)}"
        _find(app, key).set_value(before).run()


def _find(app: Any, key: str) -> Any:
    return next((widget for kind in KINDS for widget in app.get(kind) if widget.key == key), None)


def _elsewhere(widget: Any) -> Any:
    """Another value that the widget offers."""
    kind = widget.type
    if kind in ("checkbox", "toggle"):
        return not widget.value
    if kind == "number_input":
        step = widget.step or 1
        value = widget.min if widget.value is None else widget.value
        return value + step if value + step <= widget.max else value - step
    if kind == "slider":
        step = widget.step or 1
        return widget.value - step if widget.value - step >= widget.min else widget.value + step
    if kind == "multiselect":
        return widget.options[:2] if len(widget.value) != 2 else widget.options[:3]
    others = [option for option in widget.options if widget.value is None or option != widget.format_func(widget.value)]
    return others[-1] if others else widget.value


def test_home_tells_numbers_that_the_shipped_run_has(shipped):
    case = json.loads((ROOT / "assets" / "home" / "story.json").read_text())
    info = opening.shipped_run()
    assert case["run"] == shipped
    assert case["usual"] == {name: info.metrics[name] for name in ("correct", "n")}


def test_home_leads_to_its_own_picture(visit, shipped):
    app = follow(visit(), "Look inside this network")
    case = json.loads((ROOT / "assets" / "home" / "story.json").read_text())
    assert not problems(app)
    assert app.number_input(key="picture").value == case["row"]
    assert any(f"It says {case['answer']}" in item.value for item in app.header)


def test_every_method_draws_or_says_why_it_cannot(visit, small_run):
    app = visit("pages/attribution.py", run=small_run)
    names = list(attribution.methods())
    app.multiselect(key="methods").set_value(names).run(timeout=300)
    told = [item.value for item in app.error]
    assert not app.exception
    assert drawn(app)
    assert len(drawn(app)) + len(told) == len(names)


def test_a_picture_of_one_run_does_not_break_another(visit, shipped, small_run):
    app = visit("pages/attribution.py", run=shipped)
    app.number_input(key="picture").set_value(1400).run()
    app = travel(app, "pages/attribution.py", {"run": small_run})
    assert not problems(app)
    assert app.number_input(key="picture").value is None


def test_home_leaves_the_pictures_of_other_runs_alone(visit, small_run):
    app = travel(visit(), "pages/attribution.py", {"run": small_run})
    assert not problems(app)
    assert app.number_input(key="picture").value is None
    assert not {"picture", "from"} & set(app.query_params)


def test_a_link_to_a_picture_opens_it_though_another_was_looked_at(visit, small_run):
    app = visit("pages/attribution.py", run=small_run, methods="Gradient", picture="3")
    app.number_input(key="picture").set_value(5).run()
    home = app.switch_page("app.py").run()
    app = travel(home, "pages/attribution.py", {"run": small_run, "picture": "7", "from": "test"})
    assert not problems(app)
    assert app.number_input(key="picture").value == 7
    assert app.selectbox(key="from").value == "test"


def test_train_shows_the_dials_of_a_run_that_a_bare_link_opens(visit, small_run):
    app = visit("pages/train.py", run=small_run)
    assert app.slider(key="network_filters").value == 8
    assert app.button(key="train").disabled
    app.slider(key="network_filters").set_value(16).run()
    assert not app.button(key="train").disabled


def test_a_run_that_is_not_on_this_server_says_so_and_offers_the_finished_one(visit, shipped):
    app = visit("pages/attribution.py", run="0123456789abcdef")
    assert any("not on this server" in item.value for item in app.header)
    app.button(key="open_shipped").click().run()
    assert parameter(app, "run") == shipped
    assert not problems(app)
    assert "picture" in {item.key for item in app.number_input}


def test_a_run_that_is_not_here_but_says_how_it_was_made_can_be_trained_here(visit):
    recipe = {**RECIPE, "training": {"epochs": 3}, "network": {"blocks": 2}}
    app = visit("pages/attribution.py", run="0123456789abcdef", recipe=json.dumps(recipe))
    app = follow(app, "Train it here")
    assert not problems(app)
    assert app.slider(key="training_epochs").value == 3
    assert app.slider(key="network_blocks").value == 2
    assert json.loads(parameter(app, "recipe")) == RECIPE


@pytest.mark.parametrize("recipe", ["{", "[]", '{"material": 3}', '{"material": {"data": "nothing"}}'])
def test_a_recipe_that_cannot_be_read_is_told_in_a_sentence(visit, recipe):
    app = visit("pages/train.py", recipe=recipe)
    assert not app.exception
    assert len(app.error) == 1


def test_a_key_that_is_no_key_is_not_looked_up(visit):
    app = visit("pages/attribution.py", run="../../etc/passwd")
    assert any("not on this server" in item.value for item in app.header)
    assert not problems(app)


def test_pictures_chosen_under_data_are_those_that_train_learns_from(visit):
    app = visit("pages/data.py")
    app.selectbox(key="flaw").set_value("sticker").run()
    app.slider(key="wardrobe_size").set_value(32).run()
    assert not problems(app)
    app = follow(app, "Train a network on these")
    assert not problems(app)
    assert any("label tied to a class" in item.value for item in app.markdown)
    assert json.loads(parameter(app, "recipe")) == {"material": {"flaw": "sticker", "settings": {"size": 32}}}


def test_an_upload_of_a_zip_is_read_and_its_bad_files_are_listed(visit, zipped):
    app = visit("pages/data.py")
    app.selectbox(key="data").set_value("own pictures").run()
    assert "Upload a zip" in app.info[0].value
    app.file_uploader(key="own_zip").upload("own.zip", zipped, "application/zip").run()
    assert not problems(app)
    assert any("to check" in item.label for item in app.expander)
    assert any("left out" in item.value for item in app.text)
    assert any("2 classes" in item.value for item in app.header)


def test_the_link_of_an_upload_opens_it_in_another_window_and_shows_no_digest(visit, zipped):
    app = visit("pages/data.py")
    app.selectbox(key="data").set_value("own pictures").run()
    app.file_uploader(key="own_zip").upload("own.zip", zipped, "application/zip").run()
    digest = parameter(app, "upload")
    fresh = visit("pages/data.py", data="Your own pictures", upload=digest)  # of the same person
    assert not problems(fresh)
    assert any("2 classes" in item.value for item in fresh.header)
    assert parameter(fresh, "upload") == digest
    shown = [str(item.value) for kind in (fresh.markdown, fresh.header, fresh.text_input, fresh.info) for item in kind]
    assert not any(digest in text for text in shown)
    train = follow(fresh, "Train a network on these")
    assert json.loads(parameter(train, "recipe"))["material"]["upload"] == digest
    missing = visit("pages/data.py", data="Your own pictures", upload="0" * 32)
    assert "not on this server" in missing.error[0].value


def test_the_shelf_forgets_what_was_not_wanted_for_longest():
    shelf = caches.Shelf(2)
    shelf.put("a", 1)
    shelf.put("b", 2)
    assert shelf.get("a") == 1
    shelf.put("c", 3)
    assert shelf.get("b") is None
    assert (shelf.get("a"), shelf.get("c")) == (1, 3)
