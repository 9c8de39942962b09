"""The report's file in a real browser: opened from disk with no connection, on a phone, in the dark, and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("playwright")

SEVERE = ("serious", "critical")


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """Of a network that has learned nothing: what it says is not what this is about."""
    from core.datasets import load
    from core.networks import NetworkSpec, build
    from core.report import ReportSettings, write

    splits = load("wardrobe", classes=("bag", "boot"), size=32, train=20, validation=20, test=40)
    model = build(NetworkSpec(blocks=1, convolutions=1, filters=4), splits.test.shape, splits.class_names)
    path = tmp_path_factory.mktemp("report") / "report.html"
    return write(path, model, splits, title="Bags and boots", settings=ReportSettings(methods=()))


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (390, "light"), (1440, "dark"), (1440, "light")])
def test_it_opens_without_a_connection_and_anyone_can_read_it(chromium, report, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
    page.goto(report.as_uri())
    assert asked == [report.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    found = Axe().run(page).response["violations"]
    assert not [fault["id"] for fault in found if fault["impact"] in SEVERE]
    context.close()


def test_on_paper_it_is_black_on_white_with_its_figures(chromium, report):
    context = chromium.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(report.as_uri())
    hidden = page.locator("dd").first
    assert not hidden.is_visible()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 35, 39)"
    assert hidden.is_visible()
    assert not page.locator("summary").first.is_visible()
    context.close()
