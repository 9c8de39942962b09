"""Who may what on the screens: nobody finds what is another's, and viewers change nothing."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.access import publish
from core.datasets import FolderSettings, read_folder
from core.game import new_code
from core.networks import TrainingSpec, default_queue, has_run, runs, train
from core.networks.training.specs import NetworkSpec
from core.store import Store, default_store
from pages.parts.state import access, current_run, metrics

from .conftest import PAGES, RECIPE, keep, problems, store_of

SECRET_NAMES = ("okapi", "quagga")
TITLE = "Night shift at plant seven"


@pytest.fixture(scope="module")
def zipped() -> bytes:
    """Ten pictures of each of two kinds whose names nobody else should read."""
    generator, buffer = np.random.default_rng(0), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for kind in SECRET_NAMES:
            for number in range(10):
                picture = io.BytesIO()
                Image.fromarray(generator.integers(0, 256, (32, 32, 3), np.uint8)).save(picture, "PNG")
                archive.writestr(f"{kind}/{number}.png", picture.getvalue())
    return buffer.getvalue()


@pytest.fixture
def uploaded(zipped) -> str:
    """The digest of what Ann has uploaded."""
    digest = hashlib.sha256(zipped).hexdigest()[:32]
    store_of("ann").write(f"uploads/{digest}.zip", zipped)
    return digest


@pytest.fixture(scope="module")
def learned(zipped, tmp_path_factory) -> bytes:
    """A run that learned from her upload, as a file."""
    splits = read_folder(zipped, FolderSettings(size=32)).splits
    digest = hashlib.sha256(zipped).hexdigest()[:32]
    about = {"title": TITLE, "material": {"data": "own pictures", "upload": digest, "settings": {"size": 32}}}
    store = Store(str(tmp_path_factory.mktemp("learned")))
    return train(splits, NetworkSpec(blocks=1, filters=4), TrainingSpec(epochs=1), store=store, about=about).to_bytes()


@pytest.fixture
def anns_run(uploaded, learned) -> str:
    """The key of a run of Ann's, which learned from her upload."""
    return keep(learned, store_of("ann"))


def _texts(app: AppTest) -> str:
    """All that a screen says and sends, the raw messages included."""
    return "\n".join(str(getattr(element, "proto", "")) for part in (app.main, app.sidebar) for element in part)


@pytest.mark.parametrize("page", ["", *PAGES])
def test_nobody_finds_a_trace_of_anothers_run(visit, anns_run, uploaded, page):
    visit("pages/train.py", who="ann", run=anns_run)  # it is in every cache now
    recipe = json.dumps({"material": {"data": "own pictures", "upload": uploaded, "settings": {"size": 32}}})
    links: list[dict[str, str]] = [{"run": anns_run}, {"run": anns_run, "recipe": recipe}]
    if page == "pages/data.py":
        links.append({"data": "Your own pictures", "upload": uploaded})
    for parameters in links:
        app = visit(page, who="bob", **parameters)
        assert not app.exception
        said = _texts(app)
        assert not [word for word in (*SECRET_NAMES, TITLE) if word in said], parameters
        assert f"open_{anns_run}" not in {button.key for button in app.button}


def test_its_owner_finds_it_again_and_reads_who_sees_it(visit, anns_run):
    app = visit("pages/attribution.py", who="ann", run=anns_run)
    assert not problems(app)
    said = [item.value for item in app.markdown]
    assert any("Only you can see this run" in text for text in said)
    assert any("Only you can see these pictures" in text for text in said)
    app = visit("pages/train.py", who="ann")
    assert f"open_{anns_run}" in {button.key for button in app.button}


def test_what_somebody_found_on_the_run_that_comes_with_hunch_does_not_make_it_theirs(visit):
    shipped = current_run.shipped_run()
    assert shipped is not None
    store_of("ann").write(f"hunches/{shipped.key}.json", b"{}")
    app = visit("pages/train.py", who="ann", run=shipped.key)
    assert any("It comes with Hunch" in item.value for item in app.markdown)
    assert not {"publish_run", "delete_run"} & {button.key for button in app.button}


def test_what_is_published_is_open_to_all_until_it_is_taken_back(visit, anns_run):
    ann = visit("pages/attribution.py", who="ann", run=anns_run)
    ann.button(key="publish_run").click().run()
    assert not problems(ann)
    bob = visit("pages/attribution.py", who="bob", run=anns_run)
    assert not problems(bob)
    assert any(name in _texts(bob) for name in SECRET_NAMES)
    assert "unpublish_run" not in {button.key for button in bob.button}
    ann.button(key="unpublish_run").click().run()
    assert not problems(ann)
    bob.run()
    assert any("not on this server" in item.value for item in bob.header)


def test_deleting_asks_first_and_then_leaves_nothing(visit, anns_run):
    app = visit("pages/attribution.py", who="ann", run=anns_run)
    app.button(key="delete_run").click().run()
    app.button(key="delete_not_run").click().run()
    assert has_run(anns_run, store_of("ann"))
    app.button(key="delete_run").click().run()
    app.button(key="delete_now_run").click().run()
    assert not problems(app)
    assert not has_run(anns_run, store_of("ann"))
    assert not [name for name in default_store().names("") if anns_run in name]


@pytest.fixture
def viewing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on which everyone is a viewer."""
    monkeypatch.setenv(access.ROLE, "viewer")


@pytest.fixture
def enabled(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Once called, nothing is disabled any more, as if a page had forgotten it: what follows must refuse by itself."""
    return lambda: monkeypatch.setattr(access, "may", lambda action: True)


def _press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


@pytest.mark.usefixtures("viewing")
def test_a_viewer_sees_what_is_published_and_nothing_else(visit, small_run):
    app = visit("pages/attribution.py", run=small_run)
    assert any("not on this server" in item.value for item in app.header)
    publish(store_of(), small_run)
    app = visit("pages/attribution.py", run=small_run)
    assert not problems(app)
    assert not {"publish_run", "unpublish_run", "delete_run"} & {button.key for button in app.button}


@pytest.mark.usefixtures("viewing")
def test_a_viewer_cannot_train_by_widget_or_by_address(visit, enabled):
    app = visit("pages/train.py", recipe=json.dumps(RECIPE))
    assert app.button(key="train").disabled
    assert any("Training is for operators" in item.value for item in app.markdown)
    enabled()
    app = _press(app.run(), "train")
    assert any("may not train" in error.value for error in app.error)
    case = new_code()
    game = visit("pages/game.py", case=case)
    assert any("may not train" in error.value for error in game.error)
    assert not runs(store_of())
    assert not default_queue().jobs()


@pytest.mark.usefixtures("viewing")
def test_a_viewer_cannot_train_in_the_guide(visit, enabled):
    app = visit("pages/guide.py", entry="flaw_too_short")
    assert app.button(key="train_both").disabled
    enabled()
    app = _press(app.run(), "train_both")
    assert any("may not train" in error.value for error in app.error)
    assert not default_queue().jobs()


@pytest.mark.usefixtures("viewing")
def test_a_viewer_cannot_have_fixes_trained(visit, enabled, small_run):
    publish(store_of(), small_run)
    app = visit("pages/repair.py", run=small_run)
    app.multiselect(key="fix").set_value(app.multiselect(key="fix").options[:1]).run()
    assert app.button(key="start").disabled
    enabled()
    app = _press(app.run(), "start")
    assert any("may not train" in error.value for error in app.error)
    assert not default_queue().jobs()


@pytest.mark.usefixtures("viewing")
def test_a_viewer_cannot_upload(visit, enabled, small_run, zipped):
    app = visit("pages/data.py", data="Your own pictures")
    assert app.file_uploader(key="own_zip").disabled
    enabled()
    app.run()
    app.file_uploader(key="own_zip").upload("own.zip", zipped, "application/zip").run()
    assert any("may not upload" in error.value for error in app.error)
    publish(store_of(), small_run)
    app = visit("pages/attribution.py", run=small_run)
    picture = io.BytesIO()
    Image.new("RGB", (40, 40)).save(picture, "PNG")
    app.file_uploader(key="own_file").upload("own.png", picture.getvalue(), "image/png").run()
    assert any("may not upload" in error.value for error in app.error)
    assert not [name for name in default_store().names("") if "uploads/" in name]


def test_a_server_that_others_reach_says_that_all_may_do_everything(visit, monkeypatch):
    def says(app: AppTest) -> bool:
        return any("may do everything" in item.value for item in app.sidebar.markdown)

    monkeypatch.setattr(access.st, "get_option", lambda name: "0.0.0.0" if name == "server.address" else None)
    assert says(visit())
    monkeypatch.setattr(access.st, "get_option", lambda name: "127.0.0.1" if name == "server.address" else None)
    assert not says(visit())


def test_a_damaged_run_is_told_and_breaks_no_screen(visit, small_run):
    store = default_store()
    place = f"runs/{small_run}.zip"
    content = store.read(place)
    files = [store.root + "/" + place]
    with open(files[0], "r+b") as file:
        file.seek(len(content) // 2)
        file.write(b"damage" * 20)
    app = visit("pages/attribution.py", run=small_run)
    assert not app.exception
    assert any("damaged" in error.value for error in app.error)
    assert any("not on this server" in item.value for item in app.header)
    assert not problems(visit())


def test_work_in_the_background_is_counted_and_logged_without_a_name(caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO", logger="hunch.events")
    metrics.events.log.propagate = True
    job: Any = default_queue().submit(lambda job: 1, "secret title", owner="a" * 32, at_once=True)
    job.wait()
    metrics.note_job(job)
    (line,) = [record for record in caplog.records if record.getMessage() == "job"]
    assert line.fields["who"] == "a" * 8
    assert "secret title" not in str(line.__dict__)
    assert b"hunch_job_seconds_count" in metrics.text()
