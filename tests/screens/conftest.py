"""Screens without a browser, each test with caches of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import altair as alt
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, local_script_runner

from core.access import OwnedStore, mark_of
from core.store import Store, default_store
from pages.parts.state import access

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("[!_]*.py"))
# Enough to learn from, and quick to compose and train on.
RECIPE = {"material": {"flaw": "background", "settings": {"size": 32, "train": 40, "validation": 20, "test": 20}}}
MOST_KEPT = 24
"""Networks and data sets that a process of tests keeps; of the largest of them, a hundred megabytes each."""
_made: dict[Any, Any] = {}
_valid: set[bytes] = set()
_told: dict[Any, Any] = {}
_components = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(autouse=True)
def clean_caches() -> Iterator[None]:
    """Streamlit's caches outlive a test otherwise."""
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def components_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every new AppTest looks for components in all packages that are installed: half a second each."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", _components)


@pytest.fixture(autouse=True)
def waited_for_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest asks a thousand times a second whether a screen is drawn, and holds up the thread that draws it."""
    too_long = local_script_runner.require_widgets_deltas

    def wait(runner: local_script_runner.LocalScriptRunner, timeout: float = 3) -> None:
        assert runner._script_thread is not None
        runner._script_thread.join(timeout)
        if not runner.script_stopped():
            too_long(runner, 0)

    monkeypatch.setattr(local_script_runner, "require_widgets_deltas", wait)


@pytest.fixture(autouse=True)
def charts_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same chart is as valid as it was: to check one takes longer than all else that is done for it."""
    check = alt.LayerChart.validate

    def validate(chart: dict[str, Any]) -> None:
        key = hashlib.sha256(json.dumps(chart, sort_keys=True, default=repr).encode()).digest()
        if key not in _valid:
            check(chart)
            _valid.add(key)

    monkeypatch.setattr(alt.LayerChart, "validate", staticmethod(validate))


@pytest.fixture(autouse=True)
def opened_and_composed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file is the same network, and the same settings are the same pictures, in every test: all are read only.

    Most of the tests' time went into tracing small networks and composing pictures anew for each of them. What a test
    stores and what Streamlit keeps for it is still its own.
    """
    from core import datasets, flaws
    from core.networks import load

    for module, name in ((datasets, "load"), (flaws, "plant")):
        monkeypatch.setattr(module, name, partial(_once, getattr(module, name)))
    opened = load.load_model
    # At the same path there may be another file by now.
    monkeypatch.setattr(
        load, "load_model", lambda file: _once(opened, file) if isinstance(file, bytes) else opened(file)
    )


@pytest.fixture(autouse=True)
def study_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The study that ships says the same in every test."""
    from pages.parts.usefulness import study_compute

    for name in ("study", "as_csv", "rows", "_named", "summary", "acting", "_policies", "claims"):
        monkeypatch.setattr(study_compute, name, partial(_copy_of, getattr(study_compute, name)))


def _copy_of(make: Callable[..., Any], *args: Any) -> Any:
    """What it made the first time. What a test does to it stays its own, as with Streamlit's cache."""
    if (make, args) not in _told:
        _told[make, args] = make(*args)
    return deepcopy(_told[make, args])


def _once(make: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """What it made the last time that it was called like this, in whichever test."""
    key = (make, args, repr(sorted(named.items())))
    found = _made.pop(key) if key in _made else make(*args, **named)
    _made[key] = found
    if len(_made) > MOST_KEPT:
        _made.pop(next(iter(_made)))
    return found


@pytest.fixture(autouse=True)
def own_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of one's own, so that tests do not wait for each other."""
    monkeypatch.setenv("HUNCH_QUEUE", str(tmp_path / "queue.sqlite"))


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small run, as a file."""
    from core import datasets, flaws
    from core.networks import NetworkSpec, TrainingSpec, train

    pictures = datasets.load("wardrobe", **RECIPE["material"]["settings"])
    planted = flaws.plant(pictures, RECIPE["material"]["flaw"])
    store = Store(str(tmp_path_factory.mktemp("trained")))
    spec = NetworkSpec(blocks=2, filters=8)
    return train(planted.splits, spec, TrainingSpec(epochs=2), store=store, about=RECIPE).to_bytes()


@pytest.fixture
def small_run(trained: bytes) -> str:
    """The key of a small run in the test's own store."""
    return keep(trained)


@pytest.fixture(scope="session")
def another_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Another small run that learned from the same pictures, as a file."""
    from core import datasets, flaws
    from core.networks import NetworkSpec, TrainingSpec, train

    planted = flaws.plant(datasets.load("wardrobe", **RECIPE["material"]["settings"]), RECIPE["material"]["flaw"])
    store = Store(str(tmp_path_factory.mktemp("another")))
    return train(planted.splits, NetworkSpec(blocks=1, filters=4), TrainingSpec(epochs=1), store=store,
                 about={**RECIPE, "title": "Smaller"}).to_bytes()  # fmt: skip


@pytest.fixture
def another(another_file: bytes) -> str:
    """The key of that run in the test's own store."""
    return keep(another_file)


@pytest.fixture
def visit() -> Callable[..., AppTest]:
    """Open a screen with these parameters in its link, by way of home; as the same person every time unless named."""

    def go(page: str = "", who: str = "somebody", **parameters: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240)
        app.session_state[access.SECRET] = who
        if not page:
            app.query_params.update(parameters)
            return app.run()
        return travel(app.run(), page, parameters)

    return go


def keep(content: bytes, store: Store | None = None) -> str:
    """Put a run's file into a store, by default the test's own; its key.

    `Run.save` would write another file each time, with the time in it, whose network every test would open and trace.
    """
    from core.networks import Run

    key = Run.from_bytes(content).key
    (store or default_store()).write(f"runs/{key}.zip", content)
    return key


def store_of(who: str = "somebody") -> OwnedStore:
    """The tests' store as a person sees it."""
    return OwnedStore.of(default_store(), mark_of(who), "operator")


@contextmanager
def as_person(who: str = "somebody") -> Iterator[None]:
    """Call what asks who is looking, outside of any session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access, "visitor", lambda: access.Visitor(mark_of(who), "operator"))
        yield


def travel(app: AppTest, page: str, parameters: dict[str, str]) -> AppTest:
    """Go on to another screen, with nothing but these parameters in the link."""
    app.switch_page(page)
    app.query_params.clear()
    app.query_params.update(parameters)
    return app.run()


def follow(app: AppTest, words: str) -> AppTest:
    """Press the link with these words on it."""
    link = next(item.proto for item in app.get("page_link") if item.proto.label == words)
    page = "app.py" if not link.page else f"pages/{link.page}.py"
    return travel(app, page, dict(parse_qsl(link.query_string)))


def parameter(app: AppTest, name: str) -> str:
    """What the link says of it."""
    value = app.query_params[name]
    return value[0] if isinstance(value, list) else value


def problems(app: AppTest) -> list[str]:
    """Everything that a screen complains of."""
    return [str(item.value) for kind in (app.exception, app.error) for item in kind]
