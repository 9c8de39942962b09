"""What only a real browser can tell of the screen about hunches: dragging, and a press on a button while it tests."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .conftest import press_until
from .test_browser import CASE, assert_healthy, link, open_page, settled


def test_a_rectangle_is_dragged_over_the_picture(server, tab):
    open_page(tab, f"{server}/hunches?run={CASE['run']}&hunch=A+rectangle%2C+covered")
    picture = tab.get_by_label("A picture with the rectangle that is covered on it")
    picture.wait_for()
    tab.wait_for_timeout(500)
    box = picture.bounding_box()
    tab.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5, steps=8)
    tab.mouse.up()
    tab.wait_for_url(re.compile("rectangle_covered_down="), timeout=60_000)
    settled(tab)
    spans = {
        name: [float(end) for end in re.findall(rf"rectangle_covered_{name}=([\d.]+)", link(tab))]
        for name in ("across", "down")
    }
    for name, wanted in {"across": (0.25, 0.75), "down": (0.25, 0.5)}.items():
        assert all(abs(found - end) < 0.04 for found, end in zip(spans[name], wanted, strict=True)), spans
    assert_healthy(tab)


def test_testing_all_is_stopped_while_it_runs_and_what_there_is_stays(server, tab):
    open_page(tab, f"{server}/hunches?run={CASE['run']}&hunch_view=All+of+them")
    tab.get_by_role("button", name="Test them all").click()
    tab.get_by_text(re.compile(r"[2-9] of \d+ .*left")).wait_for(timeout=90_000)
    press_until(tab, "Stop", "Continue")
    settled(tab)
    expect(tab.get_by_text(re.compile(r"^\d+ of \d+ tests\."))).to_be_visible()
    assert_healthy(tab)
