"""A server of one's own and a real Chromium."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Error

from .serving import FLAGS, chromium_program, serving


@pytest.fixture
def cold_server(tmp_path) -> Iterator[str]:
    """A server that nobody has visited."""
    with serving(tmp_path) as address:
        yield address


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[str]:
    """A server that several tests share."""
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    program = chromium_program()
    if program is None:
        sentence = "There is no Chromium on this machine: on Debian, apt-get install chromium."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    from playwright.sync_api import expect, sync_playwright

    # Two workers and a server share two cores: a widget may be long in coming, and only what never comes is a fault.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium) -> Iterator:
    """A fresh window that collects what the page complains of, as `tab.complaints`."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield watched(context)
    context.close()


def watched(context: Any) -> Any:
    """A page of a browser's context that collects what it complains of, and the addresses that it asks."""
    page = context.new_page()
    # A server's first page may wait behind another test's TensorFlow on the same two cores.
    page.set_default_navigation_timeout(120_000)
    page.complaints, page.asked = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("websocket", lambda socket: page.asked.append(socket.url))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    return page


def press_until(tab: Any, button: str, wanted: str) -> None:
    """Press a button until another one is there: a page that is drawn anew just then loses a press, as for a person."""
    deadline = time.monotonic() + 90
    while not tab.get_by_role("button", name=wanted).first.is_visible():
        assert time.monotonic() < deadline, f"There is no button {wanted}."
        with contextlib.suppress(Error):
            tab.get_by_role("button", name=button).first.click(timeout=2_000)
        tab.wait_for_timeout(500)
