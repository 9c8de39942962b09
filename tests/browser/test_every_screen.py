"""Every screen, at a phone's width in light and a laptop's in dark: whole, in its place, and open to everybody."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import watched
from .test_browser import CASE, PAGES, assert_healthy, open_page, settled

SERIOUS = {"serious", "critical"}
SHOWN = {"guide": "&entry=grad_cam", "attribution": "&methods=Gradient"}


@pytest.fixture(params=[("light", 390, 844), ("dark", 1440, 900)], ids=["phone-light", "laptop-dark"])
def window(chromium, request):
    """A window as wide as a phone in light, or as a laptop in dark."""
    scheme, width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    yield watched(context)
    context.close()


@pytest.mark.parametrize("page", PAGES)
def test_it_is_healthy_and_as_wide_as_the_screen_and_axe_core_finds_no_serious_fault(server, window, page):
    open_page(window, f"{server}/{page}?run={CASE['run']}{SHOWN.get(page, '')}")
    assert_whole(window)
    if serious(window):  # what is still moving or fading may fail for a moment, and only what stays is a fault
        window.wait_for_timeout(1000)
        settled(window)
        assert not serious(window)


@pytest.mark.parametrize("page", SHOWN)
def test_without_a_choice_it_is_healthy_and_as_wide_as_the_screen_too(server, window, page):
    open_page(window, f"{server}/{page}?run={CASE['run']}")
    assert_whole(window)


def test_a_picture_without_words_and_pale_text_would_be_found(window):
    window.set_content("<html lang='en'><title>t</title><main><img src='x.png'><p style='color:#ddd'>pale</p></main>")
    assert {told.partition(":")[0] for told in serious(window)} >= {"image-alt", "color-contrast"}


def test_a_picture_of_another_host_is_not_asked_for(server, window):
    open_page(window, f"{server}/guide")
    blocked = window.evaluate(
        """() => new Promise(resolve => {
            document.addEventListener("securitypolicyviolation", event => resolve(event.blockedURI));
            const picture = new Image();
            picture.onload = picture.onerror = () => setTimeout(() => resolve("asked for"), 1000);
            picture.src = "http://elsewhere.example/picture.png";
        })"""
    )
    assert blocked == "http://elsewhere.example/picture.png"


def assert_whole(window: Any) -> None:
    assert_healthy(window)
    assert window.get_by_test_id("stMain").evaluate("node => node.scrollWidth - node.clientWidth") <= 0


def serious(page: Any) -> list[str]:
    """Every serious or critical violation, with its place."""
    return [
        f"{violation['id']}: {node['target']} {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
