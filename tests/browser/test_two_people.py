"""Two people on one server, each in a browser of their own; one who may only look; and one who leaves."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import time
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from core import access
from core.game import new_code
from core.store import Store
from tests.core.datasets.archives import picture, zipped
from tests.websocket import WebsocketVisitor

from .conftest import watched
from .serving import serving
from .test_browser import CASE, ROOT, SMALL, assert_healthy, open_page, settled

GRACE = 1  # seconds
LONG = {**SMALL, "training": {"epochs": 200}}


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Iterator[str]:
    store = tmp_path_factory.mktemp("shared")
    queue = str(store / "queue.sqlite")
    with serving(store, HUNCH_GRACE_SECONDS=str(GRACE), HUNCH_QUEUE=queue) as address:
        yield address


@contextlib.contextmanager
def person(chromium: Any, address: str) -> Iterator[Any]:
    """A window of a browser of their own, which keeps all that it asked for and was told, as `tab.traffic`."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    tab = watched(context)
    tab.traffic = []
    tab.on("request", lambda request: tab.traffic.append(request.url))

    def listen(socket: Any) -> None:
        socket.on("framereceived", lambda frame: tab.traffic.append(_text(frame)))
        socket.on("framesent", lambda frame: tab.traffic.append(_text(frame)))

    tab.on("websocket", listen)
    tab.goto(address)
    tab.get_by_role("heading", level=1).wait_for(timeout=60_000)
    yield tab
    context.close()


def _text(frame: bytes | str) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")


def upload(tab: Any, address: str, names: tuple[str, str]) -> str:
    """Upload pictures of two classes; the digest that the link now names them by."""
    open_page(tab, f"{address}/data?data=Your+own+pictures")
    # Colours of their own: nobody else has the same pictures.
    content = zipped(
        {f"{name}/{n}.png": picture((9 * n, sum(name.encode()) % 256, 40)) for name in names for n in range(12)}
    )
    chosen = {"name": "own.zip", "mimeType": "application/zip", "buffer": content}
    tab.locator(".st-key-own_zip input[type=file]").set_input_files(chosen)
    tab.wait_for_url(re.compile(r"upload=[0-9a-f]{32}"), timeout=60_000)
    tab.get_by_text("Only you can see these pictures").first.wait_for()
    settled(tab)
    return re.search(r"upload=([0-9a-f]{32})", tab.url)[1]


def train(tab: Any, address: str, digest: str) -> str:
    """Train on an upload; the key of the run."""
    material = {"data": "own pictures", "upload": digest, "settings": {"size": 32}}
    recipe = {"material": material, "network": {"blocks": 1, "filters": 4}, "training": {"epochs": 1}}
    open_page(tab, f"{address}/train?recipe={quote(json.dumps(recipe))}")
    tab.get_by_role("button", name="Train", exact=True).click()
    tab.wait_for_url(re.compile(r"run=[0-9a-f]{8}"), timeout=90_000)
    settled(tab)
    return re.search(r"run=([0-9a-f]+)", tab.url)[1]


def metric(address: str, name: str) -> float:
    with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:
        found = re.search(rf"^{re.escape(name)} (\S+)$", answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def jobs(address: str) -> float:
    return sum(metric(address, f'hunch_jobs{{state="{state}"}}') for state in ("queued", "running"))


def test_neither_of_two_people_finds_a_trace_of_the_others_pictures_and_runs(chromium, shared):
    with person(chromium, shared) as ann, person(chromium, shared) as bob:
        anns, bobs = upload(ann, shared, ("okapi", "quagga")), upload(bob, shared, ("tapir", "zorilla"))
        seen = ann.get_by_test_id("stMain").locator("img[src^='data:image']").first.get_attribute("src")
        run = train(ann, shared, anns)
        material = {"data": "own pictures", "upload": anns, "settings": {"size": 32}}
        recipe = quote(json.dumps({"material": material}))
        for page in (f"data?data=Your+own+pictures&upload={anns}", f"train?run={run}&recipe={recipe}", "server"):
            open_page(bob, f"{shared}/{page}")
            assert_healthy(bob)
        open_page(ann, f"{shared}/data?data=Your+own+pictures&upload={bobs}")
        theirs, hers = "\n".join(bob.traffic), "\n".join(ann.traffic)
        assert not [trace for trace in ("okapi", "quagga", seen) if trace in theirs]
        assert not [trace for trace in ("tapir", "zorilla") if trace in hers]
        assert all(trace in hers for trace in ("okapi", "quagga", seen))

        # A reload keeps what is one's own, by a secret that no script can read.
        assert "hunch_owner" in {cookie["name"] for cookie in ann.context.cookies()}
        assert "hunch_owner" not in ann.evaluate("document.cookie")
        open_page(ann, f"{shared}/attribution?run={run}")
        ann.get_by_text("Only you can see this run").first.wait_for()
        assert_healthy(ann)


def test_a_training_ends_when_its_only_window_is_closed(chromium, shared):
    with person(chromium, shared) as tab:
        open_page(tab, f"{shared}/train?recipe={quote(json.dumps(LONG))}")
        tab.get_by_role("button", name="Train", exact=True).click()
        tab.get_by_role("button", name="Stop and keep the best so far").wait_for(timeout=60_000)
        assert jobs(shared) == 1
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and jobs(shared):
        time.sleep(0.2)
    assert jobs(shared) == 0
    assert metric(shared, 'hunch_job_seconds_count{state="cancelled"}') == 1


@pytest.fixture
def look_only(tmp_path) -> Iterator[tuple[str, Store]]:
    """A server of viewers, with one run that is published, and its store."""
    shutil.copytree(ROOT / "assets" / "home" / "runs", tmp_path / "runs")
    store = Store(str(tmp_path))
    access.publish(access.OwnedStore.of(store, access.mark_of("operator"), "operator"), CASE["run"])
    queue = str(tmp_path / "queue.sqlite")
    with serving(tmp_path, HUNCH_ROLE="viewer", HUNCH_QUEUE=queue) as address:
        yield address, store


def test_a_viewer_can_train_upload_publish_and_delete_nothing(chromium, look_only):
    address, store = look_only
    before, recipe = set(store.names("")), quote(json.dumps(SMALL))
    with person(chromium, address) as tab:
        open_page(tab, f"{address}/train?recipe={recipe}")
        assert tab.get_by_role("button", name="Train", exact=True).is_disabled()
        assert tab.get_by_role("button", name="Publish or delete").count() == 0
        open_page(tab, f"{address}/data?data=Your+own+pictures")
        assert tab.locator(".st-key-own_zip input[type=file]").is_disabled()
        put = "async path => (await fetch(path, {method: 'PUT', body: new FormData()})).status"
        with WebsocketVisitor(address) as visitor:
            assert tab.evaluate(put, f"/_stcore/upload_file/{visitor.session_id}/some") == 403
        open_page(tab, f"{address}/server")
        tab.get_by_text("This page is for operators").wait_for()
    # Whoever writes their own messages presses what the page has disabled.
    for page, button, link in (
        ("train", "train", {"recipe": json.dumps(SMALL)}),
        ("usefulness", "usefulness_run", {}),
    ):
        with WebsocketVisitor(address, page, **link) as visitor:
            visitor.press(button)
            assert not visitor.errors()
    with WebsocketVisitor(address, "game", case=new_code()) as visitor:
        assert "Training is for operators" in visitor.said()
    with WebsocketVisitor(address, "trust", run=CASE["run"]) as visitor:
        assert "Published" in visitor.said()
        assert not {key for key in ("publish_run", "unpublish_run", "delete_run") if visitor.has(key)}
    assert jobs(address) == 0
    assert metric(address, "hunch_job_seconds_count") == 0
    made = {name for name in store.names("") if name not in before}
    assert not {name for name in made if set(name.split("/")) & set(access.MADE_BY_OPERATORS)}
    assert before <= set(store.names(""))
